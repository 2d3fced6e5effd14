"""A sample several times side by side."""

import keras
import tensorflow as tf

from .prior import Prior


@keras.saving.register_keras_serializable(package="aae")
class Repeated(Prior):
    """Samples of another prior, each ``times`` times side by side: what several encodings of one image should be.

    Args:
        prior: The other prior; of its methods ``sample`` and ``n_codes`` are used.
        times: How often, at least 1.
    """

    def __init__(self, prior, times):
        self.prior = prior
        self.times = times

    @property
    def n_codes(self):
        """Width of a sample."""
        return self.times * self.prior.n_codes

    def sample(self, n, seed=None):
        """Samples ``n`` codes, each beside its copies: float32 [n, n_codes]; arguments as in ``Gaussian.sample``."""
        return tf.tile(self.prior.sample(n, seed), [1, self.times])
