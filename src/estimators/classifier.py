"""A classifier that learns from few labels and many samples without."""

from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, column_or_1d, validate_data

from ..data.labels import UNLABELLED
from ..errors import InputError
from .base import AAEEstimator, float_type
from .class_games import CLASS_GAMES, REFERENCE_FEATURES


class AAEClassifier(ClassNamePrefixFeaturesOutMixin, ClassifierMixin, TransformerMixin, AAEEstimator):
    """Semi-supervised adversarial autoencoder (paper, section 4).

    Samples without a label have the label -1, among texts "-1".

    Args:
        n_codes: Number of style codes, what a sample is beside its class.
        n_neighbors: Each sample and its mutual nearest neighbours, among so many, are drawn towards one class; 0 for
            none.
        ...: As in ``AAEEstimator``.

    Attributes:
        classes_: The labels, sorted.
        ...: As in ``AAEEstimator``.
    """

    _kind = "semisupervised"
    _reference_features = REFERENCE_FEATURES

    _parameter_constraints: ClassVar = {
        **AAEEstimator._parameter_constraints,
        "n_codes": [Interval(Integral, 1, None, closed="left")],
        "n_neighbors": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        n_codes=5,
        *,
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
        self.n_codes = n_codes
        self.n_neighbors = n_neighbors

    def fit(self, X, y):  # noqa: N803  as scikit-learn names it
        """Trains on samples and labels.

        Args:
            X: [n_samples, n_features], or images [n_samples, height, width, channels].
            y: [n_samples], -1 where a sample has no label.

        Returns:
            self.

        Raises:
            ValueError: If there are fewer than two classes, or something that scikit-learn refuses.
        """
        self._validate_params()
        samples, labels = self._samples_and_labels(X, y)
        is_labelled = _are_labels(labels)
        if not is_labelled.any():
            raise InputError("no label but -1, which is none: expected some of at least two classes")
        check_classification_targets(labels[is_labelled])
        self.classes_ = np.unique(labels[is_labelled])
        if len(self.classes_) < 2:
            raise InputError("labels of 1 class: expected at least two classes beside -1, no label")
        indices = np.full(len(labels), UNLABELLED, np.int32)
        indices[is_labelled] = np.searchsorted(self.classes_, labels[is_labelled])
        self._fit(samples, self.n_codes, indices, len(self.classes_), self.n_neighbors, **CLASS_GAMES)
        self._n_features_out = self.n_codes
        return self

    def _samples_and_labels(self, samples, labels):
        samples, labels = validate_data(self, samples, labels, dtype="numeric", allow_nd=True, ensure_min_samples=2)
        labels = column_or_1d(labels, warn=True)
        return samples, labels

    def predict_proba(self, X):  # noqa: N803
        """Probability of each class, in the order of ``classes_``: float64 [n_samples, n_classes]."""
        samples = self._samples(X)
        probabilities = self.trained_model_.class_probabilities(samples).astype(np.float64)
        return probabilities / probabilities.sum(axis=1, keepdims=True)

    def predict(self, X):  # noqa: N803
        """The most probable class of each sample: [n_samples]."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def score(self, X, y, sample_weight=None):  # noqa: N803
        """Accuracy on samples that have a label; those of the label -1 are left out.

        Args:
            X: As in ``fit``.
            y: As in ``fit``.
            sample_weight: [n_samples], or None for equal weights.

        Raises:
            ValueError: If no sample has a label, or there are not as many samples, labels and weights.
        """
        y = column_or_1d(y)
        check_consistent_length(X, y, sample_weight)
        is_labelled = _are_labels(y)
        if not is_labelled.any():
            raise InputError("no sample with a label to measure the accuracy on: expected some")
        right = self.predict(X)[is_labelled] == y[is_labelled]
        return float(
            np.average(right, weights=None if sample_weight is None else np.asarray(sample_weight)[is_labelled])
        )

    def transform(self, X):  # noqa: N803
        """Style codes z: [n_samples, n_codes], float32 of float32 samples, otherwise float64."""
        samples = self._samples(X)
        return self.trained_model_.codes(samples).astype(float_type(samples))

    def decode(self, codes, labels):
        """Samples of these styles and classes, in the units of ``fit``.

        Args:
            codes: [n, n_codes].
            labels: [n], of ``classes_``.

        Returns:
            float64 [n, n_features], or images.

        Raises:
            ValueError: If codes or labels are not as many, of another width, or a label is none of ``classes_``.
        """
        codes, labels = self._codes(codes), column_or_1d(labels)
        check_consistent_length(codes, labels)
        unknown = np.setdiff1d(labels, self.classes_)
        if len(unknown):
            raise InputError(f"label {str(unknown[0])!r}: expected one of {', '.join(map(str, self.classes_))}")
        return self.trained_model_.decoded(codes, np.searchsorted(self.classes_, labels))


def _are_labels(labels):
    """Which entries are labels, bool [n]: all but -1, among texts "-1"; pandas gives texts as objects."""
    if labels.dtype.kind == "O":
        return ~np.isin(labels.astype(str), str(UNLABELLED))
    return labels != (str(UNLABELLED) if labels.dtype.kind in "US" else UNLABELLED)
