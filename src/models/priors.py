"""Priors: the distributions that an adversarial game imposes on the codes.

A prior of codes is any object with ``n_codes``, ``n_labels``, ``extent``, ``sample``, ``sample_for_labels``,
``log_density`` and ``manifolds``. Nothing else in the package asks which one it is. A prior of classes needs no more
than ``n_codes`` and ``sample``.
"""

import math
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from ..errors import InputError


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


@keras.saving.register_keras_serializable(package="aae")
class Gaussian:
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
    def extent(self):
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

    def sample_for_labels(self, labels, seed=None):
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

    def log_density(self, codes):
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
        _require_plane(self.n_codes)
        axis = np.linspace(-3 * self.std, 3 * self.std, size, dtype=np.float32)
        codes = np.stack(np.meshgrid(axis, axis[::-1]), axis=-1)
        title = f"Decoded grid over [{-3 * self.std:g}, {3 * self.std:g}]²"
        return [Manifold("gaussian", title, codes, "code 1", "code 2")]

    def get_config(self):
        """Arguments that rebuild this prior."""
        return {"n_codes": self.n_codes, "std": self.std, "n_labels": self.n_labels}

    @classmethod
    def from_config(cls, config):
        """Rebuilds a prior from ``get_config``."""
        return cls(**config)


@keras.saving.register_keras_serializable(package="aae")
class GaussianMixture:
    """Mixture of equally likely 2-D Gaussians set like petals around the origin (paper, figures 2 and 4).

    Component k lies along the axis at angle 2πk / n_components. In the component's own axes its mean is
    (``radius``, 0) and its standard deviations are ``std_along`` and ``std_across``. With more than two codes, every
    pair of codes is such a petal, and all pairs of a sample belong to the same component.

    Args:
        n_codes: Number of codes, even.
        n_components: Number of components, at least 1.
        radius: Distance of the component means from the origin.
        std_along: Standard deviation along a component's axis, above 0.
        std_across: Standard deviation across it, above 0.

    Raises:
        InputError: If an argument is out of its range.
    """

    def __init__(self, n_codes, n_components=10, radius=1.4, std_along=0.5, std_across=0.1):
        if n_codes < 2 or n_codes % 2:
            near = sorted({max(2, n_codes - 1), max(2, n_codes + 1)})
            raise InputError(
                f"{n_codes} codes with a Gaussian mixture: a mixture prior needs an even number of codes; "
                f"try {' or '.join(map(str, near))}"
            )
        if n_components < 1:
            raise InputError(f"a Gaussian mixture with {n_components} components: it needs at least 1")
        if not (0 < std_along < math.inf and 0 < std_across < math.inf):
            raise InputError(f"a Gaussian mixture with deviations {std_along}, {std_across}: both must be above 0")
        self.n_codes = n_codes
        self.n_components = n_components
        self.radius = radius
        self.std_along = std_along
        self.std_across = std_across

    @property
    def n_labels(self):
        """Number of labels that choose a component of their own."""
        return self.n_components

    @property
    def extent(self):
        """Half-width of the square that a plot of the codes shows."""
        return self.radius + 4.2 * max(self.std_along, self.std_across)

    def sample(self, n, seed=None):
        """Samples ``n`` codes from the whole mixture; arguments and result as in ``Gaussian.sample``."""
        return self.sample_for_labels(tf.fill([n], -1), seed)

    def sample_for_labels(self, labels, seed=None):
        """Samples one code from the component of each label; for a negative label, from the whole mixture.

        Args:
            labels: int [batch], in [0, n_components) or negative for "no label".
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.

        Returns:
            float32 [batch, n_codes].
        """
        seed = as_seed_generator(seed)
        labels = tf.cast(labels, tf.int32)
        drawn = keras.random.randint(tf.shape(labels), 0, self.n_components, seed=seed)
        components = tf.where(labels < 0, drawn, labels)
        deviations = tf.constant([self.std_along, self.std_across])
        petals = deviations * keras.random.normal((tf.shape(labels)[0], self.n_codes // 2, 2), seed=seed)
        petals += tf.constant([self.radius, 0.0])
        codes = tf.einsum("bpi,bij->bpj", petals, tf.gather(self._axes(), components))
        return tf.reshape(codes, [-1, self.n_codes])

    def log_density(self, codes):
        """Log-density of the prior at ``codes``, float [batch, n_codes], in nats: float32 [batch]."""
        pairs = tf.reshape(tf.cast(codes, tf.float32), [-1, self.n_codes // 2, 2])
        own_axes = tf.einsum("bpj,kij->bkpi", pairs, self._axes())
        scaled = (own_axes - [self.radius, 0.0]) / [self.std_along, self.std_across]
        normaliser = self.n_codes // 2 * math.log(2 * math.pi * self.std_along * self.std_across)
        components = -0.5 * tf.reduce_sum(scaled**2, axis=[2, 3]) - normaliser
        return tf.reduce_logsumexp(components, axis=1) - math.log(self.n_components)

    def manifolds(self, size=20):
        """Lays out the manifold figures: for each component a grid [-1, 1] × [-0.2, 0.2] in its own axes.

        Columns run along the component, outwards from left to right; rows run across it.

        Returns:
            A list of ``n_components`` ``Manifold``s of ``size`` × ``size`` codes.

        Raises:
            InputError: If the codes are not 2-D.
        """
        _require_plane(self.n_codes)
        along = np.linspace(-2, 2, size) * self.std_along + self.radius
        across = np.linspace(2, -2, size) * self.std_across
        petal = np.stack(np.meshgrid(along, across), axis=-1)
        return [
            Manifold(
                f"component{k}",
                f"Component {k}",
                (petal @ axes).astype(np.float32),
                "along the component, outwards",
                "across the component",
            )
            for k, axes in enumerate(self._axes().numpy())
        ]

    def _axes(self):
        """Unit vectors along and across each component: float32 [n_components, 2 (axis), 2 (plane)]."""
        angles = 2 * math.pi * tf.range(self.n_components, dtype=tf.float32) / self.n_components
        along = tf.stack([tf.cos(angles), tf.sin(angles)], axis=1)
        across = tf.stack([-tf.sin(angles), tf.cos(angles)], axis=1)
        return tf.stack([along, across], axis=1)

    def get_config(self):
        """Arguments that rebuild this prior."""
        return {
            "n_codes": self.n_codes,
            "n_components": self.n_components,
            "radius": self.radius,
            "std_along": self.std_along,
            "std_across": self.std_across,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds a prior from ``get_config``."""
        return cls(**config)


@keras.saving.register_keras_serializable(package="aae")
class Categorical:
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

    def get_config(self):
        """Arguments that rebuild this prior."""
        return {"n_classes": self.n_classes}

    @classmethod
    def from_config(cls, config):
        """Rebuilds a prior from ``get_config``."""
        return cls(**config)


def as_seed_generator(seed):
    """One generator for several draws, which an int given to each of them would make equal."""
    return seed if isinstance(seed, keras.random.SeedGenerator) else keras.random.SeedGenerator(seed)


def _require_plane(n_codes):
    if n_codes != 2:
        raise InputError(f"a manifold figure of {n_codes} codes: only a plane can be drawn; use 2 codes")
