"""The plane of two codes filling up as the model trains."""

import keras
import numpy as np

from ..visualization.latent import save_latent_animation
from .plane import places, shown

N_IMAGES = 2000
MAX_FRAMES = 60


class LatentAnimation(keras.callbacks.Callback):
    """Keeps the codes of some held-out images before training and after every epoch, and animates them at the end.

    Args:
        path: GIF file to write.
        split: Held-out images, a ``Split``; 2,000 of them are shown, drawn once.
    """

    def __init__(self, path, split):
        super().__init__()
        self.path = path
        self._split = split.take(np.random.default_rng(0).permutation(len(split))[:N_IMAGES])
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
        save_latent_animation(self.path, frames, self._split.labels, **shown(self.model))

    def _keep(self, epoch):
        self._frames[epoch] = places(self.model, self._split)
