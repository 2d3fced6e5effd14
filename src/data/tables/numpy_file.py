"""NPY and NPZ files, read without pickles."""

import contextlib
import os
import tokenize
import zipfile
import zlib

import numpy as np

from ...errors import InputError
from .columns import from_matrix
from .limits import MAX_FEATURES, reason, require_columns, require_held, require_unpacked_size

FEATURES = ("x", "X", "data")
LABELS = ("y", "Y", "labels", "target")
NUMERIC = "biuf"
TEXT = "US"
UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, KeyError, OverflowError, MemoryError, RecursionError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError, NotImplementedError, RuntimeError),
)
READ_HEADER = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy(path):
    """Reads an NPY file of numbers [n, n_columns].

    Args:
        path: The file.

    Returns:
        A ``RawTable`` whose columns are "x0", "x1" and so on.

    Raises:
        InputError: If it is no NPY file, holds objects, is not of numbers, or of another length than it promises.
    """
    with _translated(path), open(path, "rb") as file:
        array = _array(path, file, os.path.getsize(path))
    return from_matrix(path, _matrix(path, array))


def read_npz(path):
    """Reads an NPZ file of arrays x and y, or x_train, y_train, x_test and y_test.

    x may also be called X or data, y also Y, labels or target; there need be no labels.

    Args:
        path: The file.

    Returns:
        Dictionary from "train" and "test", or from "all", to ``RawTable``s.

    Raises:
        InputError: If it is no NPZ file, has no such arrays, or one of them is not as in ``read_npy``.
    """
    with _translated(path), zipfile.ZipFile(path) as archive:
        found = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        parts = _parts(path, found)
        chosen = [found[name] for names in parts.values() for name in names if name]
        for info in chosen:
            _require_plain(path, info)
        require_unpacked_size(path, sum(info.file_size for info in chosen))
        arrays = {info.filename.removesuffix(".npy"): _member(path, archive, info) for info in chosen}
    return {part: _raw(path, names, arrays) for part, names in parts.items()}


def _parts(path, found):
    """Of each part that a file has the names of its features and its labels, None where there are none."""
    for parts in ({"train": "_train", "test": "_test"}, {"all": ""}):
        names = {
            part: [
                next((name + ending for name in kind if name + ending in found), None) for kind in (FEATURES, LABELS)
            ]
            for part, ending in parts.items()
        }
        if all(features for features, _ in names.values()):
            return names
    held = ", ".join(map(reason, sorted(found)[:8])) or "nothing"
    raise InputError(f"{path}: holds {held}: expected arrays x and y, or x_train, y_train, x_test and y_test")


def _require_plain(path, info):
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise InputError(f"{path}: encrypted, or not packed as NumPy packs; save it with numpy.savez")


def _member(path, archive, info):
    with archive.open(info) as file:
        array = _array(f"{path}: {reason(info.filename)}", file, info.file_size)
        # The checksum is looked at where the file ends.
        file.read(1)
    return array


def _raw(path, names, arrays):
    features, labels = names
    matrix = _matrix(f"{path}: {features}", arrays[features])
    if labels is None:
        return from_matrix(path, matrix)
    given = arrays[labels]
    if given.shape not in ((len(matrix),), (len(matrix), 1)):
        raise InputError(
            f"{path}: {labels} of shape {given.shape} for {len(matrix):,} rows: expected one label for each row"
        )
    return from_matrix(path, matrix, given.reshape(-1))


def _array(path, file, n_bytes):
    """The array in a file of ``n_bytes``, once its header is known to promise what is there, without objects."""
    version = np.lib.format.read_magic(file)
    if version not in READ_HEADER:
        raise InputError(f"{path}: NPY of version {version}: expected 1.0 or 2.0; save it with numpy.save")
    shape, _, dtype = READ_HEADER[version](file)
    if dtype.hasobject:
        raise InputError(f"{path}: an array of objects, whose pickle may hold code: expected an array of numbers")
    if dtype.kind not in NUMERIC + TEXT or dtype.itemsize == 0:
        raise InputError(f"{path}: an array of {reason(dtype)}: expected numbers")
    require_held(path, shape, dtype.itemsize, n_bytes - file.tell())
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def _matrix(path, array):
    if array.ndim != 2 or array.dtype.kind not in NUMERIC:
        raise InputError(
            f"{path}: {array.dtype} of shape {array.shape}: expected numbers [rows, columns], two dimensions"
        )
    require_columns(path, array.shape[1], MAX_FEATURES)
    return array


@contextlib.contextmanager
def _translated(path):
    """Translates what reading a damaged file raises into an error of one line."""
    try:
        yield
    except InputError:
        raise
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as a NumPy file: {reason(error)}") from None
