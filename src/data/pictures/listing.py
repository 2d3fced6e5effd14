"""Which pictures a folder holds, of which classes, and which of them are test images."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from ...errors import InputError

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
SPLITS = ("train", "test")
# Of pictures that nobody divided, one in so many is a test image.
TEST_SHARE = 6


class Listing(NamedTuple):
    """The pictures of a folder.

    Attributes:
        class_names: Names of the classes, in their order; empty where there are none.
        files: Mapping from "train" and "test" to the paths of each class's pictures, a list of lists; without classes
            all are in one list.
        sources: Mapping from "train" and "test" to where they are, in words.
    """

    class_names: list
    files: dict
    sources: dict


def is_image_folder(folder):
    """Whether a folder holds pictures, or folders of pictures, or a folder for a split; none with IDX files does."""
    folder = Path(folder)
    if not folder.is_dir() or any(folder.glob("*-ubyte*")):
        return False
    folders = [entry for entry in _visible(folder) if entry.is_dir()]
    return any(entry.name in SPLITS for entry in folders) or any(map(_has_picture, [folder, *folders]))


def list_pictures(folder):
    """Lists the pictures of ``train`` and ``test``, or, where there is no such folder, draws the test images.

    In a folder for a split, or in the whole folder, are either folders of classes or, without classes, pictures. The
    draw depends on the names of files alone, so that all runs have the same test images.

    Args:
        folder: The folder.

    Returns:
        A ``Listing``.

    Raises:
        InputError: If a class has no picture, the splits differ in their classes, there are pictures beside folders of
            classes, or a link leads out of the folder.
    """
    folder = Path(folder)
    present = [(folder / split).is_dir() for split in SPLITS]
    if all(present):
        return _divided(folder)
    if any(present):
        there, missing = SPLITS if present[0] else reversed(SPLITS)
        raise InputError(f"{folder}: holds {there} and no {missing}; expected both, or folders of classes alone")
    return _to_be_divided(folder)


def pictures_below(folder):
    """The pictures of a folder and of all folders in it, in the order of their paths; a list of ``Path``.

    Raises:
        InputError: If there is none, or a link leads out of the folder.
    """
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        entries = [Path(place, name) for name in (*folders, *files) if not name.startswith(".")]
        _refuse_links_out(folder, entries)
        found += [entry for entry in entries if is_called_picture(entry) and not entry.is_dir()]
    if not found:
        raise InputError(f"{folder}: no picture; expected files ending in {', '.join(ENDINGS)}")
    return sorted(found)


def _divided(folder):
    _refuse_links_out(folder, [folder / split for split in SPLITS])
    names, others = ([each.name for each in _class_folders(folder / split, folder)] for split in SPLITS)
    if names != others:
        differing = ", ".join(sorted(set(names) ^ set(others)))
        raise InputError(f"{folder}: expected the same classes in train and test; only one of them has {differing}")
    files = {split: _by_class(folder / split, folder) for split in SPLITS}
    return Listing(names, files, {split: f"pictures in {folder / split}" for split in SPLITS})


def _to_be_divided(folder):
    files = {split: [] for split in SPLITS}
    for pictures in _by_class(folder, folder):
        drawn = sorted(pictures, key=lambda picture: _digest(picture.relative_to(folder)))
        n_test = max(len(pictures) // TEST_SHARE, 1)
        if n_test == len(pictures):
            raise InputError(f"{pictures[0].parent}: one picture; expected several, of which one is a test image")
        files["test"].append(sorted(drawn[:n_test]))
        files["train"].append(sorted(drawn[n_test:]))
    sources = {"train": f"five sixths of the pictures in {folder}", "test": f"a sixth of the pictures in {folder}"}
    return Listing([each.name for each in _class_folders(folder, folder)], files, sources)


def _digest(path):
    return hashlib.md5(os.fsencode(path), usedforsecurity=False).digest()


def _class_folders(folder, root):
    classes = sorted(entry for entry in _visible(folder) if entry.is_dir())
    _refuse_links_out(root, classes)
    return classes


def _by_class(folder, root):
    """The pictures of each class; all where there are no classes."""
    classes, pictures = _class_folders(folder, root), _pictures(folder, root)
    if pictures and classes:
        raise InputError(f"{pictures[0]}: beside folders of classes; put it into one of them")
    by_class = {each: _pictures(each, root) for each in classes} or {folder: pictures}
    for place, found in by_class.items():
        if not found:
            raise InputError(f"{place}: no picture; expected files ending in {', '.join(ENDINGS)}")
    return list(by_class.values())


def _pictures(folder, root):
    pictures = sorted(entry for entry in _visible(folder) if is_called_picture(entry) and not entry.is_dir())
    _refuse_links_out(root, pictures)
    return pictures


def _refuse_links_out(root, paths):
    inside = os.path.join(os.path.realpath(root), "")
    for path in paths:
        if path.is_symlink() and not os.path.realpath(path).startswith(inside):
            raise InputError(f"{path}: a link that leads out of {root}; put what it leads to there, or remove it")


def _visible(folder):
    return [entry for entry in folder.iterdir() if not entry.name.startswith(".")]


def is_called_picture(path):
    """Whether a file is named as a picture is."""
    return path.suffix.lower() in ENDINGS


def _has_picture(folder):
    return any(is_called_picture(entry) for entry in _visible(folder))
