"""How far each feature of a table is from what the decoder makes of it."""

from dataclasses import dataclass

import numpy as np

from ..data.pipeline import evaluation_batches, from_range


@dataclass(frozen=True)
class FeatureErrors:
    """Errors of reconstruction by feature, as shares of its range in the training rows.

    Attributes:
        reconstructions: float32 [n, n_features], where the range of the training rows is [0, 1].
        errors: float [n_features], roots of the mean squared errors.
        spreads: float [n_features], standard deviations: the errors of giving every row the mean of all.
    """

    reconstructions: np.ndarray
    errors: np.ndarray
    spreads: np.ndarray


def feature_errors(model, split):
    """The ``FeatureErrors`` of a model.

    Args:
        model: Anything with ``reconstruct`` and ``image_range``.
        split: Rows of a table, a ``Split``.
    """
    batches = evaluation_batches(split.images, split.labels, image_range=model.image_range)
    decoded = np.concatenate([np.asarray(model.reconstruct(rows, labels)) for rows, labels in batches])
    reconstructions = from_range(decoded, model.image_range)
    errors = np.sqrt(np.mean(np.square(reconstructions - split.images, dtype=np.float64), axis=0))
    return FeatureErrors(reconstructions, errors, split.images.std(axis=0, dtype=np.float64))
