"""A run that was stopped anywhere and resumed comes to the bits of one that was not."""

import csv
import signal

import keras
import numpy as np
import pytest
from aae.models.optimizers import SGD
from aae.models.schedules import FallingRate
from aae.training.checkpoint_callback import CheckpointPolicy
from aae.training.fit import train
from aae.training.run_folder import RunFolder
from aae.training.stopping import StopSignals, TrainingStopped
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from tests.conftest import kinds_of_which

CONFIG = {"experiment": {"ncode": 2}}
# What training of a class game keeps beside weights: the draws of noise in the encoder, the shares of the classes.
GAMES = {
    "conditional": True,
    "paired": True,
    "paired_from": 5,
    "adversarial_noise": 0.5,
    "class_shares": "estimated",
    "estimate_from": 7,
    "hidden_noise": 0.3,
}
EPOCHS = 3
BATCH = 50


class StopAfter(keras.callbacks.Callback):
    """Asks training to stop after some calls, as a signal would."""

    def __init__(self, stop, n_calls):
        super().__init__()
        self.stop = stop
        self.n_left = n_calls

    def on_train_batch_end(self, batch, logs=None):
        self.n_left -= 1
        if self.n_left == 0:
            self.stop.received = signal.SIGTERM


def labels_for(kind, split):
    if kind in ("semisupervised", "dimreduction"):
        return np.where(np.arange(len(split)) % 5 == 0, split.labels, -1)
    return split.labels


def everything(model):
    """All that training moves, each variable as bytes."""
    optimizers = [variable for phase in model.phases if phase.optimizer for variable in phase.optimizer.variables]
    return [np.asarray(variable).tobytes() for variable in (*model.variables, *optimizers)]


def table(folder):
    rows = list(csv.DictReader(folder.metrics.open()))
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.mark.slow
@kinds_of_which("supervised")
@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_stopped_in_the_middle_of_an_epoch_and_resumed_from_there(
    model_of_kind, few_digits, tmp_path, kind, network, monkeypatch
):
    # Two steps per execution, so that it can be stopped in the middle of six.
    monkeypatch.setattr("aae.training.fit.MAX_STEPS_PER_EXECUTION", 2)
    held_out = {"valid": few_digits.take(slice(0, 60)), "test": few_digits.take(slice(60, 120))}
    settings = {"epochs": EPOCHS, "batch_size": BATCH, "seed": 3, "plot_every": 2, "verbose": 0}
    settings |= {"n_neighbours": 5} if kind == "clustering" else {}

    def fit(folder, model, **more):
        labels = labels_for(kind, few_digits)
        train(model, few_digits, labels, held_out, folder, CONFIG, **settings | more)

    def new():
        games = {"semisupervised": GAMES, "clustering": {"averaged": 3}}.get(kind, {})
        noise = {"dropout": 0.2, "ema_decay": 0.9, "input_noise": 0.1}
        noise |= {"late_input_noise": 0.02, "late_noise_from": 10} if games else {}
        convolutions = {"network": network, "filters": 4}
        is_normalised = kind == "clustering" or network == "conv"
        model = model_of_kind(kind, **noise, **games, **convolutions, batch_norm=is_normalised)
        model.compile({"reconstruction": SGD(FallingRate(1e-3, 2, 18, "cosine"), 0.9)} if games else {})
        return model

    whole, parts = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "parts")
    once = new()
    fit(whole, once)
    stop = StopSignals()
    with pytest.raises(TrainingStopped) as stopped:
        fit(parts, new(), stop=stop, callbacks=[StopAfter(stop, 5)])
    assert stopped.value.progress == (1, 4)
    model, progress, state = parts.checkpoints.load_newest(to_train=True)
    assert progress == (1, 4)
    fit(parts, model, progress=progress, state=state | {"seconds": 1000.0})
    assert everything(model) == everything(once)
    assert table(parts) == table(whole)
    assert [row["epoch"] for row in table(parts)] == ["0", "1", "2"]
    # An epoch takes what both processes spent on it.
    assert [float(row["seconds"]) > 1000 for row in csv.DictReader(parts.metrics.open())] == [False, True, False]


class Fail(keras.callbacks.Callback):
    """Ends training after an epoch, all of whose metrics are written."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == 3:
            raise KeyboardInterrupt


@pytest.mark.slow
def test_tensorboards_log_holds_every_epoch_once(small_model, few_digits, tmp_path):
    def fit(model, **more):
        settings = {"epochs": 4, "batch_size": BATCH, "seed": 0, "verbose": 0, "policy": CheckpointPolicy(2)}
        train(model, few_digits, few_digits.labels, {"test": few_digits}, folder, CONFIG, **settings | more)

    folder, model = RunFolder(tmp_path), small_model()
    model.compile()
    with pytest.raises(KeyboardInterrupt):
        fit(model, callbacks=[Fail()])
    assert steps_of_log(folder) == [1, 2, 3]
    (log,) = folder.tensorboard.iterdir()
    log.write_bytes(log.read_bytes() + b"cut")
    (folder.tensorboard / f".temporary-1-{log.name}").write_bytes(b"of a process killed while it resumed")
    model, progress, state = folder.checkpoints.load_newest(to_train=True)
    assert progress == (2, 0)
    fit(model, progress=progress, state=state)
    assert steps_of_log(folder) == [1, 2, 3, 4]
    assert not list(tmp_path.rglob(".temporary*"))


def steps_of_log(folder):
    events = [
        event for path in sorted(folder.tensorboard.glob("events.*")) for event in EventFileLoader(str(path)).Load()
    ]
    return [event.step for event in events for value in event.summary.value if value.tag == "test_reconstruction_loss"]
