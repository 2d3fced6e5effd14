"""The prior of classes."""

import keras
import tensorflow as tf

from ...errors import InputError
from .prior import Prior


@keras.saving.register_keras_serializable(package="aae")
class Categorical(Prior):
    """Equally likely one-hot vectors, the prior of the classes y (paper, section 4).

    Args:
        n_classes: Number of classes, at least 2.

    Raises:
        InputError: If there are fewer.
    """

    def __init__(self, n_classes):
        if n_classes < 2:
            raise InputError(f"a categorical prior of {n_classes} classes: it needs at least 2")
        self.n_classes = n_classes

    @property
    def n_codes(self):
        """Width of a sample: the number of classes."""
        return self.n_classes

    def sample(self, n, seed=None):
        """Samples ``n`` one-hot vectors: float32 [n, n_classes]; arguments as in ``Gaussian.sample``."""
        return tf.one_hot(keras.random.randint((n,), 0, self.n_classes, seed=seed), self.n_classes)
