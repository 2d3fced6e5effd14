"""The IDX format of MNIST: reading, and the digest by which a file is known."""

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from ..errors import InputError

UINT8 = 0x08
MAX_BYTES = 4 * 1024**3


def read_idx(path, n_dimensions):
    """Reads a uint8 array from an IDX file, plain or gzip-compressed.

    Never more is read than the header promises, and a header may promise 4 GiB at most.

    Args:
        path: The file.
        n_dimensions: Number of dimensions expected: 3 for images, 1 for labels.

    Returns:
        uint8 array with ``n_dimensions`` dimensions.

    Raises:
        InputError: If the file is missing, not IDX, of another type or number of dimensions, or of another length than
            its header promises.
    """
    path = Path(path)
    try:
        with _open(path) as file:
            shape = _read_header(file, path, n_dimensions)
            content = file.read(math.prod(shape))
            surplus = file.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read as an IDX file: {error}") from None
    if len(content) != math.prod(shape):
        raise InputError(
            f"{path}: truncated: its header promises {math.prod(shape):,} values, the file holds {len(content):,}; "
            "get the file again"
        )
    if surplus:
        raise InputError(f"{path}: longer than the {math.prod(shape):,} values its header promises; get the file again")
    return np.frombuffer(content, np.uint8).reshape(shape)


def idx_digest(array):
    """MD5 of a uint8 array written as an uncompressed IDX file, as a hexadecimal string."""
    header = struct.pack(f">HBB{array.ndim}I", 0, UINT8, array.ndim, *array.shape)
    return hashlib.md5(header + np.ascontiguousarray(array).tobytes(), usedforsecurity=False).hexdigest()


def _open(path):
    with open(path, "rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else open(path, "rb")


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
    if not 0 < math.prod(shape) <= MAX_BYTES:
        raise InputError(
            f"{path}: its header promises {' × '.join(map(str, shape))} values, expected 1 to {MAX_BYTES:,}"
        )
    return shape
