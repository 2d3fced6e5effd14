"""What priors share."""

import inspect
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from ...errors import InputError


class Prior:
    """Base of priors that saves them with a model: an argument of the constructor is kept in the attribute of its name.

    It also samples the whole prior through ``sample_conditional``. A prior need not derive from it; any object with the
    same methods will do.
    """

    def sample(self, n, seed=None):
        """Samples ``n`` codes from the whole prior: float32 [n, n_codes].

        Args:
            n: Number of samples, an int or an int32 scalar tensor.
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.
        """
        return self.sample_conditional(tf.fill([n], -1), seed)

    def get_config(self):
        """Arguments that rebuild this prior."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    @classmethod
    def from_config(cls, config):
        """Rebuilds a prior from ``get_config``."""
        return cls(**config)


@dataclass(frozen=True)
class Manifold:
    """A grid of codes to decode into one manifold figure.

    Attributes:
        name: Short lower-case name, unique among the prior's manifolds.
        title: What the figure shows.
        codes: float32 [rows, columns, n_codes]; the first row is drawn at the top.
        x_label: What changes from left to right.
        y_label: What changes from bottom to top.
    """

    name: str
    title: str
    codes: np.ndarray
    x_label: str
    y_label: str


def square_manifold(name, half_width, size):
    """A manifold figure of ``size`` × ``size`` codes over [-half_width, half_width]², seen from above."""
    axis = np.linspace(-half_width, half_width, size, dtype=np.float32)
    codes = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1)
    title = f"Decoded grid over [{-half_width:g}, {half_width:g}]²"
    return Manifold(name, title, codes, "code 1", "code 2")


def as_seed_generator(seed):
    """One generator for several draws, which an int given to each of them would make equal."""
    return seed if isinstance(seed, keras.random.SeedGenerator) else keras.random.SeedGenerator(seed)


def draw_where_none(labels, n_labels, seed):
    """``labels``, int32 [batch], with those below 0 replaced by draws that are all equally likely."""
    labels = tf.cast(labels, tf.int32)
    return tf.where(labels < 0, keras.random.randint(tf.shape(labels), 0, n_labels, seed=seed), labels)


def require_plane(n_codes):
    """Refuses what only a plane has."""
    if n_codes != 2:
        raise InputError(f"a manifold figure of {n_codes} codes: only a plane can be drawn; use 2 codes")
