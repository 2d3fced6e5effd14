"""The plane of two codes filling up as the model trains."""

import keras
import numpy as np

from ..evaluation.codes import encode_all
from ..visualization.latent import save_latent_animation

N_IMAGES = 2000
MAX_FRAMES = 60


class LatentAnimation(keras.callbacks.Callback):
    """Keeps the codes of some held-out images before training and after every epoch, and animates them at the end.

    Args:
        path: GIF file to write.
        split: Held-out images, a ``Split``; the first 2,000 are shown, in an order drawn once.
        prior: The model's prior, over two codes.
    """

    def __init__(self, path, split, prior):
        super().__init__()
        self.path = path
        self.prior = prior
        shown = np.random.default_rng(0).permutation(len(split))[:N_IMAGES]
        self._images, self._labels = split.images[shown], split.labels[shown]
        self._frames = {}

    def on_train_begin(self, logs=None):
        """Keeps the codes of the untrained model."""
        self._keep(0)

    def on_epoch_end(self, epoch, logs=None):
        """Keeps the codes after an epoch."""
        self._keep(epoch + 1)

    def on_train_end(self, logs=None):
        """Writes the animation, thinned to at most 60 frames."""
        epochs = np.array(list(self._frames))
        chosen = epochs[np.unique(np.linspace(0, len(epochs) - 1, MAX_FRAMES).round().astype(int))]
        frames = {epoch: self._frames[epoch] for epoch in chosen}
        save_latent_animation(self.path, frames, self._labels, self.prior.extent, self.prior.log_density)

    def _keep(self, epoch):
        self._frames[epoch] = encode_all(self.model, self._images, self._labels)
