import numpy as np
import pytest
from aae.errors import InputError
from aae.models import likelihoods

IMAGES, OUTPUTS = np.random.default_rng(0).uniform(0, 1, (2, 5, 4, 3, 2)).astype(np.float32)


def test_gaussian_error_is_half_the_squared_error_summed_over_pixels():
    by_hand = np.mean([0.5 * np.sum((image - copy) ** 2) for image, copy in zip(IMAGES, OUTPUTS, strict=True)])
    assert float(likelihoods.get("gaussian").error(IMAGES, OUTPUTS)) == pytest.approx(by_hand, rel=1e-5)
    np.testing.assert_array_equal(likelihoods.get("gaussian").mean(OUTPUTS), OUTPUTS)


def test_bernoulli_error_is_the_cross_entropy_of_the_logits():
    logits = 8 * OUTPUTS - 4
    shares = 1 / (1 + np.exp(-logits.astype(np.float64)))
    by_hand = -(IMAGES * np.log(shares) + (1 - IMAGES) * np.log(1 - shares)).sum(axis=(1, 2, 3)).mean()
    likelihood = likelihoods.get("bernoulli")
    assert float(likelihood.error(IMAGES, logits)) == pytest.approx(by_hand, rel=1e-5)
    assert likelihood.mean(logits).numpy() == pytest.approx(shares, rel=1e-5)


def test_certain_logits_cost_what_they_are_wrong_by():
    images = np.array([1.0, 0.0], np.float32).reshape(1, 1, 2, 1)
    logits = np.array([-1000.0, 300.0], np.float32).reshape(1, 1, 2, 1)
    assert float(likelihoods.get("bernoulli").error(images, logits)) == pytest.approx(1300)
    assert float(likelihoods.get("bernoulli").error(1 - images, logits)) == 0


def test_an_unknown_likelihood_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="'laplace': expected one of gaussian, bernoulli"):
        likelihoods.get("laplace")
