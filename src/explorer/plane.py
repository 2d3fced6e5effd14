"""What a plane of codes shows beside the images: contours of the prior, and where each class is."""

import contourpy
import numpy as np

from ..visualization.density import density_on_grid, mass_levels

DECIMALS = 3


def contours(log_prob, half_width):
    """The contours of a density that hold 50, 90 and 99 % of its mass.

    Args:
        log_prob: Function from float32 [m, 2] to the log-density [m].
        half_width: Half-width of the square they are drawn in.

    Returns:
        A list of lines, each a list of [x, y].
    """
    ticks, density = density_on_grid(log_prob, half_width)
    generator = contourpy.contour_generator(ticks, ticks, density)
    lines = [line for level in mass_levels(density) for line in generator.lines(level)]
    return [np.round(line, DECIMALS).tolist() for line in lines]


def middles(positions, labels):
    """The median position of each class: a list of {"label", "x", "y"}."""
    middle = {label: np.median(positions[labels == label], axis=0) for label in np.unique(labels)}
    return [{"label": int(label), "x": float(x), "y": float(y)} for label, (x, y) in middle.items()]
