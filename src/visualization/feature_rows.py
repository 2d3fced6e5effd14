"""Rows of features as heat maps: a line for each row, a column for each feature."""

import numpy as np

from .figure_file import new_figure, save_figure
from .palette import INK

COLOURS = "viridis"
# More names than this would lie on each other.
MAX_NAMES = 64
NAME_LENGTH = 32
MAX_INCHES = 11.0
# Of more features than this, heat maps stand below each other.
SIDE_BY_SIDE = 36


def save_feature_rows(path, panels, feature_names, title, row_names=(), row_label="", gaps=()):
    """Writes heat maps of the same rows or as many, side by side or, of many features, below each other, on one scale.

    Args:
        path: PNG file to write.
        panels: For each heat map its title and values, float [n_rows, n_features], 0 for the lowest and 1 for the
            highest value of the feature; what lies outside is drawn in the colour of the end.
        feature_names: Name of each feature.
        title: Title of the figure.
        row_names: Name of each row, if they have any.
        row_label: What the rows are.
        gaps: Rows above which a line is drawn.

    Returns:
        The path.
    """
    row_names = [shortened(name) for name in row_names]
    figure = new_figure(*_inches(panels, feature_names, row_names))
    is_stacked = len(feature_names) > SIDE_BY_SIDE
    shape = (len(panels), 1) if is_stacked else (1, len(panels))
    axes = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
    for axis, (panel_title, values) in zip(axes, panels, strict=True):
        drawn = axis.imshow(values, cmap=COLOURS, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        axis.set_title(panel_title, color=INK, fontsize=11)
        axis.set_yticks(range(len(row_names)), row_names, fontsize=8)
        axis.tick_params(length=0, labelcolor=INK)
        for row in gaps:
            axis.axhline(row - 0.5, color="white", linewidth=2)
    _name_features(axes[-1:] if is_stacked else axes, feature_names)
    axes[0].set_ylabel(row_label, color=INK)
    bar = figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.01, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["lowest", "", "highest"], color=INK, fontsize=8)
    bar.set_label("in the training rows", color=INK, fontsize=8, labelpad=-18)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)


def _inches(panels, feature_names, row_names):
    """Width and height of the figure."""
    n_rows, n_features = panels[0][1].shape
    width = min(MAX_INCHES, max(2.4, 0.2 * n_features))
    height = max(1.2, min(MAX_INCHES, (0.2 if row_names else 0.13) * n_rows))
    across, down = (1, len(panels)) if n_features > SIDE_BY_SIDE else (len(panels), 1)
    beside = 1.6 + 0.08 * max(map(len, row_names), default=0)
    below = 0.8 + (0.075 * max(len(shortened(name)) for name in feature_names) if n_features <= MAX_NAMES else 0)
    return width * across + beside, (height + 0.4) * down + below


def _name_features(axes, names):
    for axis in axes:
        if len(names) <= MAX_NAMES:
            axis.set_xticks(range(len(names)), [shortened(name) for name in names], rotation=90, fontsize=8)
        else:
            axis.set_xticks([])
            axis.set_xlabel(f"{len(names):,} features", color=INK)


def shortened(name):
    """A name short enough to stand at an axis."""
    name = str(name)
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def of_most(values, n):
    """Indices of the ``n`` highest of ``values``, the highest first, fewer where there are fewer."""
    return np.argsort(-np.asarray(values), kind="stable")[:n]
