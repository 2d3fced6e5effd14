"""Mixtures of Gaussians: placed anywhere, or like petals round the origin."""

import math

import keras
import numpy as np
import tensorflow as tf

from ...errors import InputError
from .prior import Manifold, Prior, as_seed_generator, require_plane


@keras.saving.register_keras_serializable(package="aae")
class GaussianMixture(Prior):
    """Mixture of any number of Gaussians of any place and shape; given a label k, it samples the k-th.

    Args:
        means: float [n_components, n_codes].
        covariances: float [n_components, n_codes, n_codes], each symmetric and positive definite.
        weights: float [n_components], above 0; how often each component is drawn, in proportion. None for equally.

    Raises:
        InputError: If the arguments do not fit together, or are no mixture.
    """

    x_label = "along the component's longest axis"
    y_label = "across it"

    def __init__(self, means, covariances, weights=None):
        self.means = np.asarray(means, np.float32).tolist()
        self.covariances = np.asarray(covariances, np.float32).tolist()
        self.weights = None if weights is None else np.asarray(weights, np.float32).tolist()
        shape = np.shape(means)
        if len(shape) != 2 or np.shape(covariances) != (*shape, shape[-1]):
            raise InputError(
                f"a mixture of means {shape} and covariances {np.shape(covariances)}: expected (n_components, n_codes) "
                "and (n_components, n_codes, n_codes)"
            )
        if not np.allclose(covariances, np.swapaxes(covariances, 1, 2)) or np.linalg.eigvalsh(covariances).min() <= 0:
            raise InputError("a mixture whose covariances are not all symmetric and positive definite")
        if weights is not None and (np.shape(weights) != shape[:1] or np.min(weights) <= 0):
            raise InputError(f"a mixture of {shape[0]} components with weights {weights}: expected as many, above 0")
        variances, axes = np.linalg.eigh(np.asarray(covariances, np.float64))
        # Longest axis first.
        factors = np.sqrt(variances[:, ::-1, None]) * np.swapaxes(axes, 1, 2)[:, ::-1]
        self._place(np.asarray(means), factors, weights)

    def _place(self, means, factors, weights=None):
        """Keeps the components: a code is mean + ε · factor, ε ~ N(0, I), one axis of the component a row of factor."""
        weights = np.ones(len(means)) if weights is None else np.asarray(weights)
        self._means, self._factors = means.astype(np.float32), factors.astype(np.float32)
        self._inverses = np.linalg.inv(factors).astype(np.float32)
        self._log_weights = np.log(weights / weights.sum()).astype(np.float32)
        normalisers = self.n_codes / 2 * math.log(2 * math.pi) + np.linalg.slogdet(factors)[1]
        self._normalisers = normalisers.astype(np.float32)

    @property
    def n_codes(self):
        """Number of codes."""
        return self._means.shape[1]

    @property
    def n_labels(self):
        """Number of labels that choose a component of their own: the number of components."""
        return len(self._means)

    @property
    def plot_limit(self):
        """Half-width of the square that a plot of the codes shows: 3.5 deviations beyond the farthest mean."""
        deviations = np.sqrt((self._factors**2).sum(axis=1))
        return float((np.abs(self._means) + 3.5 * deviations).max())

    def sample_conditional(self, labels, seed=None):
        """Samples one code from the component of each label; for a negative label, from the whole mixture.

        Args:
            labels: int [batch], in [0, n_components) or negative for "no label".
            seed: ``keras.random.SeedGenerator``, int, or None for a random one.

        Returns:
            float32 [batch, n_codes].
        """
        seed = as_seed_generator(seed)
        labels = tf.cast(labels, tf.int32)
        n = tf.shape(labels)[0]
        drawn = keras.random.categorical(tf.constant(self._log_weights)[None], n, dtype="int32", seed=seed)[0]
        components = tf.where(labels < 0, drawn, labels)
        noise = keras.random.normal((n, self.n_codes), seed=seed)
        return tf.gather(self._means, components) + tf.einsum("bi,bij->bj", noise, tf.gather(self._factors, components))

    def log_prob(self, codes):
        """Log-density of the prior at ``codes``, float [batch, n_codes], in nats: float32 [batch]."""
        from_means = tf.cast(codes, tf.float32)[:, None] - self._means
        own_axes = tf.einsum("bkj,kji->bki", from_means, self._inverses)
        components = -0.5 * tf.reduce_sum(own_axes**2, axis=2) - self._normalisers
        return tf.reduce_logsumexp(components + self._log_weights, axis=1)

    def manifolds(self, size=20):
        """Lays out the manifold figures: for each component a grid of two deviations either way in its own axes.

        Returns:
            A list of ``n_components`` ``Manifold``s of ``size`` × ``size`` codes.

        Raises:
            InputError: If the codes are not 2-D.
        """
        require_plane(self.n_codes)
        deviations = np.linspace(-2, 2, size, dtype=np.float32)
        grid = np.stack(np.meshgrid(deviations, deviations[::-1]), axis=-1)
        return [
            Manifold(f"component{k}", f"Component {k}", mean + grid @ factor, self.x_label, self.y_label)
            for k, (mean, factor) in enumerate(zip(self._means, self._factors, strict=True))
        ]


@keras.saving.register_keras_serializable(package="aae")
class PetalMixture(GaussianMixture):
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

    x_label = "along the component, outwards"
    y_label = "across the component"

    def __init__(self, n_codes, n_components=10, radius=1.4, std_along=0.5, std_across=0.1):
        if n_codes < 2 or n_codes % 2:
            near = sorted({max(2, n_codes - 1), max(2, n_codes + 1)})
            raise InputError(
                f"{n_codes} codes with petals: a petal mixture needs an even number of codes; "
                f"try {' or '.join(map(str, near))}"
            )
        if n_components < 1:
            raise InputError(f"a petal mixture with {n_components} components: it needs at least 1")
        if not (0 < std_along < math.inf and 0 < std_across < math.inf):
            raise InputError(f"a petal mixture with deviations {std_along}, {std_across}: both must be above 0")
        self.n_components = n_components
        self.radius = radius
        self.std_along = std_along
        self.std_across = std_across
        angles = 2 * math.pi * np.arange(n_components) / n_components
        along = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        across = np.stack([-np.sin(angles), np.cos(angles)], axis=1)
        petals = np.stack([std_along * along, std_across * across], axis=1)
        self._place(np.tile(radius * along, n_codes // 2), np.stack([np.kron(np.eye(n_codes // 2), p) for p in petals]))

    @property
    def plot_limit(self):
        """Half-width of the square that a plot of the codes shows."""
        return self.radius + 4.2 * max(self.std_along, self.std_across)
