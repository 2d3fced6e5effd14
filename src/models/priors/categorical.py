"""The prior of classes."""

import math

import keras
import tensorflow as tf

from ...errors import InputError
from .prior import Prior


@keras.saving.register_keras_serializable(package="aae")
class Categorical(Prior):
    """One-hot vectors, the prior of the classes y (paper, section 4); equally likely unless their shares are given.

    Args:
        n_classes: Number of classes, at least 2.
        shares: Sequence of ``n_classes`` numbers above 0, how likely each class is, up to a common factor; or a
            function without arguments that gives such a tensor, for shares that change; None for equally likely ones.

    Raises:
        InputError: If there are fewer classes, or the shares are not one positive number for each.
    """

    def __init__(self, n_classes, shares=None):
        if n_classes < 2:
            raise InputError(f"a categorical prior of {n_classes} classes: it needs at least 2")
        if not (shares is None or callable(shares)):
            shares = [float(share) for share in shares]
            if len(shares) != n_classes or not all(0 < share < math.inf for share in shares):
                raise InputError(f"shares {shares} of {n_classes} classes: expected a finite number above 0 for each")
        self.n_classes = n_classes
        self.shares = shares

    @property
    def n_codes(self):
        """Width of a sample: the number of classes."""
        return self.n_classes

    def sample(self, n, seed=None):
        """Samples ``n`` one-hot vectors: float32 [n, n_classes]; arguments as in ``Gaussian.sample``."""
        if self.shares is None:
            classes = keras.random.randint((n,), 0, self.n_classes, seed=seed)
        else:
            shares = self.shares() if callable(self.shares) else tf.constant(self.shares)
            classes = keras.random.categorical(tf.math.log(shares)[None], n, seed=seed)[0]
        return tf.one_hot(classes, self.n_classes)
