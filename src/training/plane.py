"""The plane of two codes as a model has it: where images lie, what is shown of it, and what they lie against."""

import math

import numpy as np
import tensorflow as tf

from ..evaluation.codes import encode_all, represent_all


def places(model, split):
    """Where the images of a ``Split`` lie: their representations, where classes have heads, or else their mean codes.

    Returns:
        float32 [n, n_codes].
    """
    return (represent_all if model.has_heads else encode_all)(model, split.images, split.labels)


def shown(model):
    """What a plot of the plane shows beside the images.

    Returns:
        Dictionary of half-width ("plot_limit"), log-density ("log_prob") and heads ("heads", float [n_classes, 2], or
        None), as the functions of ``visualization.latent`` take them.
    """
    if not model.has_heads:
        return {"plot_limit": model.prior.plot_limit, "log_prob": model.prior.log_prob, "heads": None}
    heads = model.heads
    plot_limit = float(np.abs(heads).max() + model.prior.plot_limit)

    def log_prob(codes):
        """Of one prior round each head, all heads equally likely."""
        round_each = tf.stack([model.prior.log_prob(codes - head) for head in heads])
        return tf.reduce_logsumexp(round_each, axis=0) - math.log(len(heads))

    return {"plot_limit": plot_limit, "log_prob": log_prob, "heads": heads}
