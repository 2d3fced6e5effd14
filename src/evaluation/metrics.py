"""The metrics of a trained model of any kind on held-out images."""

import numpy as np

from ..data.pipeline import evaluation_batches
from .clustering import Clustering, name_clusters
from .codes import class_probabilities, encode_all, sample_all_codes
from .label_probe import label_probe
from .oracle_classifier import conditional_accuracy, oracle_accuracy
from .sliced_wasserstein import sliced_wasserstein_ratio

SEED = 0


def clusters_named(model, valid):
    """The class that each cluster of a model with ``classify`` stands for, by validation images: int [n_clusters]."""
    return name_clusters(valid.labels, class_probabilities(model, valid))


def cluster(model, label_of_cluster, split):
    """The ``Clustering`` of a split by a model with ``classify``, each cluster standing for a class; None for none."""
    named = None if label_of_cluster is None else np.asarray(label_of_cluster)
    return Clustering(split.labels, class_probabilities(model, split), named)


def measure(model, split, oracle=None):
    """Measures a model: what its ``test_step`` reports, the fit of its codes to the prior, and what its kind adds.

    Args:
        model: A model of this package, or anything with its methods.
        split: Held-out images, a ``Split``.
        oracle: For a model whose decoder is given the class, the classifier of ``train_oracle_classifier``; with it,
            the decoded images are classified, and the label is predicted from the codes.

    Returns:
        Dictionary from names to floats.
    """
    metrics = _tested(model, split)
    codes = sample_all_codes(model, split.images, split.labels, SEED)
    metrics["prior_fit"] = sliced_wasserstein_ratio(codes, model.prior, SEED)
    if oracle is not None:
        metrics["reader_accuracy"] = oracle_accuracy(oracle, split)
        metrics["read_as_asked"] = conditional_accuracy(model, oracle, SEED)
        probes = label_probe(encode_all(model, split.images, split.labels), split.labels)
        metrics |= {f"label_from_code_{name}": accuracy for name, accuracy in probes.items()}
    return metrics


def _tested(model, split):
    """What ``test_step`` reports, without ``evaluate``, for which a model would have to be compiled."""
    model.reset_metrics()
    for batch in evaluation_batches(split.images, split.labels, image_range=model.image_range):
        metrics = model.test_step(batch)
    return {name: float(value) for name, value in metrics.items()}
