"""Images that stay on disk and are read again in every epoch."""

import contextlib
import hashlib
import os

import numpy as np
import tensorflow as tf

from ..errors import InputError
from .arrays import aligned_empty

NOT_CHOSEN = -1
UNREADABLE = (
    tf.errors.InvalidArgumentError,
    tf.errors.NotFoundError,
    tf.errors.DataLossError,
    tf.errors.UnknownError,
)


class OnDiskImages:
    """Images that are not in memory: a store, and which of its images are meant.

    A store has ``source`` (in words), ``n_images``, ``image_shape``, ``fingerprint`` (a string that changes with what
    is stored), ``what_is_wrong(error)`` (an ``InputError`` with the reason in an error of TensorFlow) and
    ``batches(positions, batch_size, order=None)``: a ``tf.data.Dataset`` of (positions int64 [batch], images uint8
    [batch, height, width, channels]) with each image once whose entry in ``positions``, int64 [n_images], is not
    negative; in the order they are stored in, or mixed for ``order``, two integers: a seed and an epoch.

    Args:
        store: The store.
        chosen: Indices of images in the store, rising; None for all.
    """

    def __init__(self, store, chosen=None):
        self.store = store
        self.chosen = np.arange(store.n_images) if chosen is None else chosen

    def __len__(self):
        return len(self.chosen)

    @property
    def shape(self):
        """(n, height, width, channels), as for an array."""
        return len(self), *self.store.image_shape

    def __getitem__(self, chosen):
        """The images that ``chosen``, bool [n] or rising indices, picks, still on disk."""
        return OnDiskImages(self.store, self.chosen[chosen])

    def batches(self, batch_size, order=None):
        """Every image once: positions among these, and images; see the store's ``batches``."""
        positions = np.full(self.store.n_images, NOT_CHOSEN, np.int64)
        positions[self.chosen] = np.arange(len(self))
        return self.store.batches(positions, batch_size, order)

    def in_memory(self):
        """The images as an array, uint8 [n, height, width, channels].

        Raises:
            InputError: If one cannot be read, or they take more memory than this machine has.
        """
        _require_memory(self.shape, self.store.source)
        images = aligned_empty(self.shape)
        with translate_read_errors(self):
            for positions, batch in self.batches(batch_size=1000).prefetch(1):
                images[positions.numpy()] = batch.numpy()
        return images


def _require_memory(shape, source):
    needed, present = int(np.prod(shape, dtype=object)), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > present:
        n, height, width, _ = shape
        raise InputError(
            f"{source}: {n:,} images of {height:,} × {width:,} pixels take {needed / 1024**3:,.1f} GB, this machine "
            f"has {present / 1024**3:,.1f} GB; scale them to fewer pixels, or keep them on disk",
            setting="data.cache",
        )


def fingerprint(files, *more):
    """A string that changes with the names, sizes and times of ``files`` and with ``more`` strings."""
    digest = hashlib.md5(repr(more).encode(), usedforsecurity=False)
    for file in files:
        stat = os.stat(file)
        digest.update(repr((os.fspath(file), stat.st_size, stat.st_mtime_ns)).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def translate_read_errors(images):
    """Translates TensorFlow's errors of images that cannot be read into an error of one line.

    Args:
        images: What is read: ``OnDiskImages``, or an array, of which nothing can be said.

    Raises:
        InputError: If an image on disk cannot be read.
    """
    try:
        yield
    except UNREADABLE as error:
        if not isinstance(images, OnDiskImages):
            raise
        found = images.store.what_is_wrong(error)
        raise InputError(f"{images.store.source}: an image cannot be read: {found}", found.setting) from error
