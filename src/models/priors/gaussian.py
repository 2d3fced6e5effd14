"""The isotropic Gaussian."""

import math

import keras
import tensorflow as tf

from ...errors import InputError
from .prior import Prior, as_seed_generator, require_plane, square_manifold


@keras.saving.register_keras_serializable(package="aae")
class Gaussian(Prior):
    """Isotropic Gaussian N(0, std² I) (paper, figures 1 and 2).

    Given a label k of ``n_labels``, it samples the k-th of ``n_labels`` equally likely sectors of the plane of the
    first two codes, the one around the angle 2πk / n_labels. The sectors together are the Gaussian again.

    Args:
        n_codes: Number of codes, at least 1.
        std: Standard deviation of every code, above 0.
        n_labels: Number of sectors that labels choose from.

    Raises:
        InputError: If an argument is out of its range.
    """

    def __init__(self, n_codes, std=1.0, n_labels=10):
        if n_codes < 1:
            raise InputError(f"a Gaussian prior with {n_codes} codes: it needs at least 1")
        if not 0 < std < math.inf:
            raise InputError(f"a Gaussian prior with standard deviation {std}: it needs a finite number above 0")
        self.n_codes = n_codes
        self.std = std
        self.n_labels = n_labels

    @property
    def plot_limit(self):
        """Half-width of the square that a plot of the codes shows: 3.5 standard deviations."""
        return 3.5 * self.std

    def sample(self, n, seed=None):
        """Samples ``n`` codes.

        Args:
            n: Number of samples, an int or an int32 scalar tensor.
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.

        Returns:
            float32 [n, n_codes].
        """
        return self.std * keras.random.normal((n, self.n_codes), seed=seed)

    def sample_conditional(self, labels, seed=None):
        """Samples one code for each label; for a negative label, from the whole Gaussian.

        Args:
            labels: int [batch], in [0, n_labels) or negative for "no label".
            seed: As in ``sample``.

        Returns:
            float32 [batch, n_codes].

        Raises:
            InputError: If there is one code only, so no plane to cut into sectors.
        """
        if self.n_codes < 2:
            raise InputError("a Gaussian prior with 1 code has no sectors for labels: use at least 2 codes")
        seed = as_seed_generator(seed)
        labels = tf.cast(labels, tf.float32)
        codes = self.sample(tf.shape(labels)[0], seed)
        radii = tf.norm(codes[:, :2], axis=1)
        turns = keras.random.uniform(tf.shape(labels), -0.5, 0.5, seed=seed)
        angles = 2 * math.pi * (labels + turns) / self.n_labels
        in_sector = tf.stack([radii * tf.cos(angles), radii * tf.sin(angles)], axis=1)
        plane = tf.where(labels[:, None] < 0, codes[:, :2], in_sector)
        return tf.concat([plane, codes[:, 2:]], axis=1)

    def log_prob(self, codes):
        """Log-density of the prior at ``codes``, float [batch, n_codes], in nats: float32 [batch]."""
        scaled = tf.cast(codes, tf.float32) / self.std
        normaliser = self.n_codes * (math.log(self.std) + 0.5 * math.log(2 * math.pi))
        return -0.5 * tf.reduce_sum(scaled**2, axis=1) - normaliser

    def manifolds(self, size=20):
        """Lays out the manifold figure: one ``size`` × ``size`` grid over [-3, 3]² standard deviations.

        Returns:
            A list of one ``Manifold``.

        Raises:
            InputError: If the codes are not 2-D.
        """
        require_plane(self.n_codes)
        return [square_manifold("gaussian", 3 * self.std, size)]
