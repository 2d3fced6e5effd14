import numpy as np
import pytest
from aae.errors import InputError
from aae.estimators.scaling import FeatureScaler

ROWS = np.array([[0.0, 10.0, 7.0], [4.0, 20.0, 7.0], [1.0, 30.0, 7.0]])


def test_every_feature_is_scaled_by_its_own_range():
    scaled = FeatureScaler().fit(ROWS).transform(ROWS)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled[:, :2], [[0, 0], [1, 0.5], [0.25, 1]])


def test_a_constant_feature_is_0_and_comes_back():
    scaler = FeatureScaler().fit(ROWS)
    scaled = scaler.transform(ROWS)
    np.testing.assert_array_equal(scaled[:, 2], 0)
    np.testing.assert_allclose(scaler.inverse_transform(scaled), ROWS)


def test_new_values_outside_the_range_stay_outside():
    scaled = FeatureScaler().fit(ROWS).transform(np.array([[8.0, 0.0, 7.0]]))
    np.testing.assert_array_equal(scaled, [[2, -0.5, 0]])


def test_a_huge_value_can_be_squared_in_float32():
    scaled = FeatureScaler().fit(ROWS).transform(np.array([[1e300, -1e300, 7.0]]))
    assert np.isfinite(scaled**2).all()


def test_all_pixels_of_images_share_one_range():
    images = np.array([[[0, 51], [0, 0]], [[255, 0], [0, 102]]], np.uint8)[..., None]
    scaler = FeatureScaler().fit(images)
    np.testing.assert_allclose(scaler.transform(images)[0, :, :, 0], [[0, 0.2], [0, 0]])
    np.testing.assert_allclose(scaler.inverse_transform(scaler.transform(images)), images, atol=1e-5)


def test_images_of_another_size_are_refused():
    scaler = FeatureScaler().fit(np.zeros((5, 8, 8, 1)))
    with pytest.raises(InputError, match=r"samples of shape \(9, 8, 1\): expected \(8, 8, 1\)"):
        scaler.transform(np.zeros((2, 9, 8, 1)))


@pytest.mark.filterwarnings("error")
def test_a_range_that_no_float_holds_is_refused():
    rows = np.array([[0.0, -1.7e308], [1.0, 1.7e308]])
    with pytest.raises(InputError, match=r"feature 1: its range exceeds the largest float"):
        FeatureScaler().fit(rows)
