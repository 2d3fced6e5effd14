"""Picture files in folders: train/CLASS/*.png, test/CLASS/*.png, or JPEG, GIF and BMP files."""

import itertools
from pathlib import Path

import numpy as np
import tensorflow as tf

from ..errors import InputError
from .on_disk_images import OnDiskImages, fingerprint
from .splits import Split

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
SPLITS = ("train", "test")


def is_image_folder(folder):
    """Whether a folder holds a folder for each split."""
    return all((Path(folder) / split).is_dir() for split in SPLITS)


def open_image_folder(folder, split):
    """The pictures in ``folder/split``, each class in a folder of its own; classes are counted in the order of names.

    Args:
        folder: The folder of both splits, which must have the same classes.
        split: "train" or "test".

    Returns:
        A ``Split`` whose images are ``OnDiskImages``.

    Raises:
        InputError: If there is no picture, the first one cannot be read, or the splits differ in their classes.
    """
    folder = Path(folder)
    classes, others = (_classes(folder / name) for name in (split, *(name for name in SPLITS if name != split)))
    if classes != others:
        differing = ", ".join(sorted(set(classes) ^ set(others)))
        raise InputError(f"{folder}: expected the same classes in train and test; only one of them has {differing}")
    files = [_pictures(folder / split / name) for name in classes]
    for name, found in zip(classes, files, strict=True):
        if not found:
            raise InputError(f"{folder / split / name}: no picture; expected files ending in {', '.join(ENDINGS)}")
    labels = np.repeat(np.arange(len(classes), dtype=np.int32), list(map(len, files)))
    store = PictureFiles(list(itertools.chain(*files)), f"pictures in {folder / split}, classes {', '.join(classes)}")
    return Split(split, OnDiskImages(store), labels, store.source, class_names=tuple(classes))


class PictureFiles:
    """A store (see ``OnDiskImages``) of one picture a file, all of the first one's size, grey or in colour as that one.

    Args:
        files: Paths.
        source: Where they are, in words.
    """

    def __init__(self, files, source):
        self.files = [str(file) for file in files]
        self.n_images = len(files)
        self.source = source
        self.image_shape = self._shape_of_first()

    @property
    def fingerprint(self):
        """Changes with the files."""
        return fingerprint(self.files)

    def batches(self, positions, batch_size, order=None):
        """The order is one of all files; TensorFlow reads and decodes several at a time."""
        chosen = tf.constant(np.flatnonzero(positions >= 0))
        positions = tf.constant(positions)
        files = tf.constant(self.files)
        if order is not None:
            chosen = tf.random.experimental.stateless_shuffle(chosen, order)

        def read(index):
            return positions[index], self._decode(files[index])

        indices = tf.data.Dataset.from_tensor_slices(chosen)
        return indices.map(read, num_parallel_calls=tf.data.AUTOTUNE).batch(batch_size)

    def what_is_wrong(self, error):
        """Names the first file that cannot be read, which TensorFlow does not."""
        for file in self.files:
            try:
                self._decode(tf.constant(file))
            except tf.errors.OpError as found:
                return f"{file}: {_reason(found)}"
        return _reason(error)

    def _decode(self, file):
        height, width, channels = self.image_shape
        image = tf.io.decode_image(tf.io.read_file(file), channels, expand_animations=False)
        expected = f"expected {height} × {width} pixels, the size of {self.files[0]}"
        with tf.control_dependencies([tf.debugging.assert_equal(tf.shape(image)[:2], [height, width], expected)]):
            return tf.ensure_shape(image, self.image_shape)

    def _shape_of_first(self):
        try:
            shape = tuple(tf.io.decode_image(tf.io.read_file(self.files[0]), expand_animations=False).shape)
        except tf.errors.OpError as error:
            raise InputError(f"{self.files[0]}: cannot be read as a picture: {_reason(error)}") from None
        # Transparency is dropped.
        return *shape[:2], {2: 1, 4: 3}.get(shape[2], shape[2])


def _classes(folder):
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))


def _pictures(folder):
    return sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in ENDINGS)


def _reason(error):
    return str(error.message).split("\n")[0]
