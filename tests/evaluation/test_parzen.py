import math

import numpy as np
import pytest
import tensorflow as tf
from aae.data.splits import Split
from aae.evaluation import parzen
from aae.evaluation.parzen import estimate, log_probs
from sklearn.neighbors import KernelDensity

GENERATOR = np.random.default_rng(0)
POINTS = GENERATOR.random((70, 12)).astype(np.float32)
SAMPLES = GENERATOR.random((50, 12)).astype(np.float32)


@pytest.mark.parametrize("bandwidth", [0.05, 0.3, 2.0])
def test_it_is_scikit_learns_kernel_density(bandwidth):
    (found,) = log_probs(POINTS, [SAMPLES], [bandwidth])
    expected = KernelDensity(bandwidth=bandwidth).fit(SAMPLES.astype(float)).score_samples(POINTS.astype(float))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("size", [1, 7, 50])
def test_chunks_make_no_difference(size, monkeypatch):
    monkeypatch.setattr(parzen, "CHUNK", 20)
    chunks = (SAMPLES[start : start + size] for start in range(0, 50, size))
    found = log_probs(POINTS, chunks, [0.2, 0.5])
    for bandwidth, values in zip((0.2, 0.5), found, strict=True):
        expected = KernelDensity(bandwidth=bandwidth).fit(SAMPLES.astype(float)).score_samples(POINTS.astype(float))
        np.testing.assert_allclose(values, expected, rtol=1e-4)


def test_far_points_do_not_vanish():
    (found,) = log_probs(np.full((1, 784), 1, np.float32), [np.zeros((3, 784), np.float32)], [0.05])
    by_hand = -784 / (2 * 0.05**2) - 392 * math.log(2 * math.pi * 0.05**2)
    assert found[0] == pytest.approx(by_hand, rel=1e-5)


class FewImages:
    """Samples one of the images it was given, in [-1, 1]."""

    image_range = (-1.0, 1.0)

    def __init__(self, images):
        self.images = images
        self.asked = []

    def sample(self, n, seed):
        self.asked.append((n, seed))
        return tf.constant(self.images[np.random.default_rng(seed).integers(0, len(self.images), n)] / 127.5 - 1)


@pytest.fixture
def splits():
    images = np.random.default_rng(1).integers(0, 256, (90, 2, 2, 1)).astype(np.uint8)
    labels = np.zeros(30, np.int32)
    return [Split(name, images[i::3], labels, "noise") for i, name in enumerate(("train", "valid", "test"))]


def test_the_bandwidth_is_chosen_on_validation_images_and_the_error_is_that_of_the_mean(splits, monkeypatch):
    monkeypatch.setattr(parzen, "CHUNK", 40)
    train, valid, test = splits
    model = FewImages(train.images.astype(np.float32))
    bandwidths = [0.05, 0.15, 0.4]
    found = estimate(model, valid, test, 100, seed=5, bandwidths=bandwidths)
    assert model.asked == [(40, 5), (40, 6), (20, 7)] * 2
    samples = np.concatenate([model.sample(n, seed) for n, seed in model.asked[:3]]).reshape(100, 4) / 2 + 0.5
    scores = {}
    for bandwidth in bandwidths:
        kernel = KernelDensity(bandwidth=bandwidth).fit(samples)
        scores[bandwidth] = [kernel.score_samples(split.images.reshape(30, 4) / 255) for split in (valid, test)]
    best = max(bandwidths, key=lambda bandwidth: scores[bandwidth][0].mean())
    on_test = scores[best][1]
    assert found.bandwidth == best
    assert found.n_samples == 100
    assert found.log_likelihood == pytest.approx(on_test.mean(), rel=1e-4)
    assert found.standard_error == pytest.approx(on_test.std(ddof=1) / math.sqrt(30), rel=1e-3)


def test_the_bandwidth_is_that_of_the_validation_images_where_test_images_ask_for_another():
    black, white = np.zeros((5, 2, 2, 1), np.uint8), np.full((5, 2, 2, 1), 255, np.uint8)
    valid, test = (Split("any", images, np.zeros(5, np.int32), "made up") for images in (black, white))
    # All samples are black: there the narrowest kernel is the densest, at white images the widest.
    found = estimate(FewImages(black.astype(np.float32)), valid, test, 10, seed=0, bandwidths=[0.1, 0.5])
    assert found.bandwidth == 0.1
    assert found.log_likelihood == pytest.approx(-4 / (2 * 0.1**2) - 2 * math.log(2 * math.pi * 0.1**2), rel=1e-4)
