"""One picture file: read right, whatever kind of PNG, JPEG, GIF or BMP it is, or refused, in little memory."""

import contextlib
import ctypes
import os
import stat
import struct
import threading
import traceback
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from ...errors import InputError

FORMATS = ("PNG", "JPEG", "GIF", "BMP")
# What Pillow calls the colours that a set may have.
MODES = {"grey": "L", "rgb": "RGB"}
COLOURS = ("auto", *MODES)
GREY = ("1", "L", "LA", "I;16")
# Bytes of a pixel while it is decoded, at the most; other modes take four.
BYTES_PER_PIXEL = {"1": 3, "L": 3, "P": 3, "I;16": 8}
# … after it was converted, and while it is turned and copied.
CONVERTED = {"L": 1, "RGB": 4}
# … while it is laid on white: with its transparency, without it, and that alone.
ON_WHITE = 4 + 4 + 1
COPIED = {"L": 3, "RGB": 10}
MEGABYTE = 1024**2
MAX_FILE = 20 * MEGABYTE
MAX_DECODED = 64 * MEGABYTE
LARGE = 16 * MEGABYTE
# A file's metadata are held up to four times while it is opened; those that are compressed take up to a megabyte each.
COPIES_OF_FILE = 4
COMPRESSED = (b"zTXt", b"iTXt", b"iCCP")
MAX_OPENED = COPIES_OF_FILE * MAX_FILE
PNG = b"\x89PNG\r\n\x1a\n"

# What Pillow remarks of odd files is for programmers; those that cannot be read are refused here.
warnings.filterwarnings("ignore", module=r"PIL\.")


class UnreadablePictureError(InputError):
    """A file that is damaged, or no picture, or would take too much memory."""


class _Memory:
    """Lets threads take memory, and wait until there is enough.

    Args:
        n_bytes: What all of them may have at a time.
    """

    def __init__(self, n_bytes):
        self._free = n_bytes
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def take(self, n_bytes):
        """Has ``n_bytes``, no more than there are in all, for as long as the context lasts."""
        with self._changed:
            self._changed.wait_for(lambda: n_bytes <= self._free)
            self._free -= n_bytes
        try:
            yield
        except Exception as error:
            _free_what_failed(error)
            raise
        finally:
            if n_bytes > LARGE:
                _return_freed_memory()
            with self._changed:
                self._free += n_bytes
                self._changed.notify_all()


def _free_what_failed(error):
    """Frees what the functions held that an error has left, which it would keep."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _return_freed_memory():
    """Returns freed memory to the system, of which the C library otherwise keeps some for every thread."""
    with contextlib.suppress(AttributeError):
        # The GNU C library alone has it.
        ctypes.CDLL(None).malloc_trim(0)


# Whoever decodes has taken of both, in this order, so that threads never wait for each other in a circle.
_METADATA_MEMORY = _Memory(MAX_OPENED)
_PIXEL_MEMORY = _Memory(MAX_DECODED)


def read_picture(path, colour="auto", size=None):
    """Reads a picture, known by its content, not by its name; of several frames the first.

    It is turned as its EXIF orientation says. What is transparent becomes white, of 16 bits the higher 8 are kept.

    Args:
        path: The file.
        colour: "grey", "rgb", or "auto" for as it is.
        size: Height and width, or one number for both: it is scaled until it covers that, and its middle kept; None for
            as it is.

    Returns:
        uint8 [height, width, channels], of 1 channel or 3; with ``size`` of that size.

    Raises:
        UnreadablePictureError: If it cannot be read, or takes more memory than ``MAX_DECODED`` or ``MAX_FILE`` allow.
            Threads that read at once take no more together than one that reads the largest file allowed.
    """
    try:
        with _open(path) as file, _METADATA_MEMORY.take(_bytes_to_open(file, path)):
            return _read(file, path, colour, size)
    except InputError:
        raise
    except Image.DecompressionBombError:
        reason = f"more than {2 * Image.MAX_IMAGE_PIXELS:,} pixels"
    except Exception as error:  # a decoder may raise anything where it is given any bytes
        reason = _reason(error)
    # Raised here, it does not keep what was decoded in its context.
    raise UnreadablePictureError(f"{path}: cannot be read as a picture: {reason}", setting="data.skip_damaged")


def _open(path):
    # Opening a pipe would wait for somebody to write to it.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise UnreadablePictureError(f"{path}: not a file; expected a picture")
    return open(path, "rb")


def _bytes_to_open(file, path):
    """Memory that the metadata of a file take at the most."""
    size = os.fstat(file.fileno()).st_size
    if size > MAX_FILE:
        raise UnreadablePictureError(f"{path}: {size:,} bytes, expected at most {MAX_FILE:,}")
    n_bytes = COPIES_OF_FILE * size
    if file.read(len(PNG)) == PNG:
        n_bytes += MEGABYTE * sum(kind in COMPRESSED for kind in _sound_chunks(file))
    if n_bytes > MAX_OPENED:
        raise UnreadablePictureError(f"{path}: too many texts in it; expected a picture")
    return n_bytes


def _sound_chunks(file):
    """The kinds of a PNG file's chunks; refuses one that is not what it was, since Pillow does not look at all."""
    kind = None
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", file.read(8))
        checksum = zlib.crc32(kind)
        for start in range(0, min(length, MAX_FILE), MEGABYTE):
            checksum = zlib.crc32(file.read(min(length - start, MEGABYTE)), checksum)
        if file.read(4) != struct.pack(">I", checksum):
            raise ValueError(f"its chunk {kind.decode('latin-1')} is damaged")
        yield kind


