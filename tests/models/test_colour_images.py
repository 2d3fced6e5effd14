"""Colour images, convolutional networks of the user's own, three classes: nothing of the models is MNIST's."""

import keras
import numpy as np
import pytest
from aae.models import (
    AAE,
    ClusteringAAE,
    DimensionalityReductionAAE,
    SemiSupervisedAAE,
    SupervisedAAE,
    heads,
    load_model,
    networks,
    priors,
)
from keras.layers import Conv2D, Conv2DTranspose, Dense, Flatten, Reshape

from tests.conftest import slow

SHAPE = (32, 32, 3)
CLASSES = 3
CODES = 4


def encoder(two_headed):
    images = keras.Input(SHAPE)
    features = Flatten()(Conv2D(8, 4, 4, activation="relu")(images))
    outputs = [Dense(2 * CODES)(features), Dense(CLASSES)(features)] if two_headed else Dense(2 * CODES)(features)
    return keras.Model(images, outputs)


def decoder(n_inputs):
    upwards = [Dense(8 * 8 * 8, "relu"), Reshape((8, 8, 8)), Conv2DTranspose(3, 4, 4, activation="tanh")]
    return keras.Sequential([keras.Input([n_inputs]), *upwards])


def discriminator(n_inputs):
    return networks.mlp_discriminator(n_inputs, hidden=(16,))


def make(kind):
    prior = priors.Gaussian(CODES)
    two_headed = kind in (SemiSupervisedAAE, ClusteringAAE, DimensionalityReductionAAE)
    labelled = kind is SupervisedAAE
    n_decoded = CODES + (0 if kind in (AAE, DimensionalityReductionAAE) else CLASSES)
    parts = [encoder(two_headed), decoder(n_decoded), discriminator(CODES + (CLASSES + 1 if labelled else 0))]
    if two_headed:
        parts.append(discriminator(CLASSES))
    if kind is DimensionalityReductionAAE:
        parts.append(heads.cluster_heads(CLASSES, CODES))
    return kind(*parts, prior, **({} if kind is AAE else {"n_classes": CLASSES}))


@pytest.mark.parametrize(
    "kind", [SupervisedAAE, *map(slow, (AAE, SemiSupervisedAAE, ClusteringAAE, DimensionalityReductionAAE))]
)
def test_colour_images_of_three_classes(kind, tmp_path):
    generator = np.random.default_rng(0)
    images = generator.uniform(-1, 1, (60, *SHAPE)).astype(np.float32)
    labels = np.arange(60) % CLASSES
    model = make(kind)
    model.compile()
    history = model.fit(images, labels, batch_size=20, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    assert model.encode(images).shape == (60, CODES)
    assert model.reconstruct(images, labels).shape == images.shape
    assert model.sample(5).shape == (5, *SHAPE)
    if hasattr(model, "classify"):
        assert model.classify(images).shape == (60, CLASSES)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(load_model(tmp_path / "model.keras").encode(images), model.encode(images))
