"""An animation of the latent plot while the model trains."""

import zipfile

import keras
import numpy as np

from ..safe_files import atomic_write
from ..visualization.latent import save_latent_animation
from .latent_plot import plot_settings, positions

N_IMAGES = 2000
MAX_FRAMES = 60
FRAMES = "latent_frames.npz"


class LatentAnimation(keras.callbacks.Callback):
    """Keeps the codes of some held-out images before training and after every epoch, and animates them at the end.

    They are kept in ``latent_frames.npz``, so that a resumed run has those of its beginning too.

    Args:
        folder: Folder of the run.
        split: Held-out images, a ``Split``; 2,000 of them are shown, drawn once.
        first_epoch: Epochs of which frames were kept before.
    """

    def __init__(self, folder, split, first_epoch=0):
        super().__init__()
        self.folder = folder
        self._split = split.take(np.random.default_rng(0).permutation(len(split))[:N_IMAGES])
        self._frames = self._kept(first_epoch) if first_epoch else {}

    def on_train_begin(self, logs=None):
        """Keeps the codes of the untrained model."""
        if not self._frames:
            self._keep(0)

    def on_epoch_end(self, epoch, logs=None):
        """Keeps the codes after an epoch."""
        self._keep(epoch + 1)

    def on_train_end(self, logs=None):
        """Writes the animation."""
        frames = {epoch: self._frames[epoch] for epoch in thinned(list(self._frames), MAX_FRAMES)}
        # Of images the numbers of the classes are their names.
        names = self._split.class_names if self._split.is_table else None
        settings = plot_settings(self.model) | {"class_names": names}
        save_latent_animation(self.folder / "latent.gif", frames, self._split.labels, **settings)

    def _keep(self, epoch):
        self._frames[epoch] = positions(self.model, self._split)
        # Twice as many as are shown are kept, so that thinning them again and again leaves them even.
        if len(self._frames) > 2 * MAX_FRAMES:
            self._frames = {kept: self._frames[kept] for kept in list(self._frames)[::2]}
        with atomic_write(self.folder / FRAMES) as temporary, open(temporary, "wb") as file:
            np.savez(file, **{str(kept): codes for kept, codes in self._frames.items()})

    def _kept(self, first_epoch):
        try:
            with np.load(self.folder / FRAMES, allow_pickle=False) as frames:
                return {int(epoch): frames[epoch] for epoch in frames if int(epoch) <= first_epoch}
        except (OSError, ValueError, zipfile.BadZipFile):
            return {}


def thinned(epochs, n):
    """At most ``n`` of ``epochs``, evenly spread."""
    return [epochs[index] for index in np.unique(np.linspace(0, len(epochs) - 1, n).round().astype(int))]
