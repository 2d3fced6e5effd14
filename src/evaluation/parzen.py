"""Parzen-window estimate of the log-likelihood: a Gaussian kernel round every sample (paper, section 2.3, table 1)."""

import math
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ..data.pipeline import to_range

CHUNK = 2000
BANDWIDTHS = np.geomspace(0.05, 1.0, 25)
UNIT_RANGE = (0.0, 1.0)


@dataclass(frozen=True)
class ParzenEstimate:
    """What ``estimate`` found.

    Attributes:
        log_likelihood: Mean over the test images, in nats, of images in [0, 1].
        standard_error: Of that mean.
        bandwidth: σ of the kernel, chosen on validation images.
        n_samples: Number of samples.
    """

    log_likelihood: float
    standard_error: float
    bandwidth: float
    n_samples: int


def estimate(model, valid, test, n_samples, seed, bandwidths=BANDWIDTHS):
    """Parzen-window log-likelihood of test images under samples of a model.

    The samples are drawn in chunks, the same ones for choosing σ and for the estimate, and never held all at once.

    Args:
        model: Anything with ``sample(n, seed)`` and ``image_range``.
        valid: Validation images, a ``Split``, on which σ is chosen.
        test: Test images, a ``Split``.
        n_samples: Number of samples, at least 1.
        seed: Draws them; a chunk is drawn from it and the chunk's number.
        bandwidths: The σ to choose from.

    Returns:
        A ``ParzenEstimate``.
    """

    def chunks():
        for index, start in enumerate(range(0, n_samples, CHUNK)):
            images = model.sample(min(CHUNK, n_samples - start), seed + index)
            low, high = model.image_range
            yield (_flat(images) - low) / (high - low)

    on_valid = [float(np.mean(each)) for each in log_probs(_pixels(valid), chunks(), bandwidths)]
    bandwidth = bandwidths[int(np.argmax(on_valid))]
    (on_test,) = log_probs(_pixels(test), chunks(), [bandwidth])
    error = float(np.std(on_test, ddof=1) / math.sqrt(len(on_test)))
    return ParzenEstimate(float(np.mean(on_test)), error, float(bandwidth), n_samples)


def log_probs(points, chunks, bandwidths):
    """Log-density of points under a Gaussian kernel of deviation σ round each sample, in nats.

    Args:
        points: float32 [n, d].
        chunks: Iterable of float32 [m, d], the samples; each chunk is looked at once.
        bandwidths: The σ to take, each above 0.

    Returns:
        float64 [len(bandwidths), n].
    """
    points = tf.constant(points, tf.float32)
    factors = tf.constant([-0.5 / bandwidth**2 for bandwidth in bandwidths], tf.float32)
    sums = np.full((len(bandwidths), len(points)), -np.inf)
    n_samples = 0
    for chunk in chunks:
        n_samples += len(chunk)
        for start in range(0, len(points), CHUNK):
            rows = slice(start, start + CHUNK)
            sums[:, rows] = np.logaddexp(sums[:, rows], _log_kernel_sums(points[rows], chunk, factors))
    normalisers = points.shape[1] / 2 * np.log(2 * math.pi * np.square(bandwidths)) + math.log(n_samples)
    return sums - normalisers[:, None]


@tf.function(reduce_retracing=True)
def _log_kernel_sums(points, samples, factors):
    """Log Σ exp(factor ‖x - s‖²) over the samples s, for every factor and point x: float32 [len(factors), n]."""
    inner = tf.matmul(points, samples, transpose_b=True)
    squares = tf.reduce_sum(points**2, axis=1)[:, None] + tf.reduce_sum(samples**2, axis=1) - 2 * inner
    return tf.map_fn(lambda factor: tf.reduce_logsumexp(factor * squares, axis=1), factors)


def _pixels(split):
    return _flat(to_range(split.images, UNIT_RANGE))


def _flat(images):
    return tf.reshape(images, [len(images), -1])
