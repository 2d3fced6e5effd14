"""What ``compile`` and ``fit`` refuse in one line, where Keras would take it without effect or end in its own error."""

import io
import zipfile

import h5py
import keras
import numpy as np
import pytest
from aae.errors import InputError, TrainingDivergedError


@pytest.fixture(scope="module")
def shared_optimizer():
    return keras.optimizers.SGD(0.1)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"optimizer": "adam"}, "compile with optimizer: expected optimizers and loss_weights"),
        ({"loss": "mse", "metrics": ["mse"]}, "compile with loss, metrics: expected"),
        (
            {"optimizers": "adam"},
            r"optimizers 'adam': expected a dictionary from phases \(reconstruction, discriminator",
        ),
        ({"optimizers": {"generator": "adm"}}, "the optimiser of generator, 'adm': expected a Keras optimiser or"),
        ({"optimizers": {"generator": 0.1}}, "the optimiser of generator, 0.1: expected a Keras optimiser or"),
        ({"optimizers": {"genrator": "adam"}}, "optimizers .*genrator"),
        ({"loss_weights": {"generator": -1}}, "loss_weights: generator -1: expected a finite number, 0 or above"),
        ({"loss_weights": {"generator": float("nan")}}, "loss_weights: generator nan: expected"),
        ({"loss_weights": {"generator": "6"}}, "loss_weights: generator '6': expected"),
    ],
)
def test_what_compile_would_ignore_or_cannot_use_is_refused(small_model, given, line):
    with pytest.raises(InputError, match=line):
        small_model().compile(**given)


def test_one_optimizer_for_two_phases_is_refused(small_model, shared_optimizer):
    with pytest.raises(InputError, match="one and the same for several phases"):
        small_model().compile({"generator": shared_optimizer, "discriminator": shared_optimizer})


def test_an_optimizer_may_be_named(small_model):
    model = small_model()
    model.compile({"generator": "sgd"})
    assert isinstance(model.generator_optimizer, keras.optimizers.SGD)
    assert isinstance(model.reconstruction_optimizer, keras.optimizers.Adam)


def test_compiled_again_a_model_keeps_no_optimizer_that_it_does_not_use(small_model, tmp_path):
    model = small_model()
    model.compile()
    model.compile(update="joint")
    model.save(tmp_path / "model.keras")
    weights = zipfile.ZipFile(tmp_path / "model.keras").read("model.weights.h5")
    assert "generator_optimizer" not in h5py.File(io.BytesIO(weights))
    assert keras.saving.load_model(tmp_path / "model.keras").update == "joint"


@pytest.mark.parametrize("name", ["sample_weight", "class_weight"])
def test_weights_of_images_or_classes_are_refused(small_model, name):
    model = small_model()
    model.compile()
    with pytest.raises(InputError, match=f"fit with {name}: expected none"):
        model.fit(np.zeros((4, 28, 28, 1), np.float32), **{name: {0: 1.0}})


@pytest.mark.parametrize(
    ("images", "line"),
    [
        ([[[[0.0]] * 28] * 28], "lists of numbers: expected arrays"),
        (np.zeros((0, 28, 28, 1), np.float32), "no images or no labels: expected at least one"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_lists_and_nothing_are_refused(small_model, images, line, method):
    model = small_model()
    model.compile()
    with pytest.raises(InputError, match=line):
        getattr(model, method)(images)


@pytest.mark.parametrize(
    ("train", "step"),
    [
        (lambda model, images: model.fit(images, batch_size=4, shuffle=False, verbose=0), 1),
        (lambda model, images: model.train_on_batch(images), 0),
    ],
    ids=["fit", "train_on_batch"],
)
def test_a_loss_that_is_nan_is_one_line_without_the_scripts_too(small_model, train, step):
    """The NaN is in the second batch of ``fit``, for the first one is looked at before training."""
    model = small_model()
    model.compile()
    images = np.zeros((8, 28, 28, 1), np.float32)
    images[7] = np.nan
    with pytest.raises(TrainingDivergedError, match="reconstruction_loss is not finite") as caught:
        train(model, images)
    assert (caught.value.loss, caught.value.step) == ("reconstruction_loss", step)
    assert "\n" not in str(caught.value)
