"""Many small images in one picture, which a browser decodes faster than anything a page could."""

import base64
import io

import numpy as np
from PIL import Image

COLUMNS = 64


def sprite(images):
    """A PNG file of images side by side, ``COLUMNS`` in a row.

    Args:
        images: uint8 [n, height, width, channels], grey or in colour.

    Returns:
        Bytes.
    """
    n_images, height, width, channels = images.shape
    rows = -(-n_images // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, height, width, channels), np.uint8)
    sheet[:n_images] = images
    sheet = sheet.reshape(rows, COLUMNS, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, COLUMNS * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(file, "png", optimize=True)
    return file.getvalue()


def written_sprite(images):
    """For JSON: the sprite in base64, and how many images stand in a row of it."""
    return {"png": base64.b64encode(sprite(images)).decode(), "columns": COLUMNS, "count": len(images)}
