"""Models of rows of features: built, trained, saved and asked like those of images."""

import keras
import numpy as np
import pytest
from aae.config import ModelConfig
from aae.data.pipeline import evaluation_batches, to_range
from aae.errors import InputError
from aae.models import load_model
from aae.models.build import build_model
from aae.training.fit import training_stream

from tests.conftest import kinds_of_which, slow

N_ROWS, N_FEATURES, N_CLASSES = 60, 5, 3


@pytest.fixture(scope="module")
def rows():
    generator = np.random.default_rng(0)
    return generator.uniform(size=(N_ROWS, N_FEATURES)).astype(np.float32), np.arange(
        N_ROWS, dtype=np.int32
    ) % N_CLASSES


def small(kind, **settings):
    keras.utils.set_random_seed(0)
    clusters = N_CLASSES if kind == "clustering" else None
    config = ModelConfig(kind, hidden=(8,), n_clusters=clusters, **settings)
    model = build_model(config, (N_FEATURES,), N_CLASSES)
    model.compile()
    return model


def bernoulli(kind):
    return small(kind, likelihood="bernoulli", output="sigmoid")


@kinds_of_which("vae")
@pytest.mark.parametrize("make", [small, slow(bernoulli)])
def test_they_train_answer_and_are_saved(rows, tmp_path, kind, make):
    features, labels = rows
    model = make(kind)
    seen = np.where(np.arange(N_ROWS) % 2, labels, -1) if kind != "supervised" else labels
    batches = training_stream(model, features, seen.astype(np.int32), 20, 0)
    history = model.fit(batches, steps_per_epoch=3, verbose=0, shuffle=False).history
    assert np.isfinite(history["reconstruction_loss"]).all()
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    inputs = to_range(features, model.image_range)
    assert copy.encode(inputs).shape == (N_ROWS, 2)
    np.testing.assert_array_equal(copy.reconstruct(inputs, labels), model.reconstruct(inputs, labels))
    assert copy.reconstruct(inputs, labels).shape == inputs.shape
    assert copy.sample(4, 0).shape == (4, N_FEATURES)


@kinds_of_which("aae")
def test_rows_outside_the_range_of_those_trained_on_are_measured(rows, kind):
    features, labels = rows
    model = small(kind)
    outside = 3 * features - 1
    batches = evaluation_batches(outside, labels, image_range=model.image_range)
    measured = model.evaluate(batches, return_dict=True, verbose=0)
    inputs = to_range(outside, model.image_range).numpy()
    expected = 0.5 * ((inputs - model.reconstruct(inputs, labels).numpy()) ** 2).sum(axis=1).mean()
    assert measured["reconstruction_loss"] == pytest.approx(expected, rel=1e-5)
    assert np.isfinite(model.encode(inputs)).all()


def test_rows_to_train_on_are_scaled_and_all_are_finite(rows):
    features, _ = rows
    model = small("ae")
    message = "images from 0.* to .*: expected -1 to 1, .*; scale every feature by the lowest and highest value of its"
    with pytest.raises(InputError, match=message):
        model.fit(100 * features, verbose=0)
    with pytest.raises(InputError, match="infinite or NaN"):
        model.encode(np.where(features > 0.9, np.nan, features).astype(np.float32))
    with pytest.raises(InputError, match=r"images of shape \(60, 4\): expected \(batch, 5\)"):
        model.encode(features[:, :4])
