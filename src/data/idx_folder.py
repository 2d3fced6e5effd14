"""MNIST, or any set in its format, from a folder of IDX files."""

from pathlib import Path

import numpy as np

from ..errors import InputError
from .flat_file import FlatFile
from .idx import idx_digest, idx_header, is_compressed, read_idx, read_shape
from .on_disk_images import OnDiskImages
from .splits import Split

STEMS = {"train": "train", "test": "t10k"}
KINDS = {"images": ("images-idx3-ubyte", 3), "labels": ("labels-idx1-ubyte", 1)}

# Of the uncompressed files, as the original distribution has them.
MNIST_DIGESTS = {
    "train": {"images": "6bbc9ace898e44ae57da46a324031adb", "labels": "a25bea736e30d166cdddb491f175f624"},
    "test": {"images": "2646ac647ad5339dbf082846283269ea", "labels": "27ae3e4e09519cfbb04c329615203637"},
}


def load_idx_folder(folder, split):
    """Loads a split from a folder with the four IDX files of MNIST, each plain or gzip-compressed.

    Args:
        folder: Holds ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte`` and the same with ``t10k-``, or each with
            ``.gz`` at its end.
        split: "train" or "test".

    Returns:
        A ``Split``; its source says whether the files are MNIST's.

    Raises:
        InputError: If a file is missing or damaged, or images and labels differ in number.
    """
    files = _files(folder, split)
    images, labels = (read_idx(files[kind], n_dimensions) for kind, (_, n_dimensions) in KINDS.items())
    digests = {"images": idx_digest(images), "labels": idx_digest(labels)}
    known = [digests[kind] == MNIST_DIGESTS[split][kind] for kind in KINDS]
    notice = None
    if any(known) and not all(known):
        alien = "images" if known[1] else "labels"
        notice = (
            f"{folder}: the {split} {alien} are not those of MNIST, though the other file is: a mixed or damaged set"
        )
    source = f"{'MNIST' if all(known) else 'a set in the format of MNIST'}, IDX files in {folder}"
    return Split(split, images[..., np.newaxis], labels.astype(np.int32), source, notice)


def open_idx_folder(folder, split):
    """Opens a split whose images stay in their file; arguments, result and errors as in ``load_idx_folder``."""
    files = _files(folder, split)
    if is_compressed(files["images"]):
        raise InputError(
            f"{files['images']}: compressed, which cannot be read in another order in every epoch; unpack it, "
            "or keep the images in memory",
            setting="data.cache",
        )
    shape = read_shape(files["images"], KINDS["images"][1])
    source = f"IDX files in {folder}"
    store = FlatFile(files["images"], len(idx_header(shape)), (*shape, 1), source)
    return Split(split, OnDiskImages(store), read_idx(files["labels"], 1).astype(np.int32), source)


def _files(folder, split):
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            f"{folder}: not a folder; expected one with {_file_name(split, 'images')} and three more, "
            "or with pictures, best in a folder for each class"
        )
    return {kind: _find(folder, _file_name(split, kind)) for kind in KINDS}


def _file_name(split, kind):
    return f"{STEMS[split]}-{KINDS[kind][0]}"


def _find(folder, name):
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    if not any(folder.glob("*-ubyte*")):
        raise InputError(
            f"{folder}: no data that is known here; expected pictures (PNG, JPEG, GIF or BMP) in it or in a folder for "
            f"each class, tables called train and test, or the four IDX files of MNIST, such as {name}",
            setting="data.path",
        )
    raise InputError(f"{folder / name}: missing; expected this file, or {name}.gz")
