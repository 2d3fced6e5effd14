"""A split of picture files in folders, as they are listed or without those that are damaged."""

import itertools

import numpy as np

from ...errors import InputError
from ..labels import UNLABELLED
from ..on_disk_images import OnDiskImages
from ..splits import Split
from .files import PictureFiles, unreadable_pictures
from .listing import list_pictures
from .picture import UnreadablePictureError, read_picture

N_NAMED = 5


def open_image_folder(folder, split, image_size=None, colour="auto", skip_damaged=False):
    """The training or the test pictures of a folder; classes are counted in the order of the names of their folders.

    Args:
        folder: Holds ``train/CLASS`` and ``test/CLASS``, folders of the same classes; or ``CLASS`` alone, of each of
            which a sixth becomes test images; or, in the same places, pictures without classes, and so without labels.
        split: "train" or "test".
        image_size: Height and width to scale and crop all pictures to, see ``read_picture``; None where all have the
            size of the first one.
        colour: "grey" or "rgb" to convert all pictures, "auto" where all are as the first one is.
        skip_damaged: Whether pictures that cannot be read are left out, with a notice; all are read once to find them.

    Returns:
        A ``Split`` whose images are ``OnDiskImages``.

    Raises:
        InputError: If the first picture cannot be read, or as in ``list_pictures``.
    """
    class_names, files, sources = list_pictures(folder)
    by_class, notice = files[split], None
    training = list(itertools.chain(*files["train"]))
    first = training[0]
    if skip_damaged:
        by_class, damaged = _without_damaged(by_class, image_size, colour)
        first = _first_readable(training, image_size, colour)
        if damaged:
            names = _some_of([f"{file.parent.name}/{file.name}" for file in damaged])
            notice = f"{sources[split]}: {len(damaged):,} cannot be read and are left out: {names}"
    classes = np.arange(len(by_class), dtype=np.int32) if class_names else np.array([UNLABELLED], np.int32)
    labels = np.repeat(classes, list(map(len, by_class)))
    source = sources[split] + (f", classes {_some_of(class_names)}" if class_names else "")
    store = PictureFiles(list(itertools.chain(*by_class)), source, first, image_size, colour)
    return Split(split, OnDiskImages(store), labels, source, notice, tuple(class_names) or None)


def _without_damaged(by_class, size, colour):
    """The pictures of each class that can be read, and all others."""
    errors = unreadable_pictures(list(itertools.chain(*by_class)), size, colour)
    readable = [[file for file in files if file not in errors] for files in by_class]
    for files, left in zip(by_class, readable, strict=True):
        if not left:
            raise InputError(
                f"{files[0].parent}: none of {len(files):,} pictures can be read; the first: {errors[files[0]]}"
            )
    return readable, list(errors)


def _first_readable(files, size, colour):
    for file in files:
        try:
            read_picture(file, colour, size)
        except UnreadablePictureError as error:
            reason = error
        else:
            return file
    raise InputError(f"none of {len(files):,} training pictures can be read; the last: {reason}")


def _some_of(names):
    return ", ".join(names[:N_NAMED]) + (f" and {len(names) - N_NAMED:,} more" if len(names) > N_NAMED else "")
