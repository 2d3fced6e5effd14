"""What the encoder says of a whole split: codes, representations, classes."""

import keras
import numpy as np

from ..data.pipeline import evaluation_batches


def encode_all(model, images, labels):
    """Mean codes of all images, batch by batch.

    Args:
        model: Anything with ``encode`` and ``image_range``.
        images: uint8 [n, height, width, channels].
        labels: int [n].

    Returns:
        float32 [n, n_codes].
    """
    return _all(model, model.encode, images, labels)


def sample_all_codes(model, images, labels, seed):
    """One code drawn from the posterior of each image, batch by batch; arguments and result as in ``encode_all``."""
    generator = keras.random.SeedGenerator(seed)
    return _all(model, lambda batch: model.sample_codes(batch, generator), images, labels)


def represent_all(model, images, labels):
    """Representations of all images by a model with ``represent``; arguments and result as in ``encode_all``."""
    return _all(model, model.represent, images, labels)


def class_probabilities(model, split):
    """Probabilities q(y|x) of the classes, or clusters, of a whole ``Split``: float32 [n, n_classes].

    Args:
        model: Anything with ``classify`` and ``image_range``.
        split: A ``Split``.
    """
    return _all(model, model.classify, split.images, split.labels)


def _all(model, codes_of, images, labels):
    batches = evaluation_batches(images, labels, image_range=model.image_range)
    return np.concatenate([codes_of(batch) for batch, _ in batches])
