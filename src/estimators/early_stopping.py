"""When a fit stops: once held-out samples are reconstructed no better."""

import keras
import numpy as np
import tensorflow as tf

from ..data.pipeline import to_range

# Of fewer samples none are held out, and never more than suffice.
FEWEST, MOST = 20, 2000


def held_out_rows(labels, fraction, seed):
    """Which samples are held out: bool [n].

    Drawn among those without a label where there are enough of them. Of those with one, each class keeps its first.

    Args:
        labels: int [n], -1 for none.
        fraction: Share of the samples, in [0, 1); of many no more than ``MOST``.
        seed: Draws them.
    """
    n_samples = len(labels)
    held_out = np.zeros(n_samples, bool)
    if n_samples < FEWEST:
        return held_out
    order = np.random.default_rng(seed).permutation(n_samples)
    order = order[np.argsort(labels[order] >= 0, kind="stable")]
    classes, firsts = np.unique(labels[order], return_index=True)
    candidates = np.delete(order, firsts[classes >= 0])
    held_out[candidates[: min(int(fraction * n_samples), MOST)]] = True
    return held_out


class HeldOutReconstruction(keras.callbacks.Callback):
    """Adds the reconstruction error of held-out samples, as of ``likelihoods``, to the logs of each epoch.

    Args:
        rows: Scaled samples, float32 [n, ...] in [0, 1].
    """

    name = "held_out_reconstruction_loss"

    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self._error = None

    def on_train_begin(self, logs=None):
        """Traces the error once for all epochs."""
        model, samples = self.model, to_range(self.rows, self.model.image_range)
        error = tf.function(lambda: model.likelihood.error(samples, model.reconstruct(samples)))
        self._error = error.get_concrete_function()

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        logs[self.name] = float(self._error())
