"""Label probes: how well the label is predicted from codes, though the decoder is given it (paper, section 3)."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

N_NEIGHBOURS = 20
N_FOLDS = 5


def label_probe(codes, labels):
    """Accuracy of a linear and of a k-nearest-neighbour classifier that predict the label from the code.

    Args:
        codes: float [n, n_codes] of held-out images.
        labels: int [n].

    Returns:
        Dictionary from "linear" and "nearest_neighbours" to the accuracy, mean over five folds of cross-validation; the
        share of the commonest class (a tenth, for ten equal ones) is what codes give that carry nothing of the label.
        There are fewer folds where a class has fewer members than five, and none, so an empty dictionary, where it has
        one.
    """
    n_folds = min(N_FOLDS, np.unique(labels, return_counts=True)[1].min())
    if n_folds < 2 or len(np.unique(labels)) < 2:
        return {}
    classifiers = {
        "linear": LogisticRegression(max_iter=1000),
        "nearest_neighbours": KNeighborsClassifier(min(N_NEIGHBOURS, len(labels) // 2)),
    }
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=0)
    return {
        name: float(cross_val_score(make_pipeline(StandardScaler(), classifier), codes, labels, cv=folds).mean())
        for name, classifier in classifiers.items()
    }
