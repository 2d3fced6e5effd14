"""Likelihoods p(x|z): what the decoder's output says of an image, and what a reconstruction costs."""

import tensorflow as tf

from ..errors import choose


class GaussianLikelihood:
    """The decoder gives the mean of a Gaussian of unit variance; the error is ½ ‖x − x̂‖²."""

    name = "gaussian"

    def mean(self, outputs):
        """Mean image for decoder ``outputs``, float32 [batch, height, width, channels]: the same."""
        return outputs

    def error(self, images, outputs):
        """½ squared error summed over the pixels, mean over the batch: a scalar."""
        return 0.5 * _sum_over_pixels(tf.math.squared_difference(images, outputs))


class BernoulliLikelihood:
    """The decoder gives a logit for each pixel of images in [0, 1]; the error is the binary cross-entropy."""

    name = "bernoulli"

    def mean(self, outputs):
        """Mean image for the logits ``outputs``, float32 [batch, height, width, channels]: in [0, 1]."""
        return tf.sigmoid(outputs)

    def error(self, images, outputs):
        """-Σ x log σ(t) + (1 - x) log(1 - σ(t)) over the pixels' logits t, in nats, mean over the batch: a scalar."""
        return _sum_over_pixels(tf.nn.sigmoid_cross_entropy_with_logits(images, outputs))


LIKELIHOODS = {likelihood.name: likelihood for likelihood in (GaussianLikelihood(), BernoulliLikelihood())}


def get(name):
    """The likelihood called ``name``.

    Raises:
        InputError: If there is none of that name.
    """
    return choose("likelihood", name, LIKELIHOODS)


def _sum_over_pixels(errors):
    return tf.reduce_mean(tf.reduce_sum(errors, axis=list(range(1, len(errors.shape)))))
