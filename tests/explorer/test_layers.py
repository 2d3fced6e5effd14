"""Networks as a page computes them, against Keras."""

import keras
import numpy as np
import pytest
from aae.errors import InputError
from aae.explorer.layers import Dense, compute, dense_layers
from aae.models.networks import mlp_decoder, mlp_encoder

IMAGES = np.random.default_rng(0).uniform(-1, 1, (50, 4, 3, 1)).astype(np.float32)


def trained(network):
    """The network with weights and moments as training might leave them."""
    rng = np.random.default_rng(1)
    network.set_weights([np.abs(rng.normal(0.3, 0.4, weight.shape)) for weight in network.get_weights()])
    return network


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_norm": True},
        {"hidden_noise": 0.3, "dropout": 0.2, "input_dropout": 0.1},
        {"batch_norm": True, "hidden_noise": 0.3},
        {"normalised": True},
    ],
    ids=lambda settings: "-".join(settings) or "plain",
)
def test_an_encoder_gives_what_keras_computes(settings):
    encoder = trained(mlp_encoder((4, 3, 1), 5, hidden=(7, 6), **settings))
    found = compute(dense_layers(encoder), IMAGES.reshape(50, -1))
    assert found == pytest.approx(np.asarray(encoder(IMAGES)), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("settings", [{}, {"batch_norm": True}, {"logit_scale": 2.0}])
def test_both_heads_of_an_encoder(settings):
    encoder = trained(mlp_encoder((4, 3, 1), 5, hidden=(7, 6), n_classes=4, **settings))
    for output, expected in enumerate(encoder(IMAGES)):
        found = compute(dense_layers(encoder, output), IMAGES.reshape(50, -1))
        assert found == pytest.approx(np.asarray(expected), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("output", ["tanh", "sigmoid", "linear"])
def test_a_decoder_gives_what_keras_computes(output):
    decoder = trained(mlp_decoder(2, (4, 3, 1), hidden=(7, 6), output=output, batch_norm=True))
    codes = np.random.default_rng(2).normal(size=(50, 2)).astype(np.float32)
    expected = np.asarray(decoder(codes)).reshape(50, -1)
    assert compute(dense_layers(decoder), codes) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_a_layer_and_a_scale_after_it():
    layer = Dense(np.array([[1.0, 2.0]]), np.array([3.0, 4.0])).scaled(np.array([10.0, 100.0]), np.array([0.5, 0.0]))
    assert compute([layer], np.array([[2.0]])) == pytest.approx(np.array([[50.5, 800.0]]))


def test_a_network_that_is_not_fully_connected_is_refused():
    network = keras.Sequential([keras.Input((4, 3, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()])
    with pytest.raises(InputError, match=r"Conv2D\): expected dense"):
        dense_layers(network)
    with pytest.raises(InputError, match="the activation gelu"):
        dense_layers(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "gelu")]))


def test_an_encoder_that_is_fed_noise_is_refused():
    with pytest.raises(InputError, match="2 inputs"):
        dense_layers(mlp_encoder((4, 3, 1), 5, hidden=(7,), n_noise=2))
