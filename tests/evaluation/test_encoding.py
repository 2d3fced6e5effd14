"""What a trained model says of samples, beside the same worked by hand."""

import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.evaluation.encoding import label_probabilities, reconstruction_errors, signs_of_outliers
from scipy import special, stats


@pytest.fixture
def supervised(model_of_kind):
    """A small model whose decoder is given the label."""
    return model_of_kind("supervised")


def squares(model, images):
    """Squared errors of the reconstructions with each label, of values from -1 to 1: float64 [n, n_pixels, 10]."""
    inputs = to_range(images, model.image_range)
    copies = [np.asarray(model.reconstruct(inputs, np.full(len(images), label))) for label in range(10)]
    return np.stack([np.square(np.float64(inputs) - copy).reshape(len(images), -1) for copy in copies], axis=-1)


def test_the_error_is_that_of_the_label_that_fits_best(supervised, few_digits):
    images = few_digits.images[::20]
    # Half as wide a range has a quarter of the square.
    expected = squares(supervised, images).mean(axis=1).min(axis=1) / 4
    np.testing.assert_allclose(reconstruction_errors(supervised, images), expected, rtol=1e-4)


def test_labels_are_as_probable_as_a_gaussian_says(supervised, few_digits):
    images = few_digits.images[::20]
    expected = special.softmax(-squares(supervised, images).sum(axis=1) / 2, axis=1)
    np.testing.assert_allclose(label_probabilities(supervised, images), expected, atol=1e-3)


def test_signs_of_an_outlier_are_its_error_and_how_thin_the_prior_is_at_its_code(small_model, few_digits):
    model, images = small_model(), few_digits.images[::20]
    inputs = to_range(images, model.image_range)
    errors = np.square(inputs - model.reconstruct(inputs)).mean(axis=(1, 2, 3)) / 4
    density = stats.norm.logpdf(model.encode(inputs)).sum(axis=1)
    np.testing.assert_allclose(signs_of_outliers(model, images), np.stack([errors, -density], axis=1), rtol=1e-4)
