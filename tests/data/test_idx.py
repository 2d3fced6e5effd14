import gzip
import hashlib
import struct
import tracemalloc

import numpy as np
import pytest
from aae.data.idx import idx_digest, read_idx
from aae.errors import InputError

from tests.conftest import idx_bytes

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
LABELS = np.array([3, 0, 9], np.uint8)


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("array", [IMAGES, LABELS])
def test_reads_what_was_written(write, pack, array):
    np.testing.assert_array_equal(read_idx(write(pack(idx_bytes(array))), array.ndim), array)


def test_digest_is_that_of_the_uncompressed_file():
    assert idx_digest(IMAGES) == hashlib.md5(idx_bytes(IMAGES)).hexdigest()


BAD_FILES = {
    "empty": (b"", "begins with nothing"),
    "a picture": (b"\x89PNG\r\n", "begins with 89 50 4e 47, expected 00 00"),
    "floats": (idx_bytes(IMAGES, type_byte=0x0D), "type 0x0d, expected 0x08"),
    "labels": (idx_bytes(LABELS), "1 dimensions, expected 3 for images; are the files swapped"),
    "half a header": (idx_bytes(IMAGES)[:10], "truncated in its header"),
    "a byte short": (idx_bytes(IMAGES)[:-1], "promises 24 values, the file holds 23"),
    "a byte long": (idx_bytes(IMAGES) + b"\0", "longer than the 24 values"),
    "gzip cut short": (gzip.compress(idx_bytes(IMAGES))[:-12], "cannot be read"),
    "gzip of junk": (gzip.compress(idx_bytes(IMAGES))[:10] + b"\xff" * 40, "cannot be read"),
    "gzip a byte short": (gzip.compress(idx_bytes(IMAGES)[:-3]), "truncated"),
    "terabytes": (bytes([0, 0, 8, 3]) + struct.pack(">III", *[2**31] * 3), "header promises 2147483648 × "),
    "no images": (bytes([0, 0, 8, 3]) + struct.pack(">III", 0, 28, 28), "header promises 0 × 28 × 28"),
}


@pytest.mark.parametrize(("content", "words"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files_are_named_with_what_was_expected(write, content, words):
    path = write(content)
    with pytest.raises(InputError) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        read_idx(tmp_path / "nowhere", 3)


def test_a_gzip_bomb_is_read_no_further_than_promised(write):
    promised = bytes([0, 0, 8, 1]) + struct.pack(">I", 5)
    with pytest.raises(InputError, match="longer than the 5 values"):
        read_idx(write(gzip.compress(promised + bytes(50_000_000))), 1)


def test_a_gzip_file_too_small_for_its_promise_is_refused_before_room_is_made(write):
    # DEFLATE packs 1,032 bytes into one at the most, so that this file cannot hold the 3 GB of its header.
    path = write(gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 4_000_000, 28, 28) + bytes(1000)))
    tracemalloc.start()
    with pytest.raises(InputError, match="truncated: its header promises 3,136,000,000 values"):
        read_idx(path, 3)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
