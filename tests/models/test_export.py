import importlib.util

import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import load_model

from tests.conftest import TWO_HEADED, WITH_CLASSES, kinds_of_which, slow

SETTINGS = {"ema_decay": 0.9, "batch_norm": True, "dropout": 0.2, "input_noise": 0.3}


@pytest.fixture
def batch(few_digits):
    return to_range(few_digits.images[::30]).numpy(), few_digits.labels[::30].astype(np.int32)


@pytest.fixture
def moved(model_of_kind):
    """A function that makes a model of a kind whose weights, averages and moments are all moved from their start."""

    def make(kind, **settings):
        model, draw = model_of_kind(kind, **SETTINGS | settings), np.random.default_rng(0)
        for weight in model.weights:
            if weight.dtype == "float32":
                weight.assign(weight + draw.uniform(0, 0.1, weight.shape))
        return model

    return make


def as_is_and_loaded(model, folder):
    """The model, and what is loaded after it was saved."""
    model.save(folder / "model.keras")
    return model, load_model(folder / "model.keras")


def given_to(kind, images, labels):
    return (images, labels) if kind == "supervised" else (images,)


@pytest.mark.slow
@kinds_of_which("supervised")
def test_a_saved_model_reconstructs_as_the_model_does(moved, batch, tmp_path, kind):
    given = given_to(kind, *batch)
    for model in as_is_and_loaded(moved(kind), tmp_path):
        model.export(tmp_path / "exported")
        exported = tf.saved_model.load(tmp_path / "exported")
        np.testing.assert_allclose(exported.serve(*given), model.reconstruct(*given), rtol=0, atol=1e-6)


@kinds_of_which("supervised")
def test_an_onnx_file_reconstructs_as_the_model_does(moved, batch, tmp_path, kind):
    onnx, runtime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    given = given_to(kind, *batch)
    for model in as_is_and_loaded(moved(kind), tmp_path):
        model.export(tmp_path / "model.onnx", format="onnx")
        (opset,) = [entry.version for entry in onnx.load(tmp_path / "model.onnx").opset_import if not entry.domain]
        assert opset == 18
        session = runtime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
        names = [argument.name for argument in session.get_inputs()]
        assert names == ["images", "labels"][: len(given)]
        (said,) = session.run(None, dict(zip(names, given, strict=True)))
        # ONNX Runtime's tanh, exp and products round otherwise: 1e-6 seen.
        np.testing.assert_allclose(said, model.reconstruct(*given), rtol=0, atol=3e-6)


@pytest.mark.slow
@kinds_of_which("dimreduction")
def test_every_part_of_a_model_is_an_endpoint(moved, batch, tmp_path, kind):
    images, labels = batch
    for model in as_is_and_loaded(moved(kind), tmp_path):
        model.export_endpoints(tmp_path / "exported")
        parts = tf.saved_model.load(tmp_path / "exported")
        codes = parts.encode(images)
        np.testing.assert_allclose(codes, model.encode(images), rtol=0, atol=1e-6)
        given = (codes, labels) if kind in WITH_CLASSES else (codes,)
        np.testing.assert_allclose(parts.decode(*given), model.decode(*given), rtol=0, atol=1e-6)
        assert hasattr(parts, "classify") == (kind in TWO_HEADED)
        if kind in TWO_HEADED:
            np.testing.assert_allclose(parts.classify(images), model.classify(images), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("posterior", "likelihood"),
    [
        ("universal", "bernoulli"),
        slow("universal", "gaussian"),
        slow("deterministic", "bernoulli"),
        slow("deterministic", "gaussian"),
    ],
)
def test_posteriors_and_likelihoods_are_exported(model_of_kind, batch, tmp_path, posterior, likelihood):
    model = model_of_kind("aae", posterior=posterior, likelihood=likelihood, image_range=(0.0, 1.0))
    images = (batch[0] + 1) / 2
    model.export(tmp_path / "exported")
    exported = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(exported.serve(images), model.reconstruct(images), rtol=0, atol=1e-6)


@pytest.mark.slow
def test_what_is_exported_is_by_the_averaged_weights(moved, batch, tmp_path):
    """Weights of training that are changed afterwards change nothing; averaged ones do."""
    images, is_unmoved = batch[0], []
    for changed in ("encoder", "ema_encoder"):
        model = moved("aae")
        before = model.encode(images).numpy()
        for kernel in (layer.kernel for layer in getattr(model, changed).layers if hasattr(layer, "kernel")):
            kernel.assign(kernel + 0.1)
        model.export_endpoints(tmp_path / changed)
        exported = tf.saved_model.load(tmp_path / changed)
        is_unmoved.append(np.allclose(exported.encode(images), before, atol=1e-6))
    assert is_unmoved == [True, False]


@pytest.mark.slow
def test_a_model_trains_on_after_it_was_exported(moved, batch, tmp_path):
    exported, other = moved("aae"), moved("aae")
    exported.export(tmp_path / "exported")
    exported.export_endpoints(tmp_path / "endpoints")
    for model in (exported, other):
        model.compile()
        model.fit(batch[0], shuffle=False, verbose=0)
    for variable, twin in zip(exported.variables, other.variables, strict=True):
        np.testing.assert_array_equal(variable, twin)


def test_without_the_packages_of_onnx_one_line_says_what_to_install(model_of_kind, tmp_path, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "tf2onnx" else found(name))
    with pytest.raises(InputError, match=r"without tf2onnx: .*; pip install 'adversarial-autoencoders\[onnx\]'"):
        model_of_kind("ae").export(tmp_path / "model.onnx", format="onnx")
    assert not (tmp_path / "model.onnx").exists()
