"""Snapshots of a model in training: computed once an epoch, then written as pictures and as summaries."""

from dataclasses import dataclass

import keras
import numpy as np

from ..data.pipeline import from_range, to_range
from .latent_plot import positions

N_SHOWN = 10
# Of a table, whose rows take less room.
N_ROWS = 24
SHEET = 20
N_STYLES = 10
FIXED_SEED = 0


@dataclass(frozen=True)
class Snapshot:
    """A model's view of held-out images after an epoch.

    Images are uint8 [n, height, width, channels]. Of a table they are rows, float32 [n, n_features], of which the range
    of the training rows is [0, 1].

    Attributes:
        epoch: Epochs trained.
        labels: int32 [n], classes of the held-out images.
        positions: float32 [n, n_codes], their positions; see ``latent_plot.positions``.
        posterior_codes: float32 [m, n_codes], codes drawn from their posteriors, m ≤ n.
        prior_codes: float32 [m, n_codes], samples of the prior.
        inputs: The first 10 of the images; of the rows 24 from all over the split.
        shown_labels: int32 [m], their classes.
        reconstructions: The same, reconstructed.
        samples: 400 images decoded from the same prior samples at every epoch.
        styles: The sheet of ``decode_styles``, the same codes at every epoch; None where there is none.
    """

    epoch: int
    labels: np.ndarray
    positions: np.ndarray
    posterior_codes: np.ndarray
    prior_codes: np.ndarray
    inputs: np.ndarray
    shown_labels: np.ndarray
    reconstructions: np.ndarray
    samples: np.ndarray
    styles: np.ndarray | None


def take_snapshot(model, split, epoch):
    """Looks at ``model`` through ``split`` without touching the state of its random numbers.

    Args:
        model: The model.
        split: Held-out images, a ``Split``.
        epoch: Epochs trained.

    Returns:
        A ``Snapshot``.
    """
    inputs = to_range(split.images[:1000], model.image_range)
    shown = split.take(first_or_spread(split))
    reconstructions = model.reconstruct(to_range(shown.images, model.image_range), shown.labels)
    return Snapshot(
        epoch=epoch,
        labels=split.labels,
        positions=positions(model, split),
        posterior_codes=np.asarray(model.sample_codes(inputs, FIXED_SEED)),
        prior_codes=np.asarray(model.prior.sample(len(inputs), FIXED_SEED)),
        inputs=shown.images,
        shown_labels=shown.labels,
        reconstructions=from_range(reconstructions, model.image_range),
        samples=decode_samples(model, FIXED_SEED),
        styles=decode_styles(model, FIXED_SEED) if model.has_styles else None,
    )


def first_or_spread(split):
    """Indices of what is shown of a ``Split``: the first images, or rows from all over it, which may be sorted."""
    if not split.is_table:
        return np.arange(min(len(split), N_SHOWN))
    return np.linspace(0, len(split) - 1, min(len(split), N_ROWS)).round().astype(int)


def decode_samples(model, seed):
    """400 images decoded from samples of the prior: uint8 [400, height, width, channels]; or rows, see ``Snapshot``."""
    return from_range(model.sample(SHEET * SHEET, seed), model.image_range)


def decode_styles(model, seed):
    """A sheet of every class in ten styles (paper, figure 6).

    Args:
        model: A model whose decoder is given a class.
        seed: Draws the ten codes from the prior.

    Returns:
        uint8 [n_classes, 10, height, width, channels]: one class per row, one code per column; of a table float32
        [n_classes, 10, n_features].
    """
    codes = np.asarray(model.prior.sample(N_STYLES, seed))
    labels = np.repeat(np.arange(model.n_classes), N_STYLES)
    images = from_range(model.decode(np.tile(codes, (model.n_classes, 1)), labels), model.image_range)
    return images.reshape(model.n_classes, N_STYLES, *images.shape[1:])


class Snapshots(keras.callbacks.Callback):
    """Takes a snapshot every few epochs and after the last one, and gives it to each writer.

    Args:
        split: Held-out images, a ``Split``.
        every: Epochs between snapshots.
        epochs: Epochs of the whole run.
        writers: Functions of a ``Snapshot``.
    """

    def __init__(self, split, every, epochs, writers):
        super().__init__()
        self.split = split
        self.every = every
        self.epochs = epochs
        self.writers = writers

    def on_epoch_end(self, epoch, logs=None):
        """Takes a snapshot, if it is due."""
        if not is_due(epoch + 1, self.every, self.epochs):
            return
        snapshot = take_snapshot(self.model, self.split, epoch + 1)
        for write in self.writers:
            write(snapshot)


def is_due(epoch, every, epochs):
    """Whether something done every ``every`` epochs, and after the last of ``epochs``, is done after ``epoch``."""
    return epoch % every == 0 or epoch == epochs
