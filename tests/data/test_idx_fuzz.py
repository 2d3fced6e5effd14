"""Whatever bytes an IDX file holds, it is read right or refused in the project's own words, in little memory."""

import gzip
import math
import resource
import struct

import numpy as np
import pytest
from aae.data.idx import read_idx
from aae.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEW, MANY = 300, 5000
MOST_MEGABYTES = 200

sizes = st.one_of(st.integers(0, 6), st.integers(0, 2**32 - 1))
headers = st.builds(
    lambda zeros, type_byte, shape: zeros + bytes([type_byte, len(shape)]) + struct.pack(f">{len(shape)}I", *shape),
    st.one_of(st.just(b"\0\0"), st.binary(min_size=2, max_size=2)),
    st.one_of(st.just(8), st.integers(0, 255)),
    st.lists(sizes, min_size=0, max_size=5),
)


@st.composite
def sound_files(draw):
    """A file whose header tells the truth, now and then with a bit flipped, something cut off or something added."""
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    content = draw(st.binary(min_size=math.prod(shape), max_size=math.prod(shape)))
    file = bytearray(bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + content)
    harm = draw(st.sampled_from(["none", "flip", "cut", "add"]))
    if harm == "flip":
        file[draw(st.integers(0, len(file) - 1))] ^= 1 << draw(st.integers(0, 7))
    elif harm == "cut":
        file = file[: draw(st.integers(0, len(file)))]
    elif harm == "add":
        file += draw(st.binary(max_size=20))
    return bytes(file)


files = st.one_of(sound_files(), st.builds(bytes.__add__, headers, st.binary(max_size=300)), st.binary(max_size=60))


def parsed(file, n_dimensions):
    """What the file says, by the format's definition; None where it is not one of unsigned bytes."""
    if file[:3] != b"\0\0\x08" or file[3:4] != bytes([n_dimensions]) or len(file) < 4 + 4 * n_dimensions:
        return None
    shape = [int.from_bytes(file[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(n_dimensions)]
    values = file[4 + 4 * n_dimensions :]
    if math.prod(shape) == 0 or len(values) != math.prod(shape):
        return None
    return np.array(list(values), np.uint8).reshape(shape)


def outcome(path, n_dimensions):
    try:
        return read_idx(path, n_dimensions)
    except InputError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message
    return None


n_inputs = pytest.mark.parametrize("n_inputs", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


@n_inputs
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_input_is_read_right_or_refused(tmp_path, pack, n_inputs):
    path = tmp_path / "file"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    @settings(max_examples=n_inputs, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(files, st.integers(1, 3))
    def check(file, n_dimensions):
        path.write_bytes(pack(file))
        expected, found = parsed(file, n_dimensions), outcome(path, n_dimensions)
        assert (expected is None) == (found is None)
        if expected is not None:
            np.testing.assert_array_equal(found, expected)

    check()
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEGABYTES


@n_inputs
def test_every_damaged_gzip_file_is_refused_or_holds_what_it_did(tmp_path, n_inputs):
    path = tmp_path / "file"
    sound = gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 200]) + bytes(range(200)))

    @settings(max_examples=n_inputs, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(sound) - 1), st.integers(0, 7), st.integers(0, len(sound)))
    def check(place, bit, end):
        file = bytearray(sound)
        file[place] ^= 1 << bit
        path.write_bytes(file[:end])
        found = outcome(path, 1)
        if found is not None:
            np.testing.assert_array_equal(found, np.arange(200, dtype=np.uint8))

    check()
