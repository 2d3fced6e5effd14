"""How a classifier does on a split: its confusions, its accuracy by class, its most confident mistakes."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import confusion_matrix

from .codes import class_probabilities


@dataclass(frozen=True)
class Classification:
    """What a model says of the classes of a split.

    Attributes:
        labels: int [n], true classes.
        probabilities: float [n, n_classes], q(y|x).
    """

    labels: np.ndarray
    probabilities: np.ndarray

    @property
    def predictions(self):
        """Likeliest class of each image: int [n]."""
        return self.probabilities.argmax(axis=1)

    @property
    def accuracy(self):
        """Share of images classified right."""
        return float(np.mean(self.predictions == self.labels))

    @property
    def confusion(self):
        """Number of images of each class (row) taken for each class (column): int [n_classes, n_classes]."""
        return confusion_matrix(self.labels, self.predictions, labels=range(self.probabilities.shape[1]))

    @property
    def accuracy_by_class(self):
        """Share of each class's images classified right: float [n_classes], NaN for a class without images."""
        confusion = self.confusion
        with np.errstate(invalid="ignore"):
            return np.diag(confusion) / confusion.sum(axis=1)

    def confident_mistakes(self, n):
        """Indices of at most ``n`` images classified wrong, the most confident first: int [m]."""
        wrong = np.flatnonzero(self.predictions != self.labels)
        return wrong[np.argsort(-self.probabilities[wrong].max(axis=1), kind="stable")][:n]


def classify_all(model, split):
    """The ``Classification`` of a whole ``Split`` by anything with ``classify`` and ``image_range``."""
    return Classification(split.labels, class_probabilities(model, split))
