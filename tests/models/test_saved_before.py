"""Models of earlier versions load, and train on to the same weights.

Those of `embedding_average` were saved while `ema_decay` was called `average`, the others before `compile` was keyed by
phase and loss.
"""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from aae.models import load_model

SAVED = Path(__file__).parent / "saved_before"
BATCH, SHAPE, N_CLASSES = 12, (6, 6, 1), 4


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.keras")), ids=lambda path: path.stem)
def test_an_earlier_model_trains_on(path, tmp_path):
    draw = np.random.default_rng(3)
    images = draw.uniform(-1, 1, (2, BATCH, *SHAPE)).astype(np.float32)
    labels = draw.integers(0, N_CLASSES, (2, BATCH)).astype(np.int32)
    model = load_model(path)
    model.train_step((tf.constant(images[1]), tf.constant(labels[1])))
    with np.load(path.with_suffix(".npz")) as expected:
        np.testing.assert_allclose(model.encode(images[0]), expected["codes"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(model.encoder.trainable_variables[0], expected["kernel"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(model.reconstruct(images[0], labels[0]), expected["recon"], rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "model.keras")
    assert load_model(tmp_path / "model.keras").get_compile_config() == model.get_compile_config()
