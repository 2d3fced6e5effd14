"""Convolutional encoder and decoder, against convolutions written out in NumPy."""

import keras
import numpy as np
import pytest
from aae.errors import InputError
from aae.models.networks import conv_decoder, conv_encoder

SIZES = {
    (28, 28, 1): [(14, 14), (7, 7)],
    (32, 32, 3): [(16, 16), (8, 8), (4, 4)],
    (64, 64, 3): [(32, 32), (16, 16), (8, 8), (4, 4)],
    (17, 23, 1): [(9, 12), (5, 6)],
    (8, 8, 1): [(4, 4)],
    (9, 40, 2): [(5, 20)],
}


def layers_of(network, *kinds):
    return [layer for layer in network.layers if isinstance(layer, kinds)]


def kinds(network):
    return [type(layer).__name__ for layer in network.layers]


@pytest.mark.parametrize("shape", SIZES)
def test_maps_are_halved_to_4_to_7_pixels_and_the_decoder_ends_in_the_shape_of_the_images(shape):
    encoder, decoder = conv_encoder(shape, 6, 2), conv_decoder(3, shape, 2)
    maps = [tuple(layer.output.shape[1:]) for layer in layers_of(encoder, keras.layers.Conv2D)]
    assert maps == [(*size, 2 * 2**index) for index, size in enumerate(SIZES[shape])]
    assert encoder.output_shape == (None, 6)
    upwards = layers_of(decoder, keras.layers.Conv2DTranspose)
    assert [tuple(layer.input.shape[1:]) for layer in upwards] == maps[::-1]
    assert decoder(np.zeros((2, 3), np.float32)).shape == (2, *shape)


def at_random(network):
    """The network with weights drawn at random, biases and moments too, and those weights."""
    draw = np.random.default_rng(1)
    network.set_weights([draw.uniform(0.1, 0.4, weight.shape) * draw.choice([-1, 1]) for weight in network.weights])
    return network, iter([weight.numpy().astype(np.float64) for weight in network.weights])


