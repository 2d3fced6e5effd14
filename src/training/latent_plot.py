"""What a latent plot of a model needs: the positions of images, the prior, the cluster heads and the limits."""

import math

import numpy as np
import tensorflow as tf

from ..evaluation.codes import encode_all, represent_all


def positions(model, split):
    """Positions of the images of a ``Split``: representations if the classes have heads, otherwise mean codes.

    Returns:
        float32 [n, n_codes].
    """
    return (represent_all if model.has_heads else encode_all)(model, split.images, split.labels)


def plot_settings(model):
    """Settings of the latent plot of a model.

    Returns:
        Dictionary of half-width ("plot_limit"), log-density of the prior ("log_prob") and cluster heads ("heads", float
        [n_classes, 2], or None), arguments of the functions of ``visualization.latent``.
    """
    if not model.has_heads:
        return {"plot_limit": model.prior.plot_limit, "log_prob": model.prior.log_prob, "heads": None}
    heads = model.heads
    plot_limit = float(np.abs(heads).max() + model.prior.plot_limit)

    def log_prob(codes):
        """Log-density of a mixture of priors, one round each head, all equally likely."""
        round_each = tf.stack([model.prior.log_prob(codes - head) for head in heads])
        return tf.reduce_logsumexp(round_each, axis=0) - math.log(len(heads))

    return {"plot_limit": plot_limit, "log_prob": log_prob, "heads": heads}
