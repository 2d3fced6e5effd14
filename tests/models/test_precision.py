import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import load_model
from aae.models.precision import NARROW, TrainingPrecision

from tests.conftest import kinds_of_which

dense = keras.layers.Dense


class Spy(keras.layers.Layer):
    """Passes on what it is given and records its type."""

    def call(self, inputs):
        self.seen = inputs.dtype.name
        return inputs


def network(*layers):
    return keras.Sequential([keras.Input([100]), *layers])


def test_layers_compute_in_bfloat16_inside_and_in_float32_outside():
    seen = network(dense(100))
    inputs = np.ones((2, 100), np.float32)
    with TrainingPrecision([seen], "bfloat16"):
        assert seen(inputs).dtype == tf.bfloat16
    assert seen(inputs).dtype == tf.float32
    assert {weight.dtype for weight in seen.weights} == {"float32"}


def test_layers_without_a_product_compute_in_float32():
    spy, convolution = Spy(), keras.layers.Conv2D(8, 3)
    layers = keras.layers.Reshape([10, 10, 1]), convolution, keras.layers.BatchNormalization(), spy
    with TrainingPrecision([network(dense(100), *layers)], "bfloat16"):
        assert convolution.compute_dtype == "bfloat16"
        network(dense(100), *layers)(np.ones((2, 100), np.float32))
        assert {layer.compute_dtype for layer in layers if layer is not convolution} == {"float32"}
        assert spy.seen == "float32"


def test_entered_twice_it_lasts_until_it_is_left_twice():
    layer = dense(100)
    precision = TrainingPrecision([network(layer)], "bfloat16")
    with precision:
        with precision:
            pass
        assert layer.compute_dtype == "bfloat16"
    assert layer.compute_dtype == "float32"


def test_an_error_inside_does_not_leave_it_in_force():
    layer = dense(100)
    with pytest.raises(RuntimeError), TrainingPrecision([network(layer)], "bfloat16"):
        raise RuntimeError
    assert layer.compute_dtype == "float32"


def test_a_policy_of_the_layers_own_stays():
    layer = dense(100, dtype="float64")
    with TrainingPrecision([network(layer)], "bfloat16"):
        assert layer.compute_dtype == "float64"


def test_narrow_layers_stay_float32_so_that_codes_are_not_rounded():
    wide, to_codes, from_codes = dense(NARROW), dense(2), dense(100)
    with TrainingPrecision([network(wide, to_codes, from_codes)], "bfloat16"):
        assert wide.compute_dtype == "bfloat16"
        assert to_codes.compute_dtype == from_codes.compute_dtype == "float32"


def test_an_unknown_precision_is_refused(small_model):
    with pytest.raises(InputError, match="precision 'float8': expected one of float32, bfloat16"):
        small_model().compile(precision="float8")


def stepped(model, images, precision, rate=1e-4):
    """Weights of ``model`` after one step of SGD less those before."""
    model.compile({phase.name: keras.optimizers.SGD(rate) for phase in model.phases}, precision=precision)
    before = [variable.numpy().copy() for variable in model.trainable_variables]
    model.train_on_batch(images, np.arange(len(images)) % 10)
    return [variable.numpy() - old for variable, old in zip(model.trainable_variables, before, strict=True)]


@kinds_of_which("vae")
def test_a_step_in_bfloat16_is_that_in_float32_but_for_rounding(model_of_kind, few_digits, kind):
    images = to_range(few_digits.images[:64]).numpy()
    steps = {
        precision: stepped(model_of_kind(kind, hidden=(80, 80)), images, precision)
        for precision in ("float32", "bfloat16")
    }
    norm = np.sqrt(sum(np.sum(step**2) for step in steps["float32"]))
    difference = np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(*steps.values(), strict=True)))
    assert 1e-6 < difference / norm < 0.05


def test_what_was_trained_in_bfloat16_evaluates_in_float32(model_of_kind, few_digits, tmp_path):
    model = model_of_kind("aae", hidden=(80, 80))
    images = to_range(few_digits.images[:64]).numpy()
    stepped(model, images, "bfloat16")
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    assert again.precision == "bfloat16"
    assert {layer.compute_dtype for layer in (*again.encoder.layers, *model.encoder.layers)} == {"float32"}
    first, second, last = ((layer.kernel.numpy(), layer.bias.numpy()) for layer in model.encoder.layers[2:])
    hidden = images.reshape(64, -1).astype(np.float64)
    for kernel, bias in (first, second):
        hidden = np.maximum(hidden @ kernel + bias, 0)
    codes = (hidden @ last[0] + last[1])[:, :2]
    np.testing.assert_allclose(again.encode(images), codes, rtol=1e-5, atol=1e-5)
