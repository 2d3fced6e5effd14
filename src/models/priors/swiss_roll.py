"""The swiss roll."""

import math

import keras
import numpy as np
import tensorflow as tf

from ...errors import InputError
from .prior import Manifold, Prior, as_seed_generator, draw_where_none

TABLE = 20_000
NEAREST = 2_001
CHUNK = 1_000


@keras.saving.register_keras_serializable(package="aae")
class SwissRoll(Prior):
    """Swiss roll: evenly along the spiral a (t cos t, t sin t), and Gaussian round it (paper, figure 4).

    The angle t begins at 0, in the middle, and makes ``turns`` turns; a lets it end at ``radius``. Evenly means that
    equal lengths of the roll are equally likely. Given a label k of ``n_labels``, it samples the k-th of ``n_labels``
    stretches of equal length, from the middle outwards. The stretches together are the roll again.

    Args:
        n_codes: Number of codes, 2.
        n_labels: Number of stretches that labels choose from.
        turns: Number of turns, above 0.
        radius: Distance of the outer end from the origin, above 0.
        std: Standard deviation, in every direction, round the spiral, above 0.

    Raises:
        InputError: If an argument is out of its range.
    """

    def __init__(self, n_codes=2, n_labels=10, turns=2.0, radius=3.0, std=0.1):
        if n_codes != 2:
            raise InputError(f"{n_codes} codes with a swiss roll: it lies in a plane; use 2 codes")
        if not all(0 < value < math.inf for value in (turns, radius, std)):
            raise InputError(
                f"a swiss roll with turns {turns}, radius {radius} and deviation {std}: expected finite numbers above 0"
            )
        self.n_codes = n_codes
        self.n_labels = n_labels
        self.turns = turns
        self.radius = radius
        self.std = std
        # The length of a (t cos t, t sin t) up to t is a/2 (t √(1 + t²) + asinh t); it has no inverse in closed form.
        angles = np.linspace(0, 2 * math.pi * turns, TABLE)
        growth = radius / angles[-1]
        lengths = growth / 2 * (angles * np.sqrt(1 + angles**2) + np.arcsinh(angles))
        self.length = float(lengths[-1])
        even = np.interp(np.linspace(0, self.length, TABLE), lengths, angles)
        self._spiral = (growth * even[:, None] * np.stack([np.cos(even), np.sin(even)], axis=1)).astype(np.float32)

    @property
    def plot_limit(self):
        """Half-width of the square that a plot of the codes shows."""
        return self.radius + 4 * self.std

    def sample_conditional(self, labels, seed=None):
        """Samples one code from the stretch of each label; for a negative label, from the whole roll.

        Args:
            labels: int [batch], in [0, n_labels) or negative for "no label".
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.

        Returns:
            float32 [batch, 2].
        """
        seed = as_seed_generator(seed)
        stretches = tf.cast(draw_where_none(labels, self.n_labels, seed), tf.float32)
        positions = (stretches + keras.random.uniform(tf.shape(stretches), seed=seed)) / self.n_labels
        on_spiral = tf.gather(self._spiral, tf.cast(tf.round(positions * (TABLE - 1)), tf.int32))
        return on_spiral + self.std * keras.random.normal((tf.shape(stretches)[0], 2), seed=seed)

    def points(self, positions):
        """Points of the spiral at ``positions``, shares of its length in [0, 1], of any shape: float32 [..., 2]."""
        return self._spiral[np.rint(np.asarray(positions) * (TABLE - 1)).astype(int)]

    def positions(self, codes):
        """Position along the roll, a share of its length, of the point of the spiral nearest to each code.

        Args:
            codes: float [batch, 2].

        Returns:
            float64 [batch], in [0, 1].
        """
        shares = np.linspace(0, 1, NEAREST)
        nearest = [
            np.argmin(((chunk[:, None] - self.points(shares)) ** 2).sum(axis=2), axis=1) for chunk in _chunks(codes)
        ]
        return shares[np.concatenate(nearest)]

    def log_prob(self, codes):
        """Log-density of the prior at ``codes``, float [batch, 2], in nats: float32 [batch].

        It is the mean, along the roll, of a Gaussian round each of its points, taken over points a third of its
        deviation apart.
        """
        n_points = min(math.ceil(3 * self.length / self.std) + 1, TABLE)
        points = self.points(np.linspace(0, 1, n_points))
        # The two ends stand for half a step each.
        shares = np.full(n_points, 1 / (n_points - 1), np.float32)
        shares[[0, -1]] /= 2
        log_shares = np.log(shares) - math.log(2 * math.pi * self.std**2)

        def of_chunk(chunk):
            squared = tf.reduce_sum((chunk[:, None] - points) ** 2, axis=2)
            return tf.reduce_logsumexp(log_shares - squared / (2 * self.std**2), axis=1)

        return tf.concat([of_chunk(chunk) for chunk in _chunks(codes)], axis=0)

    def manifolds(self, size=20):
        """Lays out the manifold figure, a walk along the roll: one row for each label, from the middle outwards.

        Returns:
            A list of one ``Manifold`` of ``n_labels`` × ``size`` codes; the lowest label is at the top.
        """
        walk = (np.arange(self.n_labels * size) + 0.5) / (self.n_labels * size)
        codes = self.points(walk).reshape(self.n_labels, size, 2)
        title = "A walk along the roll, row after row"
        return [Manifold("swiss_roll", title, codes, "along the roll, outwards", "outer end ← stretches → middle")]


def _chunks(codes):
    """``codes`` in pieces that leave room in memory for the distances to all points of a spiral."""
    codes = np.asarray(codes, np.float32)
    return [codes[start : start + CHUNK] for start in range(0, len(codes), CHUNK)]
