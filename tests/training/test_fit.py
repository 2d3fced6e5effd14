import csv
import re
import resource

import keras
import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.errors import RunError, TrainingDivergedError
from aae.models import priors
from aae.training.callbacks import EpochTimer
from aae.training.checkpoint_callback import CheckpointCallback, CheckpointPolicy
from aae.training.checkpoints import CheckpointManager, Progress
from aae.training.divergence import StopOnDivergence
from aae.training.fit import fit_segments, steps_per_execution, train
from aae.training.run_folder import RunFolder
from aae.training.stopping import StopSignals
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.conftest import make_small, slow

CONFIG = {"experiment": {"ncode": 2}}
PHASES = ("reconstruction", "discriminator", "generator")


def fit(model, split, folder, **arguments):
    settings = {
        "epochs": 3,
        "batch_size": 50,
        "seed": 0,
        "plot_every": 2,
        "verbose": 0,
        "policy": CheckpointPolicy(1),
    } | arguments
    return train(model, split, split.labels, {"test": split}, folder, CONFIG, **settings)


def epochs(folder):
    return [progress.epoch for progress in folder.checkpoints.saved()]


@pytest.fixture(scope="module")
def finished(few_digits, tmp_path_factory):
    """The folder of a run of three epochs, and what Keras said of them."""
    model = make_small("aae", priors.PetalMixture(2))
    model.compile()
    folder, history = RunFolder(tmp_path_factory.mktemp("finished")), keras.callbacks.History()
    fit(model, few_digits, folder, callbacks=[history])
    return folder, history.history


def test_a_run_leaves_all_that_the_readme_names(finished):
    folder, _ = finished
    pictures = {"generate_im_2.png", "generate_im_3.png", "latent_2.png", "latent_3.png", "latent.gif"}
    expected = {"config.json", "metrics.csv", "model.keras", "checkpoints", "tensorboard", *pictures}
    assert {path.name for path in folder.path.iterdir()} == expected | {"latent_frames.npz", ".lock"}
    assert epochs(folder) == [1, 2, 3]
    assert folder.read_config()["finished"]["epochs"] == 3
    assert not list(folder.path.rglob("*temporary*"))


