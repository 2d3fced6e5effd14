"""Curves of one run over its epochs, small enough to be read on a phone."""

import io
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .figure_file import new_figure
from .palette import INK, class_colours

INCHES = 4.6, 3.2
DPI = 200
MARGINS = {"left": 0.15, "right": 0.89, "bottom": 0.31, "top": 0.9}
N_MARKERS = 8
# Beside their colours, so that lines are told apart without them and where they lie on each other.
LINES = ("-", "o"), ("--", "s"), ("-.", "^"), (":", "D")


class Panel(NamedTuple):
    """One picture of curves.

    Attributes:
        title: What stands above it.
        curves: Mapping from up to four names to values, one an epoch, NaN where there is none; or to None, for a name
            that has its colour and line in other pictures and is not in this one.
        is_share: Whether the values are shares, drawn in per cent.
        levels: Mapping from names to values to draw as lines across, such as those of a game in balance; or None.
    """

    title: str
    curves: dict
    is_share: bool = False
    levels: dict | None = None


def draw_panel(panel):
    """Draws the curves of a ``Panel``; returns the bytes of a PNG file."""
    # Margins worked out for every picture anew would take half of the time.
    figure = new_figure(*INCHES, DPI, layout=None)
    figure.subplots_adjust(**MARGINS)
    axis = figure.subplots()
    for (name, values), colour, line in zip(panel.curves.items(), class_colours(len(LINES)), LINES, strict=False):
        if values is not None:
            _draw_curve(axis, name, np.asarray(values), colour, *line)
    for name, level in (panel.levels or {}).items():
        axis.axhline(level, color=INK, linewidth=0.8, linestyle=(0, (1, 3)))
        beside = ("axes fraction", "data")
        axis.annotate(name, (1, level), (3, 0), beside, "offset points", va="center", fontsize=9, color=INK)
    _draw_decor(axis, panel)
    figure.legend(loc="lower center", ncols=2, frameon=False, fontsize=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _draw_curve(axis, name, values, colour, line, marker):
    epochs = np.arange(1, len(values) + 1)
    every = max(1, len(values) // N_MARKERS)
    style = {"linestyle": line, "marker": marker, "markersize": 4, "markevery": every, "linewidth": 1.6}
    axis.plot(epochs, values, color=colour, label=name, **style)


def _draw_decor(axis, panel):
    lines = [np.asarray(values) for values in panel.curves.values() if values is not None]
    axis.set_xlim(0.6, max(map(len, lines)) + 0.4)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    if all((values == values.round()).all() for values in lines):
        axis.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    if panel.is_share:
        axis.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="0.9")
    axis.tick_params(labelsize=9)
    axis.set_xlabel("epoch", color=INK)
    axis.set_title(panel.title, color=INK, fontsize=11)
