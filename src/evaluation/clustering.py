"""How well clusters found without labels agree with the classes (paper, section 5)."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score


@dataclass(frozen=True)
class Clustering:
    """What a model that clusters makes of a split.

    Attributes:
        labels: int [n], true classes.
        probabilities: float [n, n_clusters], q(y|x).
        label_of_cluster: int [n_clusters], the class that each cluster stands for; see ``name_clusters``. None where
            there are no labels that say so.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    label_of_cluster: np.ndarray | None

    @property
    def assignments(self):
        """Likeliest cluster of each image: int [n]."""
        return self.probabilities.argmax(axis=1)

    @property
    def counts(self):
        """Number of images in each cluster: int [n_clusters]."""
        return np.bincount(self.assignments, minlength=self.probabilities.shape[1])

    @property
    def n_used(self):
        """Number of clusters that hold an image."""
        return int((self.counts > 0).sum())

    @property
    def is_named(self):
        """Whether it is known what class each cluster stands for."""
        return self.label_of_cluster is not None

    @property
    def error(self):
        """Share of images whose cluster stands for another class than theirs."""
        return float(np.mean(self.label_of_cluster[self.assignments] != self.labels))

    @property
    def normalized_mutual_information(self):
        """Between clusters and classes, in [0, 1]."""
        return float(normalized_mutual_info_score(self.labels, self.assignments))

    @property
    def adjusted_rand_index(self):
        """Between clusters and classes, 1 for the same partition and 0 on average for random ones."""
        return float(adjusted_rand_score(self.labels, self.assignments))

    def metrics(self):
        """All of these by name; without labels the number of clusters used alone."""
        if not self.is_named:
            return {"clusters_used": self.n_used}
        return {
            "clustering_error": self.error,
            "clusters_used": self.n_used,
            "normalized_mutual_information": self.normalized_mutual_information,
            "adjusted_rand_index": self.adjusted_rand_index,
        }

    def members(self, cluster):
        """Indices of the images in ``cluster``, the one with the highest q(y|x) first: int [m]."""
        inside = np.flatnonzero(self.assignments == cluster)
        return inside[np.argsort(-self.probabilities[inside, cluster], kind="stable")]


def name_clusters(labels, probabilities):
    """Names every cluster by the paper's rule: by the label of the validation image with the highest q(y|x) in it.

    Args:
        labels: int [n], classes of the validation images, 0 or above.
        probabilities: float [n, n_clusters], their q(y|x).

    Returns:
        int [n_clusters]. Of several images that share the highest probability, the commonest label counts, and of
        several such the lowest.
    """
    highest = probabilities == probabilities.max(axis=0)
    return np.array([np.bincount(labels[tied]).argmax() for tied in highest.T])


def name_by_majority(labels, probabilities):
    """Names every cluster by the commonest label of the validation images in it, where the paper asks a single one.

    Args:
        labels: As in ``name_clusters``.
        probabilities: As in ``name_clusters``.

    Returns:
        int [n_clusters]. Of several labels that are as common the lowest counts; an empty cluster is named by the
        paper's rule.
    """
    n_clusters = probabilities.shape[1]
    counts = np.zeros((n_clusters, labels.max() + 1), int)
    np.add.at(counts, (probabilities.argmax(axis=1), labels), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), name_clusters(labels, probabilities))
