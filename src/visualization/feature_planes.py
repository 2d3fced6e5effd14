"""What the decoder makes of every place in a plane of codes, feature by feature."""

import numpy as np

from .density import density_on_grid, mass_levels
from .feature_rows import COLOURS, of_most, shortened
from .figure_file import new_figure, save_figure
from .palette import INK

MAX_PLANES = 16
COLUMNS = 4
INCHES = 2.5


def save_feature_planes(path, planes, widths, names, plot_limit, title, log_prob=None):
    """Writes small plots of the features over the plane, those that change most, each on its own scale.

    Args:
        path: PNG file to write.
        planes: float [size, size, n_features], in the table's units; the first row is drawn at the top.
        widths: float [n_features], width of each feature's range, by which changes are compared.
        names: Names of the features.
        plot_limit: Half-width of the square that they cover.
        title: Title of the figure.
        log_prob: Function from float32 [m, 2] to the prior's log-density [m], or None for no contours.

    Returns:
        The path.
    """
    shown = np.sort(of_most(np.std(planes, axis=(0, 1)) / widths, MAX_PLANES))
    columns = min(COLUMNS, len(shown))
    n_rows = -(-len(shown) // columns)
    figure = new_figure(columns * INCHES, n_rows * (INCHES + 0.3) + 0.5)
    axes = figure.subplots(n_rows, columns, squeeze=False)
    contours = None if log_prob is None else density_on_grid(log_prob, plot_limit)
    extent = (-plot_limit, plot_limit, -plot_limit, plot_limit)
    for axis, index in zip(axes.ravel(), shown, strict=False):
        plane = planes[..., index]
        axis.imshow(plane, cmap=COLOURS, extent=extent, interpolation="bilinear")
        if contours is not None:
            ticks, density = contours
            axis.contour(ticks, ticks, density, levels=mass_levels(density), colors="white", linewidths=0.6, alpha=0.7)
        axis.set_title(f"{shortened(names[index])}\n{plane.min():.4g} to {plane.max():.4g}", color=INK, fontsize=9)
        axis.set_xticks([])
        axis.set_yticks([])
    for axis in axes.ravel()[len(shown) :]:
        axis.set_axis_off()
    more = f", the {len(shown)} of {len(names):,} features that change most" if len(shown) < len(names) else ""
    figure.suptitle(title + more, color=INK, fontsize=11)
    figure.supxlabel("code 1", color=INK, fontsize=10)
    figure.supylabel("code 2", color=INK, fontsize=10)
    return save_figure(figure, path)
