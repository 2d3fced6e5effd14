"""The tasks of the map of peers: each fits one contestant and measures it.

Imports of this package stand where they are needed: the environment of the peers is without it.
"""

import time

import numpy as np
from peers_settings import N_NEIGHBORS, N_TRUSTWORTHINESS
from sklearn.base import OutlierMixin
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier


class Clock:
    """Sums what calls take.

    Attributes:
        seconds: {"NAME_seconds": wall time, "NAME_cpu_seconds": that of the processor}.
    """

    def __init__(self):
        self.seconds = {}

    def time(self, name, function, *arguments):
        """Calls ``function`` and adds what it took under ``name``; returns what it returns."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = function(*arguments)
        for key, took in (("seconds", time.perf_counter() - wall), ("cpu_seconds", time.process_time() - cpu)):
            self.seconds[f"{name}_{key}"] = self.seconds.get(f"{name}_{key}", 0.0) + took
        return result


def few_labels(make, data, clock):
    """Accuracy on new images of a classifier that was given ``data["few"]``: labels, -1 where there is none."""
    classifier = make()
    train, few = data["train"], data["few"]
    if isinstance(classifier, MLPClassifier):
        # To it -1 would be a class.
        train, few = train[few >= 0], few[few >= 0]
    clock.time("fit", classifier.fit, train, few)
    return {"accuracy": float(np.mean(clock.time("new", classifier.predict, data["test"]) == data["test_labels"]))}


def clusters(make, data, clock):
    """Agreement of clusters with classes on new images; the labels of the fitted ones name the clusters."""
    from aae.evaluation.clustering import name_by_majority, name_clusters

    clustering = make()
    clock.time("fit", clustering.fit, data["train"])
    sureness, new = _sureness(clustering, data["train"]), clock.time("new", _sureness, clustering, data["test"])
    found, truth = new.argmax(axis=1), data["test_labels"]
    rules = {"paper": name_clusters, "majority": name_by_majority}
    names = {rule: name(data["train_labels"], sureness) for rule, name in rules.items()}
    figures = {f"{rule}_accuracy": float(np.mean(names[rule][found] == truth)) for rule in rules}
    nmi, ari = normalized_mutual_info_score(truth, found), adjusted_rand_score(truth, found)
    return figures | {"nmi": float(nmi), "ari": float(ari), "clusters_used": len(np.unique(found))}


def _sureness(clustering, samples):
    """What is highest in the cluster of a sample: its probability, or minus the distance to the centre."""
    if hasattr(clustering, "predict_proba"):
        return clustering.predict_proba(samples)
    return -clustering.transform(samples)


def plane(make, data, clock):
    """How well ten neighbours in the plane tell the class, and how well the plane's neighbours are neighbours."""
    embedding = make()
    places = clock.time("fit", embedding.fit_transform, data["train"])
    neighbours = KNeighborsClassifier(N_NEIGHBORS)
    figures = {
        "fitted_neighbours": float(cross_val_score(neighbours, places, data["train_labels"]).mean()),
        "trustworthiness": float(
            trustworthiness(data["train"][:N_TRUSTWORTHINESS].reshape(-1, 784), places[:N_TRUSTWORTHINESS])
        ),
    }
    # t-SNE has no place for a new image.
    if hasattr(embedding, "transform"):
        new = clock.time("new", embedding.transform, data["test"])
        neighbours.fit(places, data["train_labels"])
        figures["new_neighbours"] = float(neighbours.score(new, data["test_labels"]))
    return figures


def outliers(make, data, clock):
    """Area under the curve of one digit against the nine others: the mean over ``data["normal"]``, digits."""
    areas = []
    for digit in data["normal"]:
        detector = make()
        clock.time("fit", detector.fit, data["train"][data["train_labels"] == digit])
        is_normal = data["test_labels"] == digit
        scores = clock.time("new", detector.decision_function, data["test"])
        # Scores of scikit-learn's detectors are low for outliers, PyOD's high.
        sign = 1 if isinstance(detector, OutlierMixin) else -1
        areas.append(float(roc_auc_score(is_normal, sign * scores)))
    # Seconds of one digit, as one would fit it.
    clock.seconds = {key: took / len(areas) for key, took in clock.seconds.items()}
    return {"auroc": float(np.mean(areas)), "auroc_of_digits": dict(zip(map(int, data["normal"]), areas, strict=True))}


TASKS = {"few_labels": few_labels, "clusters": clusters, "plane": plane, "outliers": outliers}
