import numpy as np
import pytest
import tensorflow as tf
from aae.evaluation.oracle_classifier import conditional_accuracy, oracle_accuracy, train_oracle_classifier
from aae.models.priors import Gaussian

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def oracle(digits):
    return train_oracle_classifier(digits.take(np.arange(len(digits)) % 5 > 0), seed=0)


class Painter:
    """Decodes class k, whatever the code, to a real digit of class k, or of another class in a share of the cases."""

    n_classes = 10
    image_range = (-1.0, 1.0)
    prior = Gaussian(2)

    def __init__(self, digits, wrong=0.0):
        self._images = {k: digits.images[digits.labels == k] for k in range(10)}
        self._wrong = wrong
        self.seen = []

    def decode(self, codes, labels):
        self.seen.append((codes, labels))
        shown = np.where(np.arange(len(labels)) % 100 < 100 * self._wrong, (labels + 1) % 10, labels)
        images = np.stack([self._images[k][i % len(self._images[k])] for i, k in enumerate(shown)])
        return tf.constant(images / 127.5 - 1, tf.float32)


def test_the_oracle_knows_real_digits_it_has_not_seen(oracle, digits):
    assert oracle_accuracy(oracle, digits.take(np.arange(len(digits)) % 5 == 0)) > 0.9


def test_digits_that_are_what_was_asked_for_are_classified_so(oracle, digits):
    assert conditional_accuracy(Painter(digits), oracle, seed=0, n_images=2000) > 0.9


def test_wrong_digits_count_as_wrong(oracle, digits):
    right = conditional_accuracy(Painter(digits), oracle, seed=0, n_images=2000)
    assert conditional_accuracy(Painter(digits, wrong=0.3), oracle, seed=0, n_images=2000) == pytest.approx(
        0.7 * right, abs=0.05
    )


def test_every_class_is_asked_for_alike_with_codes_of_the_prior(oracle, digits):
    painter = Painter(digits)
    conditional_accuracy(painter, oracle, seed=0, n_images=2500)
    codes, labels = (np.concatenate(parts) for parts in zip(*painter.seen, strict=True))
    assert np.bincount(labels).tolist() == [250] * 10
    assert codes.std(axis=0) == pytest.approx([1, 1], abs=0.1)
