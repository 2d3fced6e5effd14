import numpy as np
import pytest
from aae.evaluation.outliers import OutlierScale, outlier_signs


def test_a_score_is_minus_the_sum_of_both_signs_each_standardised():
    signs = outlier_signs(errors=[1, 3], log_densities=[-2, -6])
    np.testing.assert_array_equal(signs, [[1, 2], [3, 6]])
    scale = OutlierScale.of(signs, contamination=0.5)
    # Means 2 and 4, deviations 1 and 2.
    np.testing.assert_allclose(scale.scores(signs), [2, -2])
    np.testing.assert_allclose(scale.scores(outlier_signs([5], [-4])), [-3])


def test_the_share_of_training_samples_below_the_threshold_is_the_contamination():
    generator = np.random.default_rng(0)
    signs = generator.exponential(size=(1000, 2))
    scale = OutlierScale.of(signs, contamination=0.05)
    assert (scale.scores(signs) < scale.threshold).mean() == pytest.approx(0.05)


def test_samples_that_are_all_alike_have_finite_scores():
    scale = OutlierScale.of(np.ones((10, 2)), contamination=0.1)
    assert np.isfinite(scale.scores(np.ones((3, 2)))).all()


def test_a_density_of_0_counts_as_a_very_low_one():
    np.testing.assert_array_equal(outlier_signs([0, 0], [-np.inf, -99]), [[0, 100], [0, 99]])
