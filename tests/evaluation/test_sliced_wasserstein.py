import numpy as np
import pytest
from aae.evaluation.sliced_wasserstein import sliced_wasserstein, sliced_wasserstein_ratio
from aae.models.priors import Gaussian, PetalMixture
from scipy import stats


def test_distance_along_one_axis_is_scipys():
    first, second = np.random.default_rng(0).normal([[0], [0.7]], [[1], [2]], (2, 500))
    # In one dimension every direction is the axis itself or its mirror image.
    expected = stats.wasserstein_distance(first, second)
    assert sliced_wasserstein(first[:, None], second[:, None], n_directions=3) == pytest.approx(expected, rel=1e-9)


def test_distance_is_the_mean_over_directions():
    first, second = np.random.default_rng(0).normal(size=(2, 300, 3))
    directions = np.random.default_rng(5).normal(size=(3, 7))
    directions /= np.linalg.norm(directions, axis=0)
    by_hand = [stats.wasserstein_distance(first @ axis, second @ axis) for axis in directions.T]
    assert sliced_wasserstein(first, second, seed=5, n_directions=7) == pytest.approx(np.mean(by_hand), rel=1e-9)


def test_a_shift_is_seen_as_its_length_times_the_mean_cosine():
    codes = np.random.default_rng(0).normal(size=(200, 2))
    # The mean of |cos| over the plane's directions is 2/π.
    distance = sliced_wasserstein(codes, codes + np.array([3.0, 0.0]), n_directions=20_000)
    assert distance == pytest.approx(3 * 2 / np.pi, rel=0.02)


@pytest.mark.parametrize("prior", [Gaussian(2), Gaussian(10, std=5.0), PetalMixture(2)])
def test_the_priors_own_samples_fit_at_1(prior):
    assert sliced_wasserstein_ratio(prior.sample(4000, 123).numpy(), prior) == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize(
    "change", [lambda codes: codes + 0.3, lambda codes: codes * 1.3, lambda codes: codes * 0.7, np.abs]
)
def test_codes_off_the_prior_fit_worse(change):
    prior = Gaussian(2, std=2.0)
    assert sliced_wasserstein_ratio(change(prior.sample(4000, 123).numpy()), prior) > 3
