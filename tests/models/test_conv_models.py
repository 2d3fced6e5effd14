"""Every kind of model with convolutional networks: it trains, is saved and exported; what cannot use it says so."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.config import DEFAULTS, ModelConfig
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.explorer import explore
from aae.models import load_model
from aae.models.build import build_model
from aae.models.precision import TrainingPrecision
from aae.training.fit import training_stream
from aae.zoo.packing import pack

from tests.conftest import KINDS, kinds_of_which

CONV = {"network": "conv", "filters": 4, "batch_norm": True}


def fit(model, split, steps):
    batches = training_stream(model, split.images, split.labels, 50, 0)
    return model.fit(batches, steps_per_epoch=steps, verbose=0, shuffle=False).history


def kernels(network):
    return [layer.kernel.shape for layer in network.layers if hasattr(layer, "kernel")]


def test_widths_of_a_whole_model():
    model = build_model(ModelConfig("semisupervised", network="conv", filters=6, hidden=(20, 20)), (16, 16, 3), 5)
    assert kernels(model.encoder) == [(4, 4, 3, 6), (4, 4, 6, 12), (4 * 4 * 12, 4), (4 * 4 * 12, 5)]
    assert kernels(model.decoder) == [(2 + 5, 4 * 4 * 12), (4, 4, 6, 12), (4, 4, 3, 6)]
    # Discriminators stay perceptrons.
    assert kernels(model.discriminator) == [(2, 20), (20, 20), (20, 1)]
    assert kernels(model.class_discriminator) == [(5, 20), (20, 20), (20, 1)]


@pytest.mark.parametrize("kind", DEFAULTS)
def test_convolutions_are_normalised_in_encoder_and_decoder_unless_asked_for_otherwise(kind):
    assert ModelConfig(kind, network="conv").batch_norm == "autoencoder"
    assert ModelConfig(kind, network="conv", batch_norm="none").batch_norm == "none"
    assert ModelConfig(kind).batch_norm == DEFAULTS[kind].batch_norm


@pytest.mark.parametrize(
    ("settings", "shape", "words"),
    [
        ({"network": "transformer"}, (28, 28, 1), "network 'transformer': expected one of mlp, conv"),
        ({"network": "conv"}, (6, 6, 1), r"convolutions on images \[6, 6, 1\]: expected"),
        ({"network": "conv", "filters": 0}, (28, 28, 1), "filters 0: expected a finite number, at least 1"),
    ],
)
def test_what_cannot_be_built_is_refused(settings, shape, words):
    with pytest.raises(InputError, match=words):
        build_model(ModelConfig(**settings), shape, 4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("update", ["alternating", "joint"])
def test_a_saved_model_says_the_same_and_trains_on_as_if_never_saved(model_of_kind, few_digits, tmp_path, kind, update):
    updates = {} if kind in ("ae", "vae") else {"update": update}
    model = model_of_kind(kind, **CONV, dropout=0.3, input_noise=0.1, hidden_noise=0.1, ema_decay=0.9)
    model.compile(precision="bfloat16", **updates)
    fit(model, few_digits, 3)
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    images = to_range(few_digits.images[:20])
    np.testing.assert_array_equal(copy.encode(images), model.encode(images))
    for one in (model, copy):
        fit(one, few_digits, 2)
    for variable, twin in zip(model.variables, copy.variables, strict=True):
        np.testing.assert_array_equal(variable, twin)


@kinds_of_which("supervised")
def test_a_few_steps_lower_the_error(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, **CONV | {"filters": 8})
    model.compile({"reconstruction": keras.optimizers.Adam(2e-3, 0.5)})
    losses = [fit(model, few_digits, 12)["reconstruction_loss"][0] for _ in range(2)]
    assert losses[1] < 0.75 * losses[0]


@pytest.mark.parametrize("posterior", ["deterministic", "universal"])
@pytest.mark.slow
def test_every_posterior(model_of_kind, few_digits, posterior):
    model = model_of_kind("aae", posterior=posterior, **CONV)
    model.compile()
    assert np.isfinite(fit(model, few_digits, 2)["reconstruction_loss"]).all()
    images = to_range(few_digits.images[:5])
    drawn = [model.sample_codes(images, seed).numpy() for seed in (1, 2)]
    assert np.allclose(*drawn) == (posterior == "deterministic")


def step_of(model, split, **settings):
    """What a step of SGD adds to the weights of ``model``, float [n]."""
    model.compile({phase.name: keras.optimizers.SGD(1e-4) for phase in model.phases}, **settings)
    before = [variable.numpy() for variable in model.trainable_variables]
    model.train_on_batch(to_range(split.images[:64]).numpy(), split.labels[:64])
    after = [variable.numpy() for variable in model.trainable_variables]
    return np.concatenate([(new - old).ravel() for new, old in zip(after, before, strict=True)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "low", "high"), [({"jit_compile": True}, 0, 0.01), ({"precision": "bfloat16"}, 1e-6, 0.05)]
)
def test_a_step_under_xla_or_in_bfloat16_is_the_plain_one_but_for_rounding(
    model_of_kind, few_digits, settings, low, high
):
    plain, other = (step_of(model_of_kind("ae", **CONV), few_digits, **more) for more in ({}, settings))
    assert low <= np.linalg.norm(other - plain) / np.linalg.norm(plain) < high


def test_convolutions_compute_in_bfloat16_and_what_they_give_in_float32(model_of_kind, few_digits):
    model = model_of_kind("aae", **CONV)
    with TrainingPrecision([model.encoder, model.decoder], "bfloat16"):
        layers = (*model.encoder.layers, *model.decoder.layers)
        computed = {type(layer).__name__: layer.compute_dtype for layer in layers}
    assert computed["Conv2D"] == computed["Conv2DTranspose"] == "bfloat16"
    assert computed["BatchNormalization"] == computed["LeakyReLU"] == "float32"
    model.compile(precision="bfloat16")
    model.train_on_batch(to_range(few_digits.images[:50]).numpy())
    assert model.encode(to_range(few_digits.images[:5])).dtype == tf.float32
    assert {weight.dtype for weight in model.trainable_weights} == {"float32"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_and_an_onnx_file_reconstruct_as_the_model_does(model_of_kind, few_digits, tmp_path, kind):
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    model, draw = model_of_kind(kind, **CONV), np.random.default_rng(0)
    for weight in model.weights:
        if weight.dtype == "float32":
            weight.assign(weight + draw.uniform(0, 0.1, weight.shape))
    images, labels = to_range(few_digits.images[::30]).numpy(), few_digits.labels[::30].astype(np.int32)
    given = (images, labels) if kind == "supervised" else (images,)
    expected = model.reconstruct(*given)
    model.export(tmp_path / "exported")
    exported = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(exported.serve(*given), expected, rtol=0, atol=1e-5)
    model.export(tmp_path / "model.onnx", format="onnx")
    session = runtime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    (said,) = session.run(None, dict(zip([one.name for one in session.get_inputs()], given, strict=True)))
    np.testing.assert_allclose(said, expected, rtol=0, atol=1e-4)


def test_an_explorer_of_convolutions_is_refused_in_one_line(model_of_kind, few_digits, tmp_path):
    model = model_of_kind("aae", **CONV)
    with pytest.raises(InputError, match=r"a page of a network with convolutions .*: expected dense layers"):
        explore(model, few_digits.images, few_digits.labels, tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_a_model_of_convolutions_is_not_packed(few_digits, tmp_path):
    with pytest.raises(InputError, match="network 'conv': a model to pack is one of multilayer perceptrons, 'mlp'"):
        pack(None, ModelConfig(network="conv"), {}, {"name": "mine"}, {"test": few_digits}, tmp_path)
    assert not list(tmp_path.iterdir())
