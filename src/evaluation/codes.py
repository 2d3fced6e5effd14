"""The codes of a whole split."""

import numpy as np

from ..data.pipeline import evaluation_batches


def encode_all(model, images, labels):
    """Mean codes of all images, batch by batch.

    Args:
        model: Anything with ``encode``.
        images: uint8 [n, height, width, channels].
        labels: int [n].

    Returns:
        float32 [n, n_codes].
    """
    return np.concatenate([model.encode(batch) for batch, _ in evaluation_batches(images, labels)])
