"""Pictures of every kind come as Pillow or a hand computes them, or are refused in one line."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from aae.data.pictures.picture import UnreadablePictureError, read_picture
from PIL import Image, ImageOps

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (6, 9), np.uint8)
COLOUR = RANDOM.integers(0, 256, (6, 9, 3), np.uint8)
ALPHA = RANDOM.integers(0, 256, (6, 9, 1), np.uint8)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, colour_type, rows, *more):
    """A PNG file by the format's definition; ``rows`` is what its lines hold, each after a 0 for no filter."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def lines(array):
    return b"".join(b"\0" + line.tobytes() for line in array)


@pytest.fixture
def read(tmp_path):
    """A function that reads a file of some bytes."""

    def read(content, *settings, name="picture.png"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_picture(path, *settings)

    return read


def saved(image, kind, **more):
    file = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(file, kind, **more)
    return file.getvalue()


def test_grey_and_colour_come_as_they_are(read):
    np.testing.assert_array_equal(read(png(9, 6, 8, 0, lines(GREY))), GREY[..., None])
    np.testing.assert_array_equal(read(png(9, 6, 8, 2, lines(COLOUR))), COLOUR)


def test_transparency_is_dropped(read):
    np.testing.assert_array_equal(read(png(9, 6, 8, 6, lines(np.dstack([COLOUR, ALPHA])))), COLOUR)
    np.testing.assert_array_equal(read(png(9, 6, 8, 4, lines(np.dstack([GREY, ALPHA])))), GREY[..., None])


def test_of_16_bits_the_higher_8_are_kept(read):
    grey, colour = ((levels.astype(">u2") << 8) + 77 for levels in (GREY, COLOUR))
    np.testing.assert_array_equal(read(png(9, 6, 16, 0, lines(grey.astype(">u2")))), GREY[..., None])
    np.testing.assert_array_equal(read(png(9, 6, 16, 2, lines(colour.astype(">u2")))), COLOUR)


def test_a_palette_gives_its_colours_and_a_palette_of_greys_is_grey(read):
    palette, indices = RANDOM.integers(0, 256, (256, 3), np.uint8), GREY
    coloured = png(9, 6, 8, 3, lines(indices), chunk(b"PLTE", palette.tobytes()), chunk(b"tRNS", bytes(range(256))))
    np.testing.assert_array_equal(read(coloured), palette[indices])
    greys = png(9, 6, 8, 3, lines(indices), chunk(b"PLTE", np.repeat(palette[:, :1], 3, axis=1).tobytes()))
    np.testing.assert_array_equal(read(greys), palette[indices][..., :1])


def test_one_bit_is_black_or_white(read):
    bits = GREY[:, :8] > 127
    np.testing.assert_array_equal(read(png(8, 6, 1, 0, lines(np.packbits(bits, axis=1))))[..., 0], bits * 255)


def test_of_an_animation_the_first_frame_is_read(read):
    frames = [Image.new("RGB", (9, 6), colour) for colour in ("red", "blue")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read(content), np.broadcast_to(np.array([255, 0, 0]), (6, 9, 3)))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("more", [{}, {"progressive": True}])
def test_jpeg_files_are_those_of_pillow(read, mode, more):
    content = saved(Image.fromarray(COLOUR).resize((90, 60)).convert(mode), "JPEG", **more)
    expected = Image.open(io.BytesIO(content))
    expected = expected.convert("RGB") if mode == "CMYK" else expected
    np.testing.assert_array_equal(read(content), np.asarray(expected).reshape(60, 90, -1))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_their_exif_orientation_says(read, orientation):
    """By hand: from 5 on rows and columns change places; then the EXIF standard's table of mirrored axes."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = COLOUR.transpose(1, 0, 2) if orientation > 4 else COLOUR
    down = -1 if orientation in (3, 4, 7, 8) else 1
    across = -1 if orientation in (2, 3, 6, 7) else 1
    np.testing.assert_array_equal(read(saved(COLOUR, "PNG", exif=exif)), upright[::down, ::across])


def test_grey_is_made_of_colour_by_its_luma_and_colour_of_grey_by_repetition(read):
    luma = COLOUR @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(read(saved(COLOUR, "PNG"), "grey")[..., 0], luma, atol=1)
    np.testing.assert_array_equal(read(saved(GREY, "PNG"), "rgb"), np.repeat(GREY[..., None], 3, axis=2))


def test_a_name_may_lie_about_the_kind(read):
    np.testing.assert_array_equal(read(saved(COLOUR, "BMP"), name="picture.jpg"), COLOUR)
    np.testing.assert_array_equal(read(saved(GREY, "PNG"), name="picture.gif")[..., 0], GREY)


def test_the_shorter_side_is_scaled_and_the_middle_of_the_longer_one_kept(read):
    """Four stripes of 32 pixels: of 128 × 64 pixels the two in the middle are kept, a half of the size."""
    stripes = np.repeat(np.array([10, 100, 200, 50], np.uint8), 32)
    wide = np.broadcast_to(stripes, (64, 128))
    found = read(saved(wide, "PNG"), "auto", 32)[..., 0]
    np.testing.assert_array_equal(found, np.broadcast_to(found[0], (32, 32)))
    # The cubic kernel reaches two pixels over an edge.
    np.testing.assert_array_equal(found[0, 2:14], 100)
    np.testing.assert_array_equal(found[0, 18:30], 200)
    np.testing.assert_array_equal(read(saved(wide.T, "PNG"), "auto", 32)[..., 0], found.T)
    assert read(saved(GREY, "PNG"), "auto", 50).shape == (50, 50, 1)


def test_scaling_is_antialiased(read):
    checkered = np.indices((64, 64)).sum(axis=0) % 2 * 255
    found = read(saved(checkered.astype(np.uint8), "PNG"), "auto", 4)
    assert np.abs(found - 127.5).max() < 2


@pytest.mark.parametrize("shape", [(480, 640), (640, 480), (90, 100), (20, 15)])
def test_a_large_jpeg_file_is_scaled_as_if_it_were_decoded_whole(read, shape):
    coarse = Image.fromarray(RANDOM.integers(0, 256, (*np.array(shape) // 5, 3), np.uint8))
    content = saved(coarse.resize(shape[::-1], Image.Resampling.BICUBIC), "JPEG", quality=95)
    expected = np.asarray(ImageOps.fit(Image.open(io.BytesIO(content)), (32, 32)), int)
    assert np.abs(read(content, "rgb", 32) - expected).mean() < 1.5


def test_of_two_pictures_in_one_file_the_first_is_read(read):
    """MPO, of some cameras."""
    first = Image.fromarray(COLOUR).resize((400, 300))
    content = saved(first, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300))])
    assert np.abs(read(content, name="picture.jpg") - np.asarray(first, int)).mean() < 10


REFUSED = {
    "no picture": (b"no picture", "expected one of PNG, JPEG, GIF, BMP"),
    "nothing": (b"", "expected one of PNG, JPEG, GIF, BMP"),
    "another format": (saved(GREY, "TIFF"), "expected one of PNG, JPEG, GIF, BMP"),
    "a cut PNG file": (saved(COLOUR, "PNG")[:-20], "damaged"),
    "a PNG file without an end": (saved(COLOUR, "PNG")[:-12], "truncated"),
    "a cut JPEG file": (saved(np.tile(COLOUR, (9, 9, 1)), "JPEG")[:-400], "truncated"),
    "a cut GIF file": (saved(np.tile(GREY, (9, 9)), "GIF")[:-400], "truncated"),
    "a cut BMP file": (saved(COLOUR, "BMP")[:-20], "truncated"),
    "a bomb": (png(50_000, 50_000, 1, 0, bytes(6251 * 20)), "more than 178,956,970 pixels"),
    "a smaller bomb": (png(8_000, 8_000, 8, 6, b"\0" * 99), "8,000 × 8,000 pixels take 488 MB to decode"),
    "many compressed texts": (png(9, 6, 8, 0, lines(GREY), chunk(b"zTXt", b"a\0\0") * 80), "too many texts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named(read, tmp_path, name):
    content, words = REFUSED[name]
    with pytest.raises(UnreadablePictureError, match=words) as caught:
        read(content, "auto", 4)
    assert str(caught.value).startswith(str(tmp_path / "picture.png"))
    assert "\n" not in str(caught.value)


def test_a_flipped_bit_of_the_pixels_of_a_png_file_is_noticed(read):
    content = bytearray(saved(GREY, "PNG"))
    content[content.index(b"IDAT") + 20] ^= 1
    with pytest.raises(UnreadablePictureError, match="its chunk IDAT is damaged"):
        read(bytes(content))


def test_a_jpeg_bomb_of_several_scans_is_refused_and_one_of_a_single_scan_scaled_while_it_is_read(read):
    large = Image.new("RGB", (6000, 6000))
    assert read(saved(large, "JPEG"), "rgb", 8).shape == (8, 8, 3)
    with pytest.raises(UnreadablePictureError, match=r"6,000 × 6,000 pixels take .* to decode"):
        read(saved(large, "JPEG", progressive=True), "rgb", 8)


def test_pipes_and_missing_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UnreadablePictureError, match=r"pipe\.png: not a file"):
        read_picture(tmp_path / "pipe.png")
    with pytest.raises(UnreadablePictureError, match=r"none\.png: .*No such file"):
        read_picture(tmp_path / "none.png")


def test_a_file_too_large_to_open_is_refused(tmp_path):
    with open(tmp_path / "large.png", "wb") as file:
        file.truncate(10**9)
    with pytest.raises(UnreadablePictureError, match="1,000,000,000 bytes, expected at most"):
        read_picture(tmp_path / "large.png")