def test_metrics_and_tensorboard_agree(finished):
    folder, history = finished
    rows = list(csv.DictReader(folder.metrics.open()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert "NA" not in {value for row in rows for value in row.values()}
    events = EventAccumulator(str(folder.tensorboard), size_guidance={"tensors": 0})
    events.Reload()
    tags = set(events.Tags()["tensors"])
    losses = {f"{phase}_loss" for phase in PHASES} | {"discriminator_accuracy_real", "discriminator_accuracy_fake"}
    assert losses | {"test_reconstruction_loss", "learning_rate"} <= set(rows[0]) & tags
    assert {"z/encoded", "z/prior", "input", "reconstruction", "sample", "custom_scalars__config__"} <= tags
    assert "codes_after_epoch_3" in (folder.tensorboard / "projector_config.pbtxt").read_text()
    assert [float(row["reconstruction_loss"]) for row in rows] == pytest.approx(history["reconstruction_loss"])
    assert len(events.Tensors("reconstruction_loss")) == 3
    assert len(events.Tensors("z/encoded")) == 2


@pytest.mark.slow
def test_many_codes_have_samples_but_no_plane(small_model, few_digits, tmp_path):
    model = small_model(priors.Gaussian(3))
    model.compile()
    fit(model, few_digits, RunFolder(tmp_path), epochs=1)
    assert (tmp_path / "generate_im_1.png").exists()
    assert not list(tmp_path.glob("latent*"))


@pytest.mark.slow
def test_pictures_do_not_change_the_training(small_model, few_digits, tmp_path):
    weights = []
    for every in (1, 9):
        model = small_model()
        model.compile()
        fit(model, few_digits, RunFolder(tmp_path / str(every)), epochs=2, plot_every=every)
        weights.append(np.concatenate([variable.numpy().ravel() for variable in model.trainable_variables]))
    np.testing.assert_array_equal(*weights)


class NoRoom(keras.callbacks.Callback):
    """After the first epoch, no file may be as large as a checkpoint."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))


def test_a_full_disk_ends_in_one_line_and_leaves_what_was_saved(small_model, few_digits, tmp_path):
    model = small_model()
    model.compile()
    folder = RunFolder(tmp_path)
    try:
        with pytest.raises(RunError) as caught:
            fit(model, few_digits, folder, callbacks=[NoRoom()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert f"{tmp_path}: cannot be written: File too large; make room, and resume from epoch 1" in str(caught.value)
    assert epochs(folder) == [1]
    assert np.isfinite(folder.load()[0].sample(3)).all()
    assert not list(tmp_path.rglob("*temporary*"))


class NaNAtStep(keras.optimizers.SGD):
    """Sets the weights to NaN at a given step."""

    step = 9

    def update_step(self, gradient, variable, learning_rate):
        with_nan = keras.ops.where(self.iterations == self.step - 1, float("nan"), 0.0)
        variable.assign_add(with_nan * keras.ops.ones_like(variable))


def test_a_non_finite_loss_stops_the_run_and_keeps_the_last_good_checkpoint(small_model, few_digits, tmp_path):
    model = small_model()
    # Six steps an epoch: the generator phase of step 9 breaks the encoder, and step 10, the fourth of epoch 2, sees it.
    # An epoch's steps are made in one execution.
    model.compile({"generator": NaNAtStep(0.0)})
    folder = RunFolder(tmp_path)
    with pytest.raises(TrainingDivergedError) as caught:
        fit(model, few_digits, folder, plot_every=1)
    message = str(caught.value)
    assert "at step 4 of epoch 2: reconstruction_loss is not finite" in message
    assert caught.value.loss == "reconstruction_loss"
    assert "epoch_0001.keras" in message
    assert "try a lower learning rate or weight of that loss, or float32" in message
    assert "--" not in message
    assert epochs(folder) == [1]
    assert np.isfinite(folder.load()[0].sample(3)).all()


def test_weights_that_no_loss_shows_stop_the_run_too(small_model, tmp_path):
    model = small_model()
    guard = StopOnDivergence(CheckpointManager(tmp_path))
    guard.set_model(model)
    guard.on_epoch_end(4, {"reconstruction_loss": 1.0})
    bias = model.discriminator.trainable_variables[1]
    bias.assign(np.full(bias.shape, np.inf))
    with pytest.raises(TrainingDivergedError, match=r"the end of epoch 5: .*bias .*not finite"):
        guard.on_epoch_end(4, {"reconstruction_loss": 1.0})


@pytest.mark.slow
def test_non_finite_weights_after_the_last_step_of_an_epoch_are_not_saved(small_model, few_digits, tmp_path):
    class BreakAtEnd(NaNAtStep):
        step = 12

    model = small_model()
    model.compile({"generator": BreakAtEnd(0.0)})
    folder = RunFolder(tmp_path)
    with pytest.raises(TrainingDivergedError, match="the end of epoch 2: test_reconstruction_loss is nan") as caught:
        fit(model, few_digits, folder, plot_every=1)
    assert caught.value.loss == "test_reconstruction_loss"
    assert epochs(folder) == [1]


@pytest.mark.slow
def test_held_out_metrics_are_those_of_the_whole_splits(model_of_kind, few_digits, tmp_path):
    model = model_of_kind("semisupervised")
    model.compile()
    labels = np.where(np.arange(300) % 5 == 0, few_digits.labels, -1)
    order = np.random.default_rng(0).permutation(300)
    held_out = {"valid": few_digits.take(order[:70]), "test": few_digits.take(order[70:])}
    folder = RunFolder(tmp_path)
    settings = {"epochs": 2, "batch_size": 50, "seed": 0, "verbose": 0}
    train(model, few_digits, labels, held_out, folder, CONFIG, **settings)
    row = list(csv.DictReader(folder.metrics.open()))[-1]
    for name, split in {"labelled": few_digits.take(labels >= 0), **held_out}.items():
        right = model.classify(to_range(split.images)).numpy().argmax(axis=1) == split.labels
        assert float(row[f"{name}_accuracy"]) == pytest.approx(right.mean(), rel=1e-5)
    assert "labelled_reconstruction_loss" not in row
    events = EventAccumulator(str(folder.tensorboard), size_guidance={"tensors": 0})
    events.Reload()
    assert {"test_accuracy", "valid_accuracy", "labelled_accuracy", "style"} <= set(events.Tags()["tensors"])
    assert (tmp_path / "sample_style_2.png").exists()


@pytest.mark.parametrize(
    ("kind", "optimizer", "loss"),
    [
        # Both sides of the game see the codes at the same time.
        slow("aae", "reconstruction", "(discriminator|generator)_loss"),
        ("aae", "discriminator", "generator_loss"),
        slow("semisupervised", "class_discriminator", "class_generator_loss"),
        slow("semisupervised", "generator", "classification_loss"),
        slow("dimreduction", "generator", "classification_loss"),
        slow("vae", "reconstruction", "reconstruction_loss"),
    ],
)
@pytest.mark.parametrize("xla", [False, slow(True)])
def test_the_first_non_finite_loss_is_named(model_of_kind, few_digits, tmp_path, kind, optimizer, loss, xla):
    model = model_of_kind(kind)
    settings = {"classify_every": 1} if "classification" in loss else {}
    model.compile({optimizer: NaNAtStep(0.0)}, jit_compile=xla, **settings)
    folder = RunFolder(tmp_path)
    held_out = {"test": few_digits, "valid": few_digits}
    settings = {"epochs": 3, "batch_size": 50, "seed": 0, "verbose": 0, "policy": CheckpointPolicy(1)}
    with pytest.raises(TrainingDivergedError) as caught:
        train(model, few_digits, few_digits.labels, held_out, folder, CONFIG, **settings)
    # The optimiser of a model of one phase is at step 9, that of the next step sees it.
    step = 4 if kind == "vae" else 3
    assert re.search(f"at step {step} of epoch 2: {loss} is not finite", str(caught.value))
    assert re.fullmatch(loss, caught.value.loss)
    assert epochs(folder) == [1]


@pytest.mark.slow
def test_a_step_that_xla_compiles_stops_too(model_of_kind, few_digits, tmp_path):
    model = model_of_kind("aae")
    model.compile({"generator": NaNAtStep(0.0)}, jit_compile=True)
    with pytest.raises(TrainingDivergedError, match="at step 4 of epoch 2: reconstruction_loss is not finite"):
        fit(model, few_digits, RunFolder(tmp_path))


@pytest.mark.parametrize(("steps", "expected"), [(468, 13), (600, 15), (390, 15), (16, 16), (17, 1), (1, 1), (7, 7)])
def test_executions_divide_the_epoch_evenly(steps, expected):
    assert steps_per_execution(steps) == expected


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (Progress(0), [(0, 3, 6, 0)]),
        (Progress(1), [(1, 3, 6, 6)]),
        (Progress(1, 4), [(1, 2, 2, 10), (2, 3, 6, 12)]),
        (Progress(2, 4), [(2, 3, 2, 16)]),
        (Progress(3), []),
    ],
)
def test_segments_are_the_rest_of_a_begun_epoch_and_the_epochs_after_it(progress, expected):
    assert list(fit_segments(progress, epochs=3, steps=6)) == expected


@pytest.mark.parametrize("moment", ["in the middle of an epoch", "after an epoch"])
def test_a_model_with_a_non_finite_weight_is_not_saved(tmp_path, small_model, moment):
    model, manager = small_model(), CheckpointManager(tmp_path)
    model.compile()
    model.decoder.trainable_variables[0].assign(model.decoder.trainable_variables[0] * float("nan"))
    policy, timer = CheckpointPolicy(minutes=0), EpochTimer()
    callback = CheckpointCallback(manager, policy, 10, epochs=1, steps=10, timer=timer, stop=StopSignals())
    callback.set_model(model)
    with pytest.raises(TrainingDivergedError, match="other weights are not finite"):
        callback.on_train_batch_end(3) if "middle" in moment else callback.on_epoch_end(0)
    assert manager.saved() == []
