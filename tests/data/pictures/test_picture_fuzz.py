"""Whatever bytes a picture file holds, it is read right or refused in the project's own words, in little memory."""

import io
import os
import re
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from aae.data.pictures.picture import read_picture
from aae.errors import InputError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.cli.process import ROOT
from tests.conftest import slow

FEW, MANY = 150, 3000
MOST_MEGABYTES = 200
# The GNU C library otherwise keeps a heap for each thread, and freed memory in it, as much as chance will have it.
RETURNED_WHEN_FREED = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "100000"}
PIXELS = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
KINDS = ("PNG", "JPEG", "GIF", "BMP")


def saved(mode, kind, size=(30, 20), **more):
    file = io.BytesIO()
    Image.fromarray(PIXELS).resize(size).convert(mode).save(file, kind, **more)
    return file.getvalue()


SOUND = [saved(mode, kind) for kind in KINDS for mode in ("L", "RGB", "1")] + [
    *(saved(mode, "PNG") for mode in ("P", "RGBA", "LA")),
    *(saved("RGB", "JPEG", progressive=True, subsampling=subsampling) for subsampling in (0, 2)),
    saved("CMYK", "JPEG"),
]


@st.composite
def harmed_files(draw):
    """A sound file with bits flipped, something cut off, added, or a stretch of another file in it."""
    file = bytearray(draw(st.sampled_from(SOUND)))
    harm = draw(st.sampled_from(["flip", "cut", "add", "mix"]))
    place = draw(st.integers(0, len(file) - 1))
    if harm == "flip":
        for at in [place, *draw(st.lists(st.integers(0, min(60, len(file) - 1)), max_size=3))]:
            file[at] ^= 1 << draw(st.integers(0, 7))
    elif harm == "cut":
        file = file[:place]
    elif harm == "add":
        file += draw(st.binary(max_size=20))
    else:
        file[place:] = draw(st.sampled_from(SOUND))[place:]
    return bytes(file)


files = st.one_of(harmed_files(), st.binary(max_size=60), st.builds(bytes.__add__, st.sampled_from(SOUND), st.binary()))


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(width, height, depth, colour_type, *more):
    """Black, packed a thousand times; whole, so that all of it would be decoded."""
    n_channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    packer, line = zlib.compressobj(), bytes(1 + width * n_channels * depth // 8)
    pixels = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    palette = [chunk(b"PLTE", bytes(3))] if colour_type == 3 else []
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))
    parts = [header, *palette, *more, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def with_segments(jpeg, n):
    """A JPEG file with ``n`` segments of EXIF data, which are held in several copies."""
    segment = b"\xff\xe1" + struct.pack(">H", 65_533) + b"Exif\0\0" + bytes(65_525)
    return jpeg[:2] + segment * n + jpeg[2:]


def black(mode, kind, side, **more):
    file = io.BytesIO()
    Image.new(mode, (side, side)).save(file, kind, **more)
    return file.getvalue()


BOMBS = {
    "RGB just small enough": lambda: png_bomb(4000, 4000, 8, 2),
    "with transparency": lambda: png_bomb(2800, 2800, 8, 6),
    "16 bits": lambda: png_bomb(2300, 2300, 16, 0),
    "palette": lambda: png_bomb(3000, 3000, 8, 3),
    "large EXIF chunk": lambda: png_bomb(4000, 4000, 8, 2, chunk(b"eXIf", b"MM\0*" + bytes(19 * 1024**2))),
    "compressed texts": lambda: png_bomb(9, 9, 8, 2, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6))) * 70),
    "progressive": lambda: black("RGB", "JPEG", 3300, progressive=True, subsampling=0),
    "progressive CMYK": lambda: black("CMYK", "JPEG", 2800, progressive=True, subsampling=0),
    "large EXIF segments": lambda: with_segments(black("RGB", "JPEG", 3300, progressive=True, subsampling=0), 310),
    "GIF": lambda: black("P", "GIF", 3000),
    "50,000 × 50,000": lambda: png_bomb(50_000, 50_000, 1, 0),
}


def outcome(path, *how):
    """The picture, or None where it was refused in one line that names it."""
    try:
        return read_picture(path, *how)
    except InputError as error:
        message = str(error)
    assert str(path) in message
    assert "\n" not in message
    return None


class Memory:
    """Peak of this process's memory since it was made, in megabytes above what it held."""

    def __init__(self):
        Path("/proc/self/clear_refs").write_text("5")
        self._before = self._of("VmRSS")

    @property
    def peak(self):
        return self._of("VmHWM") - self._before

    def _of(self, name):
        return int(re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


n_inputs = pytest.mark.parametrize("n_inputs", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


@n_inputs
def test_every_input_is_a_picture_or_refused(tmp_path, n_inputs):
    path, memory = tmp_path / "file.png", Memory()

    @settings(max_examples=n_inputs, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(files, st.sampled_from(["auto", "grey", "rgb"]), st.sampled_from([None, 1, 8, 40]))
    def check(file, colour, size):
        path.write_bytes(file)
        found = outcome(path, colour, size)
        if found is not None:
            assert found.dtype == np.uint8
            assert found.shape[2] in {"auto": (1, 3), "grey": (1,), "rgb": (3,)}[colour]
            assert size is None or found.shape[:2] == (size, size)

    check()
    assert memory.peak < MOST_MEGABYTES


@n_inputs
def test_a_harmed_png_file_is_refused_or_holds_what_it_did(tmp_path, n_inputs):
    path, sound = tmp_path / "file.png", saved("RGB", "PNG")
    pixels = np.asarray(Image.open(io.BytesIO(sound)))

    @settings(max_examples=n_inputs, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(sound) - 1), st.integers(0, 7), st.integers(0, len(sound)))
    def check(place, bit, end):
        file = bytearray(sound)
        file[place] ^= 1 << bit
        path.write_bytes(file[:end])
        found = outcome(path)
        if found is not None:
            np.testing.assert_array_equal(found, pixels)

    check()


@pytest.mark.parametrize("name", ["with transparency", *(slow(name) for name in BOMBS if name != "with transparency")])
def test_a_bomb_takes_little_memory(tmp_path, name):
    (tmp_path / "bomb").write_bytes(BOMBS[name]())
    memory = Memory()
    for size in (None, 64):
        outcome(tmp_path / "bomb", "rgb", size)
    assert memory.peak < MOST_MEGABYTES


@pytest.mark.slow
def test_bombs_read_at_once_take_little_memory(tmp_path):
    for number, make in enumerate(BOMBS.values()):
        (tmp_path / str(number)).write_bytes(make())
    environment = os.environ | RETURNED_WHEN_FREED | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, __file__, tmp_path], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST_MEGABYTES


def read_at_once(folder):
    """Peak of memory while threads read all files of a folder, each from another one on."""
    files = sorted(Path(folder).iterdir())
    memory = Memory()

    def read_all(start):
        for file in files[start:] + files[:start]:
            outcome(file, "rgb", 64)

    starts = range(0, len(files), 3)
    with ThreadPoolExecutor(len(starts)) as threads:
        list(threads.map(read_all, starts))
    return memory.peak


if __name__ == "__main__":
    print(read_at_once(sys.argv[1]))
