"""Images that each have something to say."""

from .figure_file import new_figure, save_figure
from .palette import INK

COLUMNS = 8


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
    rows = -(-len(images) // COLUMNS)
    figure = new_figure(COLUMNS * 1.15, rows * 1.3 + 0.6)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axis in axes:
        axis.set_axis_off()
    for axis, image, caption in zip(axes, images, captions, strict=False):
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        axis.set_title(caption, fontsize=10, color=INK)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)
