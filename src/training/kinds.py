"""What a model has that training, measuring and drawing must know."""

from ..models import ClusteringAAE, DimensionalityReductionAAE, SupervisedAAE


def has_styles(model):
    """Whether the decoder is given a class, or a cluster, beside the code."""
    return isinstance(model, SupervisedAAE)


def has_clusters(model):
    """Whether the encoder gives clusters, which no label names."""
    return isinstance(model, ClusteringAAE) and not model.classes_are_labels


def learns_to_classify(model):
    """Whether the encoder gives classes that labels name."""
    return isinstance(model, ClusteringAAE) and model.classes_are_labels


def has_heads(model):
    """Whether the classes, or clusters, have heads among the codes."""
    return isinstance(model, DimensionalityReductionAAE)
