"""Sheets of images: samples, manifolds, and the overview of several manifolds."""

from .figure_file import new_figure, save_figure
from .palette import INK

INCHES_PER_IMAGE = 0.4
DPI = 100


def tile(images, rows, columns):
    """Sets images side by side into one, row by row.

    Args:
        images: uint8 [rows * columns, height, width, channels].
        rows: Number of rows.
        columns: Number of columns.

    Returns:
        uint8 [rows * height, columns * width] for grey images, [..., channels] otherwise.
    """
    height, width, channels = images.shape[1:]
    sheet = images.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    return sheet[..., 0] if channels == 1 else sheet


def save_image_grid(path, images, rows, columns, title, x_label=None, y_label=None, row_names=(), column_names=()):
    """Writes a sheet of ``rows`` × ``columns`` images under a title.

    Args:
        path: PNG file to write.
        images: uint8 [rows * columns, height, width, channels].
        rows: Number of rows.
        columns: Number of columns.
        title: Title of the figure.
        x_label: What changes from left to right, if anything does.
        y_label: What changes from top to bottom.
        row_names: Name of each row, if they have any.
        column_names: Name of each column, if they have any.

    Returns:
        The path.
    """
    figure = new_figure(columns * INCHES_PER_IMAGE + 0.4, rows * INCHES_PER_IMAGE + 0.7, DPI)
    axis = figure.subplots()
    _draw_sheet(axis, tile(images, rows, columns), title, x_label, y_label)
    height, width = images.shape[1:3]
    axis.set_yticks([(row + 0.5) * height for row in range(len(row_names))], row_names)
    axis.set_xticks([(column + 0.5) * width for column in range(len(column_names))], column_names)
    axis.tick_params(length=0, labelcolor=INK)
    return save_figure(figure, path)


def save_overview(path, sheets, titles, title, columns=5):
    """Writes several sheets of images side by side.

    Args:
        path: PNG file to write.
        sheets: uint8 images of one size, as ``tile`` gives them.
        titles: Title of each.
        title: Title of the figure.
        columns: Sheets in a row.

    Returns:
        The path.
    """
    columns = min(columns, len(sheets))
    rows = -(-len(sheets) // columns)
    figure = new_figure(columns * 3.0, rows * 3.2 + 0.5)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes[len(sheets) :]:
        axis.set_axis_off()
    for axis, sheet, sheet_title in zip(axes, sheets, titles, strict=False):
        _draw_sheet(axis, sheet, sheet_title)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)


def _draw_sheet(axis, sheet, title, x_label=None, y_label=None):
    axis.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="lanczos")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.set_title(title, color=INK)
    axis.set_xlabel(x_label or "", color=INK)
    axis.set_ylabel(y_label or "", color=INK)
