"""An embedding in a few dimensions, shaped to any prior, that goes both ways."""

from numbers import Integral
from typing import ClassVar

from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval

from .base import AAEEstimator, float_type


class AAEEmbedding(ClassNamePrefixFeaturesOutMixin, TransformerMixin, AAEEstimator):
    """Adversarial autoencoder as an embedding (paper, section 2): the codes of all samples fill the prior.

    Args:
        n_components: Dimensions of the embedding.
        ...: As in ``AAEEstimator``.

    Attributes:
        ...: As in ``AAEEstimator``.
    """

    _parameter_constraints: ClassVar = {
        **AAEEstimator._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        n_components=2,
        *,
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
        self.n_components = n_components

    def fit(self, X, y=None):  # noqa: N803  as scikit-learn names it
        """Trains on samples [n_samples, n_features], or images; ``y`` is not read. Returns self."""
        self._validate_params()
        samples = self._samples(X, reset=True)
        self._fit(samples, self.n_components)
        self._n_features_out = self.n_components
        return self

    def transform(self, X):  # noqa: N803
        """Codes of samples: [n_samples, n_components], float32 of float32 samples, otherwise float64."""
        samples = self._samples(X)
        return self.trained_model_.codes(samples).astype(float_type(samples))

    def inverse_transform(self, X):  # noqa: N803
        """Samples decoded from places in the embedding, [n, n_components], in the units of ``fit``: float64."""
        return self.trained_model_.decoded(self._codes(X))