def _read(file, path, colour, size):
    file.seek(0)
    image = Image.open(file, formats=FORMATS)
    mode = MODES.get(colour) or ("L" if _is_grey(image) else "RGB")
    size = (size, size) if isinstance(size, int) else size
    n_bytes = _bytes_of_coefficients(image, file)
    dimensions = f"{image.width:,} × {image.height:,} pixels"
    if size is not None:
        # JPEG files are decoded at an eighth, a quarter or half of their size where that is still twice what is asked.
        image.draft(None, (2 * size[1], 2 * size[0]))
    n_bytes += _bytes_of_pixels(image, mode, size)
    if n_bytes > MAX_DECODED:
        raise UnreadablePictureError(
            f"{path}: too large a picture: {dimensions} take {n_bytes / MEGABYTE:,.0f} MB to decode, expected at most "
            f"{MAX_DECODED / MEGABYTE:,.0f} MB",
            setting=None if size else "data.image_size",
        )
    with _PIXEL_MEMORY.take(n_bytes), contextlib.closing(image):
        return _decode(image, mode, size)


def _decode(image, mode, size):
    if image.mode == "I;16":
        # Pillow would clip it.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = _on_white(image)
    if image.mode != mode:
        image = image.convert(mode)
    if size is not None:
        image = ImageOps.fit(image, size[::-1])
    ImageOps.exif_transpose(image, in_place=True)
    return np.asarray(image).reshape(image.height, image.width, -1)


def _on_white(image):
    image = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _is_grey(image):
    if image.mode == "P":
        colours = np.frombuffer(bytes(image.getpalette("RGB")), np.uint8).reshape(-1, 3)
        return bool((colours == colours[:, :1]).all())
    return image.mode in GREY


def _bytes_of_pixels(image, mode, size):
    """Memory that the pixels take at the most: decoded, converted, and, where they are not scaled, copied."""
    converted = BYTES_PER_PIXEL.get(image.mode, 4) + (0 if image.mode == mode else CONVERTED[mode])
    if image.has_transparency_data:
        converted += ON_WHITE
    return image.width * image.height * max(converted, COPIED[mode] if size is None else 0)


def _bytes_of_coefficients(image, file):
    """Memory for the coefficients of a JPEG file; those of more than one scan are held until the last one is read."""
    if not hasattr(image, "layer") or (image.format == "JPEG" and _is_of_one_scan(image, file)):
        return 0
    across, down = (max(component[axis] for component in image.layer) for axis in (1, 2))
    share = sum(component[1] * component[2] for component in image.layer) / (across * down)
    return int(2 * share * image.width * image.height)


def _is_of_one_scan(image, file):
    """Whether a JPEG file, read up to its first scan, has all components in that one."""
    header = struct.pack(">HB", 6 + 2 * image.layers, image.layers)
    file.seek(-(6 + 2 * image.layers), os.SEEK_CUR)
    return file.read(len(header)) == header and "progressive" not in image.info


def _reason(error):
    if isinstance(error, Image.UnidentifiedImageError):
        return f"expected one of {', '.join(FORMATS)}"
    if isinstance(error, struct.error):
        return "truncated"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0]
