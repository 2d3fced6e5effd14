import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import AAE, load_model, posteriors

from tests.conftest import slow


def test_gaussian_posterior_has_the_encoders_mean_and_spread():
    mean, raw_scale = [1.0, -2.0], [0.0, 2.0]
    outputs = np.tile(np.array(mean + raw_scale, np.float32), (40_000, 1))
    posterior = posteriors.get("gaussian")
    codes = posterior.sample(outputs, seed=0).numpy()
    assert codes.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert codes.std(axis=0) == pytest.approx(np.log1p(np.exp(raw_scale)), rel=0.02)
    np.testing.assert_array_equal(posterior.mean(outputs)[0], mean)


def test_deterministic_posterior_is_the_output():
    outputs = np.array([[1.0, 2.0]], np.float32)
    posterior = posteriors.get("deterministic")
    assert posterior.sample(outputs, seed=0) is outputs
    assert posterior.params_size(2) == 2


@pytest.mark.parametrize("kind", ["aae", "semisupervised"])
def test_noise_on_codes_is_about_the_mean_code_and_not_in_it(model_of_kind, few_digits, kind):
    noisy, plain = (model_of_kind(kind, posterior="deterministic", code_noise=noise) for noise in (0.5, 0))
    images = tf.tile(to_range(few_digits.images[:4]), [2000, 1, 1, 1])
    for drawn in (noisy.infer(images).z, noisy.sample_codes(images, 1)):
        noise = drawn.numpy() - noisy.encode(images).numpy()
        assert noise.mean(axis=0) == pytest.approx([0, 0], abs=0.03)
        np.testing.assert_allclose(np.cov(noise.T), 0.25 * np.eye(2), atol=0.02)
    np.testing.assert_array_equal(noisy.encode(images), plain.encode(images))
    np.testing.assert_array_equal(plain.infer(images).z, plain.sample_codes(images, 1))


def test_an_unknown_posterior_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="'nope': expected one of gaussian, deterministic"):
        posteriors.get("nope")


def test_the_universal_posterior_feeds_noise_to_the_encoder(model_of_kind, few_digits):
    model = model_of_kind("aae", posterior="universal", hidden=(64, 64))
    images = to_range(few_digits.images[:50])
    one, other = (model.sample_codes(images, seed).numpy() for seed in (1, 2))
    assert not np.allclose(one, other)
    np.testing.assert_array_equal(one, model.sample_codes(images, 1))
    resting = model.encoder([images, tf.zeros((50, 3))])
    np.testing.assert_allclose(model.encode(images), resting, rtol=1e-5)
    np.testing.assert_array_equal(model.encode(images), model.encode(images))
    noise = keras.random.normal((50, 3), seed=1)
    np.testing.assert_allclose(one, model.encoder([images, noise]), rtol=1e-5)


@pytest.mark.parametrize("kind", ["aae", *map(slow, ("supervised", "semisupervised", "clustering", "dimreduction"))])
def test_models_train_and_are_saved_with_the_universal_posterior(model_of_kind, few_digits, tmp_path, kind):
    model = model_of_kind(kind, posterior="universal", ema_decay=0.5)
    model.compile()
    images = to_range(few_digits.images).numpy()
    history = model.fit(images, few_digits.labels, batch_size=100, verbose=0).history
    assert np.isfinite(list(history.values())).all()
    model.save(tmp_path / "model.keras")
    copy = load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(copy.sample_codes(images, 1), model.sample_codes(images, 1))
    assert copy.image_shape == (28, 28, 1)


@pytest.mark.parametrize(("given", "wanted", "words"), [("aae", "universal", "of 1 inputs"), ("u", "gaussian", "of 2")])
def test_an_encoder_of_the_wrong_number_of_inputs_is_named(model_of_kind, given, wanted, words):
    model = model_of_kind("aae", posterior="universal" if given == "u" else "deterministic")
    with pytest.raises(InputError, match=words):
        AAE(model.encoder, model.decoder, model.discriminator, model.prior, posterior=wanted)


def test_a_universal_posterior_can_take_a_shape_that_is_no_gaussian(model_of_kind):
    """An encoder that turns noise into two far places gives codes of two humps for one image."""
    images, noise = keras.Input((28, 28, 1)), keras.Input([1])
    sign = keras.layers.Lambda(lambda x: 3 * tf.sign(x) + 0.1 * x)(noise)
    # Nothing of the images, of which Keras wants something all the same.
    nothing = keras.layers.Lambda(lambda x: 0 * x)(keras.layers.GlobalAveragePooling2D()(images))
    sign = keras.layers.Add()([sign, nothing])
    encoder = keras.Model([images, noise], keras.layers.Concatenate()([sign, sign]))
    base = model_of_kind("aae", posterior="deterministic")
    model = AAE(encoder, base.decoder, base.discriminator, base.prior, posterior="universal")
    codes = model.sample_codes(np.zeros((500, 28, 28, 1), np.float32), 0).numpy()[:, 0]
    assert (np.abs(codes) > 2.9).all()
    assert 0.4 < np.mean(codes > 0) < 0.6
