"""What lies in each cluster: its head, its most and its least typical members (paper, figure 9)."""

import numpy as np

from .figure_file import new_figure, save_figure
from .image_grid import DPI, INCHES_PER_IMAGE, tile
from .palette import INK

GAP = 1


def save_cluster_members(path, heads, most_typical, least_typical, names, names_mean, title):
    """Writes one row for each cluster: its head, then its most typical, then its least typical members.

    Args:
        path: PNG file to write.
        heads: uint8 [n_clusters, height, width, channels].
        most_typical: For each cluster uint8 [m, height, width, channels], m from 0 up; fewer than others leave blanks.
        least_typical: Likewise.
        names: For each cluster what stands left of its row.
        names_mean: What these say.
        title: Title of the figure.

    Returns:
        The path.
    """
    groups = {"head": heads[:, None], "most typical": most_typical, "least typical": least_typical}
    widths = [max(1, *(len(members) for members in group)) for group in groups.values()]
    starts = np.cumsum([0, *(width + GAP for width in widths[:-1])])
    n_columns = starts[-1] + widths[-1]
    cells = np.full((len(heads), n_columns, *heads.shape[1:]), 255, np.uint8)
    for start, group in zip(starts, groups.values(), strict=True):
        for row, members in enumerate(group):
            cells[row, start : start + len(members)] = members
    figure = new_figure(n_columns * INCHES_PER_IMAGE + 1.4, len(heads) * INCHES_PER_IMAGE + 0.9, DPI)
    axis = figure.subplots()
    sheet = tile(cells.reshape(-1, *heads.shape[1:]), *cells.shape[:2])
    axis.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="lanczos")
    height, width = heads.shape[1:3]
    middles = [(start + n / 2) * width for start, n in zip(starts, widths, strict=True)]
    axis.xaxis.tick_top()
    axis.set_xticks(middles, list(groups))
    axis.set_yticks([(row + 0.5) * height for row in range(len(names))], names)
    axis.tick_params(length=0, labelcolor=INK)
    axis.set_ylabel(names_mean, color=INK)
    axis.spines[:].set_visible(False)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)
