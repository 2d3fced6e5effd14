"""A clustering whose clusters are what looks alike, whatever its style."""

from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import ClusterMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_consistent_length, column_or_1d

from ..errors import InputError
from .base import AAEEstimator
from .class_games import CLASS_GAMES, REFERENCE_FEATURES


class AAEClustering(ClusterMixin, AAEEstimator):
    """Clustering adversarial autoencoder (paper, section 5); new samples are put into clusters too.

    Args:
        n_clusters: Clusters to find, at least 1; some may stay empty.
        n_codes: Number of style codes, what a sample is beside its cluster.
        n_neighbors: Each sample and its mutual nearest neighbours, among so many, are drawn towards one cluster; 0 for
            none.
        ...: As in ``AAEEstimator``.

    Attributes:
        labels_: Cluster of each sample of ``fit``: int [n_samples].
        ...: As in ``AAEEstimator``.
    """

    _kind = "clustering"
    _reference_features = REFERENCE_FEATURES

    _parameter_constraints: ClassVar = {
        **AAEEstimator._parameter_constraints,
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "n_codes": [Interval(Integral, 1, None, closed="left")],
        "n_neighbors": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        n_clusters=8,
        *,
        n_codes=5,
        n_neighbors=10,
        prior="gaussian",
        hidden_layer_sizes=None,
        max_iter=None,
        batch_size=None,
        learning_rate_init=0.015,
        validation_fraction=0.1,
        n_iter_no_change=20,
        verbose=0,
        random_state=None,
    ):
        super().__init__(
            prior=prior,
            hidden_layer_sizes=hidden_layer_sizes,
            max_iter=max_iter,
            batch_size=batch_size,
            learning_rate_init=learning_rate_init,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            verbose=verbose,
            random_state=random_state,
        )
        self.n_clusters = n_clusters
        self.n_codes = n_codes
        self.n_neighbors = n_neighbors

    def fit(self, X, y=None):  # noqa: N803  as scikit-learn names it
        """Trains on samples [n_samples, n_features], or images; ``y`` is not read. Returns self."""
        self._validate_params()
        samples = self._samples(X, reset=True)
        # A network with one cluster has nothing to learn; of its two, ``predict_proba`` gives the sum.
        n_clusters = max(2, self.n_clusters)
        self._fit(samples, self.n_codes, None, n_clusters, self.n_neighbors, **CLASS_GAMES, n_clusters=n_clusters)
        self.labels_ = self.predict(X)
        return self

    def predict(self, X):  # noqa: N803
        """The most probable cluster of each sample: int64 [n_samples]."""
        probabilities = self.predict_proba(X)
        return probabilities.argmax(axis=1)

    def predict_proba(self, X):  # noqa: N803
        """Probability of each cluster: float32 [n_samples, n_clusters]."""
        samples = self._samples(X)
        probabilities = self.trained_model_.class_probabilities(samples)
        return probabilities.sum(axis=1, keepdims=True) if self.n_clusters == 1 else probabilities

    def decode(self, codes, labels):
        """Samples of these styles and clusters, in the units of ``fit``.

        Args:
            codes: [n, n_codes].
            labels: int [n], below ``n_clusters``.

        Returns:
            float64 [n, n_features], or images.

        Raises:
            ValueError: If codes or labels are not as many, of another width, or no clusters.
        """
        codes, labels = self._codes(codes), column_or_1d(labels)
        check_consistent_length(codes, labels)
        unknown = np.setdiff1d(labels, np.arange(self.n_clusters))
        if len(unknown):
            raise InputError(f"cluster {unknown[0]}: expected 0 to {self.n_clusters - 1}")
        return self.trained_model_.decoded(codes, labels)
