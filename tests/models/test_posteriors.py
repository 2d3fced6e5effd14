import numpy as np
import pytest
from aae.errors import InputError
from aae.models import posteriors


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
    assert posterior.n_outputs(2) == 2


def test_an_unknown_posterior_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="'nope': expected one of gaussian, deterministic"):
        posteriors.get("nope")
