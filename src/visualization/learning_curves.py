"""How an error falls while several runs train."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from .figure_file import new_figure, save_figure
from .palette import INK, class_colours

TICKS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0]
MIN_TICKS = 3


def save_learning_curves(path, errors, title, images="validation", level=None, level_name=""):
    """Writes the error of several runs against their epochs, on a logarithmic scale.

    Args:
        path: PNG file to write.
        errors: Mapping from the name of a run to its error after each epoch, shares above 0.
        title: Title of the figure.
        images: Which images the errors are of.
        level: An error to draw as a line across, such as the paper's; None for none.
        level_name: What that line is.

    Returns:
        The path.
    """
    figure = new_figure(7.0, 4.6)
    axis = figure.subplots()
    for (name, values), colour in zip(errors.items(), class_colours(max(2, len(errors))), strict=False):
        axis.plot(range(1, len(values) + 1), values, color=colour, label=name, linewidth=1.4)
    if level is not None:
        axis.axhline(level, color=INK, linestyle="--", linewidth=1)
        axis.annotate(level_name, (1, level), xytext=(2, 3), textcoords="offset points", fontsize=9, color=INK)
    everything = np.concatenate([*map(np.asarray, errors.values()), [] if level is None else [level]])
    axis.set_yscale("log")
    low, high = 0.85 * everything.min(), 1.15 * everything.max()
    axis.set_yticks(_ticks(low, high))
    axis.set_ylim(low, high)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(axis="y", color="0.9")
    axis.set_xlabel("epoch", color=INK)
    axis.set_ylabel(f"error on {images} images", color=INK)
    axis.set_title(title, color=INK)
    axis.legend(fontsize=9, ncols=2, frameon=False)
    return save_figure(figure, path)


def _ticks(low, high):
    """Errors from ``low`` to ``high`` to write at the axis: round ones, evenly spaced where those are too few."""
    ticks = [tick for tick in TICKS if low <= tick <= high]
    if len(ticks) < MIN_TICKS:
        ticks = [tick for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]
    return ticks
