"""Label probes: how well the label is predicted from codes, though the decoder is given it (paper, section 3)."""

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
    """
    classifiers = {
        "linear": LogisticRegression(max_iter=1000),
        "nearest_neighbours": KNeighborsClassifier(N_NEIGHBOURS),
    }
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    return {
        name: float(cross_val_score(make_pipeline(StandardScaler(), classifier), codes, labels, cv=folds).mean())
        for name, classifier in classifiers.items()
    }
