"""Cluster heads: the place of every cluster among the codes (paper, section 6)."""

import keras
import numpy as np
import tensorflow as tf


def cluster_heads(n_clusters, n_codes, init_std=1.0):
    """The matrix W that gives every cluster its head (paper, section 6, figure 10).

    Args:
        n_clusters: Number of clusters.
        n_codes: Number of codes.
        init_std: Standard deviation of the heads' initial coordinates.

    Returns:
        A built Keras model from [batch, n_clusters] to [batch, n_codes], linear and without bias; the rows of its one
        weight are the heads.
    """
    initial = keras.initializers.RandomNormal(0.0, init_std)
    heads = keras.layers.Dense(n_codes, use_bias=False, kernel_initializer=initial)
    return keras.Sequential([keras.Input([n_clusters]), heads], name="cluster_heads")


def separation_loss(heads, margin):
    """What heads cost that are closer to each other than ``margin``: Σ max(0, margin - ‖w_i - w_j‖) over all pairs.

    Args:
        heads: float32 [n_clusters, n_codes], n_clusters at least 2.
        margin: Distance from which on a pair costs nothing.

    Returns:
        A scalar, 0 or above. Its gradient pushes the two heads of a close pair straight apart, each by 1; where two
        heads are the same point there is no direction, and the gradient is 0.
    """
    heads = tf.convert_to_tensor(heads)
    squared = tf.reduce_sum(tf.math.squared_difference(heads[:, None], heads[None]), axis=2)
    # The slope of the root is infinite at 0; the floor makes it 0 there.
    distances = tf.sqrt(tf.maximum(squared, 1e-12))
    each_pair_once = np.triu(np.ones(squared.shape), k=1)
    return tf.reduce_sum(tf.nn.relu(margin - distances) * tf.cast(each_pair_once, heads.dtype))
