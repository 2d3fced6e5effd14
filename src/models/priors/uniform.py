"""The uniform distribution."""

import math

import keras
import tensorflow as tf

from ...errors import InputError
from .prior import Prior, as_seed_generator, draw_where_none, require_plane, square_manifold


@keras.saving.register_keras_serializable(package="aae")
class Uniform(Prior):
    """Uniform distribution over the cube [-half_width, half_width]^n_codes.

    Given a label k of ``n_labels``, it samples the k-th of ``n_labels`` slices of equal width across the first code,
    from the lowest. The slices together are the cube again.

    Args:
        n_codes: Number of codes, at least 1.
        half_width: Half the edge of the cube, above 0.
        n_labels: Number of slices that labels choose from.

    Raises:
        InputError: If an argument is out of its range.
    """

    def __init__(self, n_codes, half_width=2.0, n_labels=10):
        if n_codes < 1:
            raise InputError(f"a uniform prior with {n_codes} codes: it needs at least 1")
        if not 0 < half_width < math.inf:
            raise InputError(f"a uniform prior of half-width {half_width}: it needs a finite number above 0")
        self.n_codes = n_codes
        self.half_width = half_width
        self.n_labels = n_labels

    @property
    def plot_limit(self):
        """Half-width of the square that a plot of the codes shows."""
        return 1.25 * self.half_width

    def sample_conditional(self, labels, seed=None):
        """Samples one code for each label; for a negative label, from the whole cube.

        Args:
            labels: int [batch], in [0, n_labels) or negative for "no label".
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.

        Returns:
            float32 [batch, n_codes].
        """
        seed = as_seed_generator(seed)
        slices = tf.cast(draw_where_none(labels, self.n_labels, seed), tf.float32)
        shares = keras.random.uniform((tf.shape(slices)[0], self.n_codes), seed=seed)
        first = (slices[:, None] + shares[:, :1]) / self.n_labels
        return self.half_width * (2 * tf.concat([first, shares[:, 1:]], axis=1) - 1)

    def log_prob(self, codes):
        """Log-density of the prior at ``codes``, float [batch, n_codes], in nats: float32 [batch], -inf outside."""
        is_inside = tf.reduce_all(tf.abs(tf.cast(codes, tf.float32)) <= self.half_width, axis=1)
        return tf.where(is_inside, -self.n_codes * math.log(2 * self.half_width), -math.inf)

    def manifolds(self, size=20):
        """Lays out the manifold figure: one ``size`` × ``size`` grid over the square.

        Returns:
            A list of one ``Manifold``.

        Raises:
            InputError: If the codes are not 2-D.
        """
        require_plane(self.n_codes)
        return [square_manifold("uniform", self.half_width, size)]
