import keras
import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.models import VAE, networks, posteriors, priors


def softplus(values):
    return np.log1p(np.exp(values))


@pytest.mark.parametrize("std", [1.0, 5.0])
def test_divergence_is_the_closed_form_and_that_of_samples(std):
    means, raw_scales = np.random.default_rng(0).normal(0, 2, (2, 6, 3))
    outputs = np.concatenate([means, raw_scales], axis=1).astype(np.float32)
    scales = softplus(raw_scales)
    by_hand = (np.log(std / scales) + (scales**2 + means**2) / (2 * std**2) - 0.5).sum(axis=1)
    divergence = posteriors.get("gaussian").kl_divergence(outputs, std).numpy()
    assert divergence == pytest.approx(by_hand, rel=1e-4)
    # E_q[log q(z) - log p(z)], by drawing.
    noise = np.random.default_rng(1).normal(size=(200_000, 3))
    codes = means[0] + scales[0] * noise
    log_ratio = np.log(std / scales[0]) - 0.5 * noise**2 + 0.5 * (codes / std) ** 2
    assert divergence[0] == pytest.approx(log_ratio.sum(axis=1).mean(), rel=0.02)


def test_divergence_of_the_prior_itself_is_0():
    outputs = np.array([[0.0, 0.0, np.log(np.expm1(2.0)), np.log(np.expm1(2.0))]], np.float32)
    assert float(posteriors.get("gaussian").kl_divergence(outputs, 2.0)[0]) == pytest.approx(0, abs=1e-6)


def smooth_model(std=1.5):
    keras.utils.set_random_seed(3)
    dense = keras.layers.Dense
    encoder = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), dense(9, "tanh"), dense(4)])
    decoder = keras.Sequential([keras.Input([2]), dense(36), keras.layers.Reshape((6, 6, 1))])
    return VAE(encoder, decoder, priors.Gaussian(2, std))


def test_gradient_of_the_decoders_bias_is_that_of_the_weighted_error_alone():
    model = smooth_model()
    model.compile({"reconstruction": keras.optimizers.SGD(1.0)}, {"reconstruction": 3.0})
    images = np.random.default_rng(0).uniform(-1, 1, (16, 6, 6, 1)).astype(np.float32)
    state = model.seed_generator.state.numpy()
    codes = model.posterior.sample(model.encoder(images), model.seed_generator)
    residues = model.decoder(codes).numpy() - images
    model.seed_generator.state.assign(state)
    bias = model.decoder.trainable_variables[1]
    start = bias.numpy()
    model.train_step((images,))
    # The derivative of ½ ‖x − x̂‖² by the bias is the residue, mean over the batch.
    np.testing.assert_allclose(start - bias.numpy(), 3 * residues.mean(axis=0).ravel(), rtol=1e-4, atol=1e-5)


def test_divergence_alone_brings_the_posteriors_to_the_prior():
    model = smooth_model(std=1.5)
    model.compile({"reconstruction": keras.optimizers.Adam(0.02)}, {"reconstruction": 0.0})
    images = np.random.default_rng(0).uniform(-1, 1, (64, 6, 6, 1)).astype(np.float32)
    model.fit(np.tile(images, (400, 1, 1, 1)), batch_size=64, shuffle=False, verbose=0)
    means, raw_scales = np.split(model.encoder(images).numpy(), 2, axis=1)
    assert np.abs(means).max() < 0.1
    assert softplus(raw_scales) == pytest.approx(1.5, rel=0.1)
    assert model.evaluate(images, verbose=0, return_dict=True)["kl_divergence"] < 0.02


def test_reported_terms_are_those_of_the_batch(model_of_kind, few_digits):
    model = model_of_kind("vae")
    images = to_range(few_digits.images[:40])
    model.compile()
    metrics = model.evaluate(images, verbose=0, return_dict=True)
    means, raw_scales = np.split(model.encoder(images).numpy().astype(np.float64), 2, axis=1)
    scales = softplus(raw_scales)
    divergence = (0.5 * (scales**2 + means**2 - 1) - np.log(scales)).sum(axis=1).mean()
    error = 0.5 * ((images - model.reconstruct(images)) ** 2).numpy().sum() / 40
    assert metrics["kl_divergence"] == pytest.approx(divergence, rel=1e-4)
    assert metrics["reconstruction_loss"] == pytest.approx(error, rel=1e-4)


def test_priors_and_posteriors_without_a_closed_form_are_refused():
    parts = networks.mlp_encoder((4, 4, 1), 4, (3,)), networks.mlp_decoder(2, (4, 4, 1), (3,))
    with pytest.raises(InputError, match="PetalMixture"):
        VAE(*parts, priors.PetalMixture(2))
    with pytest.raises(InputError, match="expected gaussian"):
        VAE(*parts, priors.Gaussian(2), posterior="deterministic")
    with pytest.raises(InputError, match=r"code_noise 0\.1: expected 0"):
        VAE(*parts, priors.Gaussian(2), code_noise=0.1)
