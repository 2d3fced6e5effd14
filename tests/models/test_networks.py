import keras
import numpy as np
import pytest
from aae.errors import InputError
from aae.models import networks


def dense_units(network):
    return [layer.units for layer in network.layers if isinstance(layer, keras.layers.Dense)]


def test_shapes_and_widths_are_the_papers():
    encoder = networks.mlp_encoder((28, 28, 1), 4)
    decoder = networks.mlp_decoder(2, (28, 28, 1))
    discriminator = networks.mlp_discriminator(13)
    assert encoder.output_shape == (None, 4)
    assert decoder.output_shape == (None, 28, 28, 1)
    assert discriminator.output_shape == (None, 1)
    assert dense_units(encoder) == [1000, 1000, 4]
    assert dense_units(decoder) == [1000, 1000, 784]
    assert dense_units(discriminator) == [1000, 1000, 1]


def test_decoder_stays_within_the_range_of_the_images():
    decoder = networks.mlp_decoder(2, (4, 4, 3), hidden=(8,))
    images = decoder(np.full((1, 2), 1e3, np.float32)).numpy()
    assert np.abs(images).max() <= 1


def test_dropout_drops_its_share_in_training_only():
    encoder = networks.mlp_encoder((4, 4, 1), 2, hidden=(2000,), dropout=0.25)
    hidden = keras.Model(encoder.input, encoder.layers[-2].output)
    image = np.ones((1, 4, 4, 1), np.float32)
    resting, training = hidden(image, training=False).numpy(), hidden(image, training=True).numpy()
    assert np.mean(training[resting > 0] == 0) == pytest.approx(0.25, abs=0.05)


def test_codes_begin_near_the_origin():
    encoder = networks.mlp_encoder((28, 28, 1), 2)
    images = np.random.default_rng(0).uniform(-1, 1, (64, 28, 28, 1)).astype(np.float32)
    assert np.abs(encoder(images)).max() < 0.2


def test_dropout_of_everything_is_refused():
    with pytest.raises(InputError, match="below 1"):
        networks.mlp_encoder((4, 4, 1), 2, dropout=1.0)


def layers_of(network, kind):
    return [layer for layer in network.layers if isinstance(layer, kind)]


def test_batch_norm_follows_every_hidden_layer_and_every_head_of_the_encoder():
    encoder = networks.mlp_encoder((28, 28, 1), 4, n_classes=10, hidden=(8, 8), batch_norm=True)
    widths = [layer.moving_mean.shape[0] for layer in layers_of(encoder, keras.layers.BatchNormalization)]
    assert sorted(widths) == [4, 8, 8, 10]
    decoder = networks.mlp_decoder(2, (28, 28, 1), hidden=(8, 8), batch_norm=True)
    assert len(layers_of(decoder, keras.layers.BatchNormalization)) == 2
    assert not layers_of(networks.mlp_discriminator(2), keras.layers.BatchNormalization)


def test_initial_weights_have_the_deviation_asked_for():
    keras.utils.set_random_seed(0)
    for network in (
        networks.mlp_encoder((28, 28, 1), 100, init_std=0.01, n_classes=100),
        networks.mlp_decoder(100, (28, 28, 1), init_std=0.01),
        networks.mlp_discriminator(100, init_std=0.01),
    ):
        for layer in layers_of(network, keras.layers.Dense):
            assert np.std(layer.kernel) == pytest.approx(0.01, rel=0.1)


def test_dropout_of_the_input_drops_pixels_in_training_only():
    encoder = networks.mlp_encoder((50, 50, 1), 2, hidden=(8,), input_dropout=0.2)
    (drop,) = layers_of(encoder, keras.layers.Dropout)
    seen = keras.Model(encoder.input, drop.output)
    image = np.ones((1, 50, 50, 1), np.float32)
    assert np.mean(seen(image, training=True).numpy() == 0) == pytest.approx(0.2, abs=0.04)
    np.testing.assert_array_equal(seen(image, training=False), np.ones((1, 2500)))


def test_noise_is_a_second_input():
    encoder = networks.mlp_encoder((28, 28, 1), 2, hidden=(8,), n_noise=5)
    assert encoder.input_shape == [(None, 28, 28, 1), (None, 5)]
    images = np.zeros((3, 28, 28, 1), np.float32)
    one, other = (encoder([images, np.full((3, 5), value, np.float32)]).numpy() for value in (0, 1))
    assert not np.allclose(one, other)


def test_hidden_noise_comes_after_the_normalisation_and_before_the_relu_in_training_only():
    encoder = networks.mlp_encoder((28, 28, 1), 2, hidden=(400, 300), batch_norm=True, hidden_noise=0.3)
    kinds = [type(layer).__name__ for layer in encoder.layers[2:10]]
    assert kinds == ["Dense", "BatchNormalization", "GaussianNoise", "Activation"] * 2
    images = np.random.default_rng(0).uniform(0, 1, (100, 28, 28, 1)).astype(np.float32)
    normalised = keras.Model(encoder.input, [encoder.layers[3].output, encoder.layers[4].output])
    clean, noisy = normalised(images, training=True)
    assert np.std(noisy - clean) == pytest.approx(0.3, rel=0.02)
    np.testing.assert_array_equal(*normalised(images, training=False))


def test_hidden_noise_without_normalisation_comes_before_the_relu():
    encoder = networks.mlp_encoder((4, 4, 1), 2, hidden=(8,), hidden_noise=0.3)
    assert [type(layer).__name__ for layer in encoder.layers[2:5]] == ["Dense", "GaussianNoise", "Activation"]
    assert encoder.layers[2].activation is keras.activations.linear


def test_hidden_noise_below_0_is_refused():
    with pytest.raises(InputError, match=r"hidden_noise -0\.1: expected a standard deviation, 0 or above"):
        networks.mlp_encoder((4, 4, 1), 2, hidden_noise=-0.1)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_logits_of_a_scale_keep_every_class_in_use(batch_norm):
    encoder = networks.mlp_encoder((4, 4, 1), 3, hidden=(8,), n_classes=5, batch_norm=batch_norm, logit_scale=3.0)
    images = np.random.default_rng(0).uniform(0, 1, (200, 4, 4, 1)).astype(np.float32)
    codes, logits = (output.numpy() for output in encoder(images, training=True))
    assert codes.shape == (200, 3)
    np.testing.assert_allclose(logits.mean(0), np.zeros(5), atol=1e-4)
    # The epsilon of batch normalisation takes a little off.
    np.testing.assert_allclose(logits.std(0), np.full(5, 3.0), rtol=0.05)
    learned = [bool(layer.trainable_variables) for layer in layers_of(encoder, keras.layers.BatchNormalization)]
    assert sorted(learned) == ([False, True, True] if batch_norm else [False])


@pytest.mark.parametrize("scale", [0, -1.0])
def test_a_scale_of_logits_that_is_not_above_0_is_refused(scale):
    with pytest.raises(InputError, match="expected a standard deviation above 0"):
        networks.mlp_encoder((4, 4, 1), 2, n_classes=3, logit_scale=scale)
