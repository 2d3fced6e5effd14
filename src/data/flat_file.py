"""Images side by side in one file, read block by block: IDX files, and the cache on disk."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from ..errors import InputError
from .disk_cache import cached_file
from .idx import idx_header
from .on_disk_images import OnDiskImages, fingerprint, translate_read_errors

# A window of blocks from all over the file is mixed as a whole.
BLOCK_BYTES = 256 * 1024
WINDOW_BYTES = 16 * 1024**2


class FlatFile:
    """A store (see ``OnDiskImages``) in one file of pixels, with a header before them.

    Args:
        path: The file.
        header_bytes: Length of its header.
        shape: (n, height, width, channels).
        source: Where the images came from, in words.
    """

    def __init__(self, path, header_bytes, shape, source):
        self.path = Path(path)
        self.header_bytes = header_bytes
        self.n_images, *image_shape = shape
        self.image_shape = tuple(image_shape)
        self.source = source
        self._image_bytes = int(np.prod(self.image_shape))
        self._block = max(1, BLOCK_BYTES // self._image_bytes)
        self._window = max(1, WINDOW_BYTES // (self._block * self._image_bytes))
        expected = header_bytes + self.n_images * self._image_bytes
        if self.path.stat().st_size != expected:
            raise InputError(f"{path}: {self.path.stat().st_size:,} bytes, its header promises {expected:,}")

    @property
    def fingerprint(self):
        """Changes with the file."""
        return fingerprint([self.path], self.source)

    def batches(self, positions, batch_size, order=None):
        """Python reads a window at a time, thousands of images; all else is TensorFlow's."""
        blocks = np.unique(np.flatnonzero(positions >= 0) // self._block)
        if order is not None:
            blocks = tf.random.experimental.stateless_shuffle(blocks, order)
        epoch = tf.constant([0, 0]) if order is None else order

        def read(chosen):
            window = tf.numpy_function(
                lambda chosen, epoch: self._read(positions, chosen, None if order is None else epoch),
                [chosen, epoch],
                [tf.int64, tf.uint8],
            )
            for part, shape in zip(window, ((None,), (None, *self.image_shape)), strict=True):
                part.set_shape(shape)
            return tuple(window)

        windows = tf.data.Dataset.from_tensor_slices(blocks).batch(self._window).map(read, num_parallel_calls=1)
        return windows.prefetch(1).rebatch(batch_size)

    def what_is_wrong(self, error):
        """The reason in an error of TensorFlow."""
        return InputError(str(error.message).split("\n")[0])

    def _read(self, positions, blocks, order):
        """The chosen images of some blocks and their positions, mixed where there is an order."""
        with open(self.path, "rb") as file:
            parts = [self._read_block(file, positions, int(block)) for block in blocks]
        found, images = (np.concatenate(part) for part in zip(*parts, strict=True))
        if order is not None:
            mixed = np.random.default_rng([*map(int, order), int(blocks[0])]).permutation(len(found))
            found, images = found[mixed], images[mixed]
        return found, images

    def _read_block(self, file, positions, block):
        first = block * self._block
        found = positions[first : first + self._block]
        file.seek(self.header_bytes + first * self._image_bytes)
        content = file.read(len(found) * self._image_bytes)
        if len(content) != len(found) * self._image_bytes:
            raise InputError(f"{self.path}: became shorter while it was read")
        images = np.frombuffer(content, np.uint8).reshape(-1, *self.image_shape)
        return found[found >= 0], images[found >= 0]


def cached_on_disk(images):
    """The same images in a file of their own, which is written when they are first asked for; see ``cached_file``.

    Args:
        images: ``OnDiskImages``, all of a store.

    Returns:
        ``OnDiskImages`` of a ``FlatFile``.

    Raises:
        InputError: If an image cannot be read.
        RunError: If the file cannot be written.
    """

    def write(file):
        file.write(idx_header(images.shape))
        with translate_read_errors(images):
            for _, batch in images.batches(batch_size=1000).prefetch(1):
                file.write(batch.numpy().data)

    path = cached_file(f"{images.store.fingerprint}-images-idx4-ubyte", write)
    return OnDiskImages(FlatFile(path, len(idx_header(images.shape)), images.shape, images.store.source))
