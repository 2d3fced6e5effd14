"""What a trained model says of samples: their codes, their class or cluster, how badly they are reconstructed."""

import numpy as np
import tensorflow as tf

from ..data.pipeline import evaluation_batches
from .codes import encode_all
from .outliers import outlier_signs

N_IN_BATCH = 250


def reconstruction_errors(model, images):
    """Mean squared error of the reconstruction of each image, over its pixels, of values from 0 to 1.

    A model whose decoder must be given a label is given the one by which it reconstructs the image best.

    Args:
        model: A trained model of this package.
        images: uint8 [n, height, width, channels], or rows float32 in [0, 1] [n, n_features].

    Returns:
        float64 [n].
    """
    return _over_batches(model, images, lambda batch: _errors(model, batch).min(axis=1))


def label_probabilities(model, images):
    """Probabilities of the labels that the decoder of a model must be given, by how well it reconstructs with each.

    They are those of equally likely labels where the likelihood of an image is Gaussian, exp(-½ ‖x − x̂‖²), on the
    model's range: float64 [n, n_classes].
    """
    low, high = model.image_range
    scale = 0.5 * np.prod(images.shape[1:]) * (high - low) ** 2
    return tf.nn.softmax(-scale * _over_batches(model, images, lambda batch: _errors(model, batch))).numpy()


def signs_of_outliers(model, images):
    """The ``outlier_signs`` of images, as in ``reconstruction_errors``: float64 [n, 2]."""
    codes = encode_all(model, images, np.zeros(len(images), np.int32))
    return outlier_signs(reconstruction_errors(model, images), np.asarray(model.prior.log_prob(codes)))


def _errors(model, batch):
    """Errors of a batch, one column for each label that the decoder may be given: float64 [batch, n]."""
    low, high = model.image_range
    labels = range(model.n_classes) if model.is_given_labels else [None]
    columns = []
    for label in labels:
        given = None if label is None else tf.fill([len(batch)], label)
        squares = np.square(np.float64(batch) - np.float64(model.reconstruct(batch, given))) / (high - low) ** 2
        columns.append(squares.reshape(len(batch), -1).mean(axis=1))
    return np.stack(columns, axis=1)


def _over_batches(model, images, function):
    batches = evaluation_batches(images, np.zeros(len(images), np.int32), N_IN_BATCH, model.image_range)
    return np.concatenate([function(batch) for batch, _ in batches])
