"""Pictures that stay in files of their own and are read again in every epoch."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from ...errors import InputError
from ..on_disk_images import fingerprint
from .picture import UnreadablePictureError, read_picture

# Pictures are read some at a time, for TensorFlow takes longer to call Python than Python to read a small one.
CHUNK = 32
CHUNK_BYTES = 1024**2
# As many at once: each may take what ``picture`` allows, and Python decodes little more side by side.
N_READERS = min(3, os.cpu_count() or 1)


class PictureFiles:
    """A store (see ``OnDiskImages``) of one picture a file, all of the same size, grey or in colour.

    Args:
        files: Paths.
        source: Where they are, in words.
        first: Path of the picture whose size and colour all must have, as far as ``size`` and ``colour`` leave them
            open.
        size: As in ``read_picture``.
        colour: As in ``read_picture``.

    Raises:
        InputError: If the first picture cannot be read.
    """

    def __init__(self, files, source, first, size=None, colour="auto"):
        self.files = [os.fspath(file) for file in files]
        self.n_images = len(self.files)
        self.source = source
        self._first = os.fspath(first)
        self._size = size
        self._colour = colour
        self._refusal = None
        self.image_shape = read_picture(first, colour, size).shape

    @property
    def fingerprint(self):
        """Changes with the files, and with how they are read."""
        return fingerprint(self.files, str(self.image_shape), str(self._size), self._colour)

    def batches(self, positions, batch_size, order=None):
        """The order is one of all files; several are read and decoded at a time."""
        chosen = tf.constant(np.flatnonzero(positions >= 0))
        if order is not None:
            chosen = tf.random.experimental.stateless_shuffle(chosen, order)

        def read(indices):
            images = tf.numpy_function(self._read_all, [indices], tf.uint8)
            return tf.gather(positions, indices), tf.ensure_shape(images, (None, *self.image_shape))

        n_together = max(1, min(CHUNK, CHUNK_BYTES // int(np.prod(self.image_shape))))
        indices = tf.data.Dataset.from_tensor_slices(chosen).batch(n_together)
        return indices.map(read, num_parallel_calls=N_READERS).rebatch(batch_size)

    def what_is_wrong(self, error):
        """What was refused, or the reason in an error of TensorFlow."""
        return self._refusal or InputError(str(error.message).split("\n")[0])

    def _read_all(self, indices):
        try:
            return np.stack([self._read(self.files[index]) for index in indices])
        except InputError as error:
            # TensorFlow passes no exception on.
            self._refusal = error
            raise

    def _read(self, file):
        image = read_picture(file, self._colour, self._size)
        if image.shape[2] != self.image_shape[2]:
            found, expected = ("grey" if shape[2] == 1 else "in colour" for shape in (image.shape, self.image_shape))
            raise InputError(
                f"{file}: {found}, expected {expected}, as {self._first} is; ask for all grey or all in colour",
                setting="data.colour",
            )
        if image.shape != self.image_shape:
            found, expected = (f"{width} × {height}" for height, width, _ in (image.shape, self.image_shape))
            raise InputError(
                f"{file}: {found} pixels, expected {expected}, the size of {self._first}; "
                "ask for a size to scale all to",
                setting="data.image_size",
            )
        return image


def unreadable_pictures(files, size=None, colour="auto"):
    """Reads pictures; gives a dictionary from those that cannot be read to the reason.

    Args:
        files: Paths.
        size: As in ``read_picture``.
        colour: As in ``read_picture``.
    """

    def reason_of(file):
        try:
            read_picture(file, colour, size)
        except UnreadablePictureError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(N_READERS) as pool:
        return {file: reason for file, reason in zip(files, pool.map(reason_of, files), strict=True) if reason}
