import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.training.latent_plot import plot_settings, positions
from scipy import stats


def test_images_lie_at_their_codes_or_where_classes_have_heads_at_their_representations(model_of_kind, few_digits):
    images = to_range(few_digits.images)
    model = model_of_kind("aae")
    np.testing.assert_allclose(positions(model, few_digits), model.encode(images), rtol=1e-5)
    model = model_of_kind("dimreduction")
    np.testing.assert_allclose(positions(model, few_digits), model.represent(images), rtol=1e-4, atol=1e-6)
    assert not np.allclose(positions(model, few_digits), model.encode(images))


def test_a_plane_with_heads_shows_the_prior_round_each_of_them(model_of_kind):
    model = model_of_kind("dimreduction")
    around = plot_settings(model)
    np.testing.assert_array_equal(around["heads"], model.heads)
    assert around["plot_limit"] == pytest.approx(np.abs(model.heads).max() + 3.5)
    codes = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    density = np.mean([stats.multivariate_normal(head).pdf(codes) for head in model.heads], axis=0)
    np.testing.assert_allclose(around["log_prob"](codes), np.log(density), rtol=1e-3, atol=1e-3)


def test_any_other_plane_shows_the_prior(model_of_kind):
    model = model_of_kind("aae")
    around = plot_settings(model)
    assert (around["plot_limit"], around["heads"]) == (3.5, None)
    assert around["log_prob"](np.zeros((1, 2), np.float32)).numpy() == pytest.approx(-np.log(2 * np.pi))