def convolved(images, kernel, before):
    """A strided convolution: output (i, j) sees 4 x 4 pixels from (2 i - before, 2 j - before) on, 0 outside."""
    padded = np.pad(images, [(0, 0), (before[0], 4), (before[1], 4), (0, 0)])
    height, width = (-(-side // 2) for side in images.shape[1:3])
    outputs = np.zeros((len(images), height, width, kernel.shape[3]))
    for i in range(height):
        for j in range(width):
            seen = padded[:, 2 * i : 2 * i + 4, 2 * j : 2 * j + 4]
            outputs[:, i, j] = np.tensordot(seen, kernel, axes=([1, 2, 3], [0, 1, 2]))
    return outputs


def test_an_encoder_is_convolutions_leaky_relus_and_a_dense_layer():
    encoder, weights = at_random(conv_encoder((17, 8, 2), 3, 2, batch_norm=False))
    images = np.random.default_rng(0).normal(size=(2, 17, 8, 2))
    # 17 rows make 9, for which 3 are added, 1 before and 2 after; 8 columns make 4, for which 2 are.
    features = convolved(images, next(weights), (1, 1)) + next(weights)
    features = np.where(features > 0, features, 0.2 * features)
    outputs = features.reshape(2, -1) @ next(weights) + next(weights)
    np.testing.assert_allclose(encoder(images.astype(np.float32)), outputs, rtol=1e-4, atol=1e-4)


def spread(maps, kernel):
    """A transposed convolution: each place adds its values times the kernel at 4 x 4 pixels from (2 i - 1, 2 j - 1)."""
    height, width = maps.shape[1:3]
    outputs = np.zeros((len(maps), 2 * height + 2, 2 * width + 2, kernel.shape[2]))
    for i in range(height):
        for j in range(width):
            outputs[:, 2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += np.tensordot(maps[:, i, j], kernel, axes=(1, 3))
    return outputs[:, 1:-1, 1:-1]


@pytest.mark.parametrize(("output", "function"), [("tanh", np.tanh), ("linear", lambda x: x)])
def test_a_decoder_is_a_dense_layer_and_transposed_convolutions_without_the_surplus_of_odd_sides(output, function):
    decoder, weights = at_random(conv_decoder(3, (17, 18, 1), 2, output=output, batch_norm=False))
    codes = np.random.default_rng(0).normal(size=(2, 3))
    features = np.maximum(codes @ next(weights) + next(weights), 0).reshape(2, 5, 5, 4)
    features = np.maximum(spread(features, next(weights)) + next(weights), 0)[:, :9, :9]
    images = (spread(features, next(weights)) + next(weights))[:, :17, :18]
    np.testing.assert_allclose(decoder(codes.astype(np.float32)), function(images), rtol=1e-4, atol=1e-4)


def test_batch_norm_follows_every_hidden_convolution_but_the_encoders_first():
    encoder, decoder = conv_encoder((32, 32, 3), 4, 2, n_classes=5), conv_decoder(2, (32, 32, 3), 2)
    hidden = ["Conv2D", "BatchNormalization", "LeakyReLU"]
    assert kinds(encoder) == ["InputLayer", "Conv2D", "LeakyReLU", *hidden, *hidden, "Flatten", "Dense", "Dense"]
    hidden = ["BatchNormalization", "ReLU", "Conv2DTranspose"]
    assert kinds(decoder) == ["Dense", "Reshape", *hidden * 3, "Activation"]
    # The moving moments keep up with convolutions that change fast.
    norms = [*layers_of(encoder, keras.layers.BatchNormalization), *layers_of(decoder, keras.layers.BatchNormalization)]
    assert {layer.momentum for layer in norms} == {0.9}
    # What the normalisation would take away again is not learned.
    used = [layer.use_bias for layer in layers_of(encoder, keras.layers.Conv2D, keras.layers.Dense)]
    assert used == [True, False, False, True, True]
    used = [layer.use_bias for layer in layers_of(decoder, keras.layers.Dense, keras.layers.Conv2DTranspose)]
    assert used == [False, False, False, True]


def test_without_batch_norm_every_layer_has_a_bias():
    shape = (16, 16, 1)
    for network in (conv_encoder(shape, 4, 2, batch_norm=False), conv_decoder(4, shape, 2, batch_norm=False)):
        assert "BatchNormalization" not in kinds(network)
        assert all(layer.use_bias for layer in network.layers if hasattr(layer, "use_bias"))


def test_noise_comes_after_the_normalisation_and_dropout_after_the_activation():
    encoder = conv_encoder((16, 16, 1), 2, 2, dropout=0.3, hidden_noise=0.2, input_dropout=0.1)
    first = ["InputLayer", "Dropout", "Conv2D", "GaussianNoise", "LeakyReLU", "Dropout"]
    second = ["Conv2D", "BatchNormalization", "GaussianNoise", "LeakyReLU", "Dropout"]
    assert kinds(encoder) == [*first, *second, "Flatten", "Dense"]
    assert [layer.rate for layer in layers_of(encoder, keras.layers.Dropout)] == [0.1, 0.3, 0.3]
    assert {layer.stddev for layer in layers_of(encoder, keras.layers.GaussianNoise)} == {0.2}
    decoder = conv_decoder(2, (16, 16, 1), 2, dropout=0.3)
    hidden = ["BatchNormalization", "ReLU", "Dropout", "Conv2DTranspose"]
    assert kinds(decoder) == ["Dense", "Reshape", *hidden * 2, "Activation"]


def test_values_keep_their_size_from_layer_to_layer():
    """Without normalisation too, mean squares neither grow nor fade on the way through the network."""
    keras.utils.set_random_seed(0)
    draw = np.random.default_rng(0)
    decoder = conv_decoder(50, (32, 32, 3), 32, output="linear", batch_norm=False)
    encoder = conv_encoder((32, 32, 3), 4, 32, batch_norm=False)
    for network, inputs in ((decoder, (20, 50)), (encoder, (4, 32, 32, 3))):
        values, squares = draw.normal(size=inputs).astype(np.float32), []
        for layer in network.layers[1 if network is encoder else 0 :]:
            values = layer(values)
            if isinstance(layer, (keras.layers.Conv2D, keras.layers.Conv2DTranspose)):
                squares.append(np.mean(np.square(values)))
        assert min(squares) > 0.5
        assert max(squares) < 4


def test_initial_weights_have_the_deviation_asked_for():
    keras.utils.set_random_seed(0)
    for network in (conv_encoder((28, 28, 1), 4, 16, init_std=0.02), conv_decoder(4, (28, 28, 1), 16, init_std=0.02)):
        for layer in layers_of(network, keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.Dense):
            assert np.std(layer.kernel) == pytest.approx(0.02, rel=0.2)


def test_the_heads_are_those_of_the_perceptrons():
    encoder = conv_encoder((16, 16, 1), 3, 4, n_classes=5, logit_scale=3.0)
    images = np.random.default_rng(0).uniform(-1, 1, (200, 16, 16, 1)).astype(np.float32)
    codes, logits = (output.numpy() for output in encoder(images, training=True))
    assert codes.shape == (200, 3)
    assert np.abs(codes).max() < 0.2
    np.testing.assert_allclose(logits.mean(0), np.zeros(5), atol=1e-3)
    np.testing.assert_allclose(logits.std(0), np.full(5, 3.0), rtol=0.1)
    codes = conv_encoder((16, 16, 1), 3, 4, normalised=True)(images, training=True).numpy()
    np.testing.assert_allclose(codes.mean(0), np.zeros(3), atol=1e-4)


def test_noise_for_the_universal_posterior_is_one_more_channel():
    encoder = conv_encoder((16, 17, 2), 2, 4, n_noise=5)
    assert encoder.input_shape == [(None, 16, 17, 2), (None, 5)]
    assert layers_of(encoder, keras.layers.Conv2D)[0].kernel.shape == (4, 4, 3, 4)
    images = np.ones((3, 16, 17, 2), np.float32)
    one, other = (encoder([images, np.full((3, 5), value, np.float32)]).numpy() for value in (0, 1))
    assert not np.allclose(one, other)


@pytest.mark.parametrize("make", [lambda shape: conv_encoder(shape, 4), lambda shape: conv_decoder(4, shape)])
@pytest.mark.parametrize("shape", [(7, 28, 1), (28, 7, 1), (784,), (28, 28), (8, 28, 28, 1)])
def test_images_that_are_too_small_or_no_images_are_refused(make, shape):
    with pytest.raises(InputError, match=r"expected \[height, width, channels\], of 8 pixels or more") as refused:
        make(shape)
    assert str(refused.value).startswith(f"convolutions on images {list(shape)}: ")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"filters": 0}, "filters 0: expected at least 1"),
        ({"dropout": 1.0}, "dropout 1.0: expected a share"),
        ({"input_dropout": 1.0}, "dropout 1.0: expected a share"),
        ({"hidden_noise": -1.0}, "hidden_noise -1.0: expected"),
        ({"logit_scale": 0}, "logit_scale 0: expected"),
    ],
)
def test_settings_out_of_range_are_refused(settings, words):
    with pytest.raises(InputError, match=words):
        conv_encoder((16, 16, 1), 4, **settings)
