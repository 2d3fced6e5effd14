"""Rows of features as heat maps: side by side, a row for each, a column for each feature."""

import numpy as np

from .figure_file import new_figure, save_figure
from .palette import INK

COLOURS = "viridis"
# More names than this would lie on each other.
MAX_NAMES = 64
NAME_LENGTH = 32
MAX_INCHES = 11.0


def save_feature_rows(path, panels, feature_names, title, row_names=(), row_label="", gaps=()):
    """Writes heat maps of the same number of rows side by side, on one scale.

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
    n_rows, n_features = panels[0][1].shape
    names = [shortened(name) for name in feature_names]
    is_named = n_features <= MAX_NAMES
    width = min(MAX_INCHES, max(2.4, 0.2 * n_features))
    height = max(1.2, min(MAX_INCHES, (0.2 if len(row_names) else 0.13) * n_rows))
    below = 0.4 + 0.075 * max(map(len, names)) if is_named else 0.4
    beside = 0.4 + 0.08 * max(map(len, map(shortened, row_names)), default=0)
    figure = new_figure(min(2 * MAX_INCHES, width * len(panels) + beside + 1.2), height + below + 0.8)
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, (panel_title, values) in zip(axes, panels, strict=True):
        drawn = axis.imshow(values, cmap=COLOURS, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        axis.set_title(panel_title, color=INK, fontsize=11)
        axis.set_xticks(range(n_features) if is_named else [], names if is_named else [], rotation=90, fontsize=8)
        axis.set_yticks(range(len(row_names)), [shortened(name) for name in row_names], fontsize=8)
        axis.tick_params(length=0, labelcolor=INK)
        if not is_named:
            axis.set_xlabel(f"{n_features:,} features", color=INK)
        for row in gaps:
            axis.axhline(row - 0.5, color="white", linewidth=2)
    if not len(row_names):
        axes[0].set_yticks([])
    axes[0].set_ylabel(row_label, color=INK)
    bar = figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.01, ticks=[0, 0.5, 1])
    bar.ax.set_yticklabels(["lowest", "", "highest"], color=INK, fontsize=8)
    bar.set_label("in the training rows", color=INK, fontsize=8, labelpad=-18)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)


def shortened(name):
    """A name short enough to stand at an axis."""
    name = str(name)
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def of_most(values, n):
    """Indices of the ``n`` highest of ``values``, the highest first, fewer where there are fewer."""
    return np.argsort(-np.asarray(values), kind="stable")[:n]
