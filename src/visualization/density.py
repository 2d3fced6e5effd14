"""A density over a plane of codes, and the levels at which its contours are drawn."""

import numpy as np

SIZE = 160


def density_on_grid(log_prob, half_width):
    """A density on a grid over [-half_width, half_width]².

    Args:
        log_prob: Function from float32 [m, 2] to the log-density [m].
        half_width: Half-width of the square.

    Returns:
        Coordinates of its columns, and of its rows, float32 [size], and the density, float [size, size].
    """
    ticks = np.linspace(-half_width, half_width, SIZE, dtype=np.float32)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    return ticks, np.exp(np.asarray(log_prob(plane.reshape(-1, 2)))).reshape(SIZE, SIZE)


def mass_levels(density, masses=(0.99, 0.9, 0.5)):
    """Densities whose contours hold the given shares of the mass, rising."""
    ordered = np.sort(density.ravel())[::-1]
    held = np.cumsum(ordered) / ordered.sum()
    # A little lower, so that the edge of an even density shows.
    return 0.999 * np.unique([ordered[np.searchsorted(held, mass)] for mass in masses])
