"""An outlier detector: what is reconstructed badly, or encoded where the prior is thin."""

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import OutlierMixin
from sklearn.utils._param_validation import Interval

from ..evaluation.outliers import OutlierScale, outlier_signs
from .base import AAEEstimator

MOST_CODES = 8


class AAEOutlierDetector(OutlierMixin, AAEEstimator):
    """Adversarial autoencoder as an outlier detector.

    A sample's score is the sum of its reconstruction error and of minus the logarithm of the prior's density at its
    code, each standardised on the training samples, with its sign turned: the lower, the more of an outlier.

    Args:
        contamination: Share of outliers among the training samples, in (0, 0.5].
        n_codes: Number of codes; None for half as many as there are features, at most 8.
        ...: As in ``AAEEstimator``.

    Attributes:
        scale_: The ``evaluation.outliers.OutlierScale`` of the training samples.
        offset_: Score below which a sample counts as an outlier.
        ...: As in ``AAEEstimator``.
    """

    _parameter_constraints: ClassVar = {
        **AAEEstimator._parameter_constraints,
        "contamination": [Interval(Real, 0, 0.5, closed="right")],
        "n_codes": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        contamination=0.1,
        *,
        n_codes=None,
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
        self.contamination = contamination
        self.n_codes = n_codes

    def fit(self, X, y=None):  # noqa: N803  as scikit-learn names it
        """Trains on samples [n_samples, n_features], or images; ``y`` is not read. Returns self."""
        self._validate_params()
        samples = self._samples(X, reset=True)
        n_codes = self.n_codes or max(1, min(MOST_CODES, int(np.prod(samples.shape[1:])) // 2))
        self._fit(samples, n_codes)
        self.scale_ = OutlierScale.of(self._signs(samples), self.contamination)
        self.offset_ = self.scale_.threshold
        return self

    def score_samples(self, X):  # noqa: N803
        """Scores, the lower the more of an outlier: float64 [n_samples]."""
        samples = self._samples(X)
        return self.scale_.scores(self._signs(samples))

    def decision_function(self, X):  # noqa: N803
        """Scores above ``offset_``, below 0 for outliers: float64 [n_samples]."""
        return self.score_samples(X) - self.offset_

    def predict(self, X):  # noqa: N803
        """1 for samples that belong to the others, -1 for outliers: int [n_samples]."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def _signs(self, samples):
        return outlier_signs(self.trained_model_.errors(samples), self.trained_model_.log_densities(samples))
