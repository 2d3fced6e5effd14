"""Adversarial autoencoders as scikit-learn estimators: for arrays [n, n_features] and images alike.

They train the same models as the scripts, sized to the data, and work where estimators do: in pipelines, in searches of
parameters, under ``clone`` and joblib.
"""

from ..backend import require_tensorflow

require_tensorflow()

from .classifier import AAEClassifier  # noqa: E402  Keras reads its backend when it is imported
from .clustering import AAEClustering  # noqa: E402
from .embedding import AAEEmbedding  # noqa: E402
from .outliers import AAEOutlierDetector  # noqa: E402

__all__ = ["AAEClassifier", "AAEClustering", "AAEEmbedding", "AAEOutlierDetector"]
