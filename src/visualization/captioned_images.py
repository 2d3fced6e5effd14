"""Images that each have something to say."""

import numpy as np

from .figure_file import new_figure, save_figure
from .palette import INK

COLUMNS = 8
INCHES_PER_CELL = 1.15
# Shares of an image's side: between images, and above each for its caption.
GAP, CAPTION = 0.25, 0.4


def save_captioned_images(path, images, captions, title):
    """Writes images, eight in a row, each under its caption.

    Args:
        path: PNG file to write.
        images: uint8 [n, height, width, channels], at least one.
        captions: n short strings.
        title: Title of the figure.

    Returns:
        The path.
    """
    height, width, channels = images.shape[1:]
    rows = -(-len(images) // COLUMNS)
    gap, caption = round(GAP * width), round(CAPTION * height)
    sheet = np.full((rows * (height + caption), COLUMNS * (width + gap), channels), 255, np.uint8)
    corners = [
        (row * (height + caption) + caption, column * (width + gap) + gap // 2)
        for row, column in np.ndindex(rows, COLUMNS)
    ]
    figure = new_figure(COLUMNS * INCHES_PER_CELL, INCHES_PER_CELL * COLUMNS * sheet.shape[0] / sheet.shape[1] + 0.4)
    # One axis for all: one each takes a second and more.
    axis = figure.subplots()
    axis.set_axis_off()
    for image, text, (top, left) in zip(images, captions, corners, strict=False):
        sheet[top : top + height, left : left + width] = image
        axis.text(left + width / 2, top - 0.1 * height, text, ha="center", va="bottom", fontsize=10, color=INK)
    axis.imshow(sheet[..., 0] if channels == 1 else sheet, cmap="gray", vmin=0, vmax=255)
    axis.set_title(title, color=INK)
    return save_figure(figure, path)
