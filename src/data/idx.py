"""The IDX format of MNIST: reading, and the digest by which a file is known."""

import contextlib
import gzip
import hashlib
import math
import os
import struct
import zlib

import numpy as np

from ..errors import InputError
from .arrays import aligned_empty

UINT8 = 0x08
# Of a gzip file, which does not say how much it holds.
MAX_UNPACKED = 4 * 1024**3
# The most that gzip packs into a byte.
GZIP_RATIO = 1032
CHUNK = 1024**2


def read_idx(path, n_dimensions):
    """Reads a uint8 array from an IDX file, plain or gzip-compressed.

    It reads no more than the header promises, and a header may promise no more than the file holds, or 4 GiB if that is
    not known.

    Args:
        path: The file.
        n_dimensions: Number of dimensions expected: 3 for images, 1 for labels.

    Returns:
        uint8 array with ``n_dimensions`` dimensions.

    Raises:
        InputError: If the file is missing, not IDX, of another type or number of dimensions, or of another length than
            its header promises.
    """
    with _open(path) as file:
        shape = _read_header(file, path, n_dimensions)
        content = aligned_empty(shape)
        n_read = _read_into(content, file)
        surplus = file.read(1)
    if n_read != content.size:
        raise _truncated(path, shape, n_read)
    if surplus:
        raise InputError(f"{path}: longer than the {content.size:,} values its header promises; get the file again")
    return content


def read_shape(path, n_dimensions):
    """The shape that the header of an IDX file promises; arguments and errors as in ``read_idx``."""
    with _open(path) as file:
        return _read_header(file, path, n_dimensions)


def is_compressed(path):
    """Whether a file is gzip-compressed."""
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


def idx_header(shape):
    """The header of an IDX file of a uint8 array of ``shape``."""
    return struct.pack(f">HBB{len(shape)}I", 0, UINT8, len(shape), *shape)


def idx_digest(array):
    """MD5 of a uint8 array written as an uncompressed IDX file, as a hexadecimal string."""
    digest = hashlib.md5(idx_header(array.shape), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).reshape(-1).data)
    return digest.hexdigest()


@contextlib.contextmanager
def _open(path):
    try:
        with gzip.open(path, "rb") if is_compressed(path) else open(path, "rb") as file:
            yield file
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read as an IDX file: {error}") from None


def _read_into(array, file):
    """Fills an array from a file, piece by piece; returns how many bytes there were."""
    room = memoryview(array.reshape(-1))
    n_read = 0
    while n_read < len(room):
        n_more = file.readinto(room[n_read : n_read + CHUNK])
        if not n_more:
            break
        n_read += n_more
    return n_read


def _truncated(path, shape, n_held):
    return InputError(
        f"{path}: truncated: its header promises {math.prod(shape):,} values, the file holds {n_held:,} at most; "
        "get the file again"
    )


def _read_header(file, path, n_dimensions):
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise InputError(f"{path}: not an IDX file: begins with {magic.hex(' ') or 'nothing'}, expected 00 00")
    if magic[2] != UINT8:
        raise InputError(f"{path}: values of type 0x{magic[2]:02x}, expected 0x{UINT8:02x} (unsigned bytes)")
    if magic[3] != n_dimensions:
        kind = {1: "labels", 3: "images"}.get(n_dimensions, "the array")
        raise InputError(f"{path}: {magic[3]} dimensions, expected {n_dimensions} for {kind}; are the files swapped?")
    sizes = file.read(4 * n_dimensions)
    if len(sizes) < 4 * n_dimensions:
        raise InputError(f"{path}: truncated in its header; get the file again")
    shape = struct.unpack(f">{n_dimensions}I", sizes)
    n_promised = math.prod(shape)
    n_held = os.path.getsize(path)
    n_held = min(MAX_UNPACKED, n_held * GZIP_RATIO) if isinstance(file, gzip.GzipFile) else n_held - file.tell()
    if not 0 < n_promised <= max(n_held, MAX_UNPACKED):
        raise InputError(
            f"{path}: its header promises {' × '.join(map(str, shape))} values, expected 1 to {MAX_UNPACKED:,}"
        )
    if n_promised > n_held:
        raise _truncated(path, shape, n_held)
    return shape
