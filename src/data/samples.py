"""Samples to look at with a trained model: pictures, rows of a table, or images of an IDX file, by name."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import InputError
from .idx import read_idx
from .pictures.listing import is_called_picture, pictures_below
from .pictures.picture import UnreadablePictureError, read_picture
from .tables.source import READERS, read_rows


class Samples(NamedTuple):
    """Samples of the shape that a model takes.

    Attributes:
        names: What each is called: paths of pictures, numbers of rows or images, from 0.
        images: uint8 [n, height, width, channels]; of a table float32 [n, n_features], scaled as in training.
        damaged: What is wrong with each picture that was left out, in lines.
    """

    names: list
    images: np.ndarray
    damaged: tuple = ()


def load_samples(path, image_shape, scaling=None, skip_damaged=False):
    """Reads all samples of a folder or a file.

    Args:
        path: A folder, whose pictures are taken with those of its folders; a picture; an IDX file of images; or, for a
            model of a table, a table, whose columns are those of ``scaling`` and perhaps others beside them.
        image_shape: Shape of one image of the model; pictures are scaled to it, cropped where they are no squares, and
            made grey or coloured.
        scaling: The ``Scaling`` of a model of a table, None for one of images.
        skip_damaged: Whether pictures that cannot be read are left out.

    Returns:
        ``Samples``.

    Raises:
        InputError: If there is none, one cannot be read, or they are of another kind than the model takes.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if scaling is not None:
        return _rows(path, scaling)
    if path.is_file() and not is_called_picture(path):
        return _idx_images(path, image_shape)
    files = pictures_below(path) if path.is_dir() else [path]
    return _pictures(files, path if path.is_dir() else path.parent, image_shape, skip_damaged)


def _rows(path, scaling):
    if path.suffix.lower() not in READERS:
        raise InputError(f"{path}: no table: expected one, as the model was trained on one")
    rows = read_rows(path, scaling)
    return Samples([str(index) for index in range(len(rows))], rows)


def _idx_images(path, image_shape):
    if path.suffix.lower() in READERS:
        raise InputError(f"{path}: a table: expected pictures, as the model was trained on images")
    is_grey = image_shape[-1] == 1
    images = read_idx(path, 3 if is_grey else 4)
    images = images[..., None] if is_grey else images
    if images.shape[1:] != tuple(image_shape):
        found, expected = (" × ".join(map(str, shape)) for shape in (images.shape[1:], image_shape))
        raise InputError(f"{path}: images of {found}: expected {expected}, those of the model")
    return Samples([str(index) for index in range(len(images))], images)


def _pictures(files, root, image_shape, skip_damaged):
    height, width, channels = image_shape
    names, images, damaged = [], [], []
    for file in files:
        try:
            image = read_picture(file, "grey" if channels == 1 else "rgb", height if height == width else None)
        except UnreadablePictureError as error:
            if not skip_damaged:
                raise
            damaged.append(str(error))
            continue
        if image.shape != tuple(image_shape):
            found = f"{image.shape[1]} × {image.shape[0]}"
            raise InputError(f"{file}: {found} pixels: expected {width} × {height}, the size of the model's images")
        names.append(str(file.relative_to(root)))
        images.append(image)
    if not images:
        raise InputError(f"{root}: none of {len(files):,} pictures can be read; the first: {damaged[0]}")
    return Samples(names, np.stack(images), tuple(damaged))
