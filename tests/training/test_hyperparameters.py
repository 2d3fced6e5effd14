import json

import pytest
import tensorflow as tf
from aae.cli import aae_mnist, vae_mnist
from aae.cli.flag_group import ACTION, RUN
from aae.cli.given import recorded_flags
from aae.cli.script import parsed
from aae.training.hyperparameters import (
    begin_session,
    end_session,
    hyperparameters,
    write_comparison,
    write_final_metrics,
)
from aae.training.run_folder import RunFolder
from aae.training.summaries import summary_writer
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2, list_session_groups
from tensorboard.plugins.hparams.backend_context import Context

FLAGS = {"seed": 3, "label_draw": None, "nlabel": "100", "lr": 0.01, "lr_drops": ["5", "9"], "noise": True}
OTHERS = {"train": True, "save_path": "somewhere", "jit": "auto", "nvalid": None}


def record(kind="semisupervised", **flags):
    return {"experiment": {"model": kind}, "flags": FLAGS | OTHERS | flags}


def test_they_are_the_kind_of_model_and_the_flags_that_shape_what_is_learned():
    assert hyperparameters(record()) == {
        "model": "semisupervised",
        "seed": 3,
        "label_draw": 3,
        "nlabel": 100,
        "lr": 0.01,
        "lr_drops": "5,9",
        "noise": True,
    }
    assert hyperparameters(record(label_draw=0))["label_draw"] == 0
    assert hyperparameters({"experiment": {}}) == {}


@pytest.mark.parametrize("script", [aae_mnist, vae_mnist])
def test_no_flag_that_says_what_to_do_or_where_is_one(script):
    values, _ = parsed(script.SCRIPT, ["--train", "--save_path=run"])
    by_group = values.flags_by_module_dict()
    others = {flag.name for group in (ACTION, RUN) for flag in by_group[group]}
    found = hyperparameters({"experiment": {"model": "aae"}, "flags": recorded_flags(values)})
    assert not others & set(found)
    assert {"seed", "label_draw", "lr", "bsize", "maxepoch", "ncode"} <= set(found)


def leave_run(path, accuracy, **flags):
    """What a run leaves that is compared."""
    folder = RunFolder(path)
    path.mkdir(parents=True)
    folder.write_config(record(**flags))
    writer = summary_writer(folder.tensorboard)
    begin_session(writer, folder.read_config(), path)
    with writer.as_default(step=2):
        tf.summary.scalar("valid_accuracy", accuracy - 0.125)
    end_session(writer, folder.read_config(), 2)
    metrics = {"reconstruction_loss": 30.0, "accuracy": accuracy}
    write_final_metrics(folder.tensorboard, 1, metrics | {"accuracy": 0.0})
    write_final_metrics(folder.tensorboard, 2, metrics)
    folder.evaluation.write_text(json.dumps({"figures": metrics}))
    folder.metrics.write_text("epoch,valid_accuracy\n0,0\n")
    return folder


class Board:
    """The table of a folder of runs, as TensorBoard's own plugin makes it."""

    def __init__(self, folder):
        multiplexer = EventMultiplexer()
        multiplexer.AddRunsFromDirectory(str(folder))
        multiplexer.Reload()
        self.context = Context(TBContext(data_provider=MultiplexerDataProvider(multiplexer, str(folder))))
        metadata = self.context.hparams_metadata(RequestContext(), "")
        self.experiment = self.context.experiment_from_metadata(RequestContext(), "", True, metadata, [])

    def trials(self, status=api_pb2.STATUS_SUCCESS):
        request = api_pb2.ListSessionGroupsRequest(
            allowed_statuses=[status],
            aggregation_type=api_pb2.AGGREGATION_AVG,
            start_index=0,
            slice_size=10,
            col_params=[api_pb2.ColParams(hparam=info.name) for info in self.experiment.hparam_infos]
            + [api_pb2.ColParams(metric=info.name) for info in self.experiment.metric_infos],
        )
        return list_session_groups.Handler(RequestContext(), self.context, "", request).run().session_groups


def values_of(trial):
    return {value.name.tag: value.value for value in trial.metric_values}


def test_tensorboard_compares_the_runs_of_a_folder(tmp_path):
    runs = [leave_run(tmp_path / f"seed_{seed}", 0.5 + seed / 4, seed=seed) for seed in (0, 1)]
    write_comparison(tmp_path, runs, ["lr", "nlabel", "noise"])
    board = Board(tmp_path)
    infos = board.experiment.hparam_infos
    assert {info.name for info in infos} == set(hyperparameters(record()))
    # Five columns: those in which the runs differ, the model, and of those given as many as there is room for.
    assert [info.name for info in infos if info.differs] == ["label_draw", "lr", "model", "nlabel", "seed"]
    assert [info.name.tag for info in board.experiment.metric_infos] == [
        "evaluation/accuracy",
        "evaluation/reconstruction_loss",
        "valid_accuracy",
    ]
    trials = sorted(board.trials(), key=lambda trial: trial.name)
    assert [trial.name.split()[0] for trial in trials] == [f"{tmp_path.name}/seed_{seed}" for seed in (0, 1)]
    assert [trial.hparams["seed"].number_value for trial in trials] == [0, 1]
    assert trials[0].hparams["model"].string_value == "semisupervised"
    for trial, accuracy in zip(trials, (0.5, 0.75), strict=True):
        assert values_of(trial) == {
            "evaluation/accuracy": accuracy,
            "evaluation/reconstruction_loss": 30.0,
            "valid_accuracy": accuracy - 0.125,
        }


def test_runs_of_several_commands_compare_without_more(tmp_path):
    leave_run(tmp_path / "slow", 0.75, lr=0.25)
    leave_run(tmp_path / "fast", 0.5, lr=0.5, kind="dimreduction")
    board = Board(tmp_path)
    assert [info.name for info in board.experiment.hparam_infos if info.differs] == ["lr", "model"]
    found = {trial.hparams["lr"].number_value: values_of(trial)["evaluation/accuracy"] for trial in board.trials()}
    assert found == {0.25: 0.75, 0.5: 0.5}


def test_a_resumed_run_drops_what_was_measured_after_where_it_resumes(tmp_path):
    folder = leave_run(tmp_path / "run", 0.5)
    summary_writer(folder.tensorboard, 1)
    board = Board(tmp_path)
    assert not board.trials()
    (trial,) = board.trials(api_pb2.STATUS_UNKNOWN)
    assert trial.hparams["seed"].number_value == 3
    assert not trial.metric_values
