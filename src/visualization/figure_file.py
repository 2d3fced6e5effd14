"""How every figure reaches its file: drawn without a screen, and whole or not at all."""

import os
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def new_figure(width, height, dpi=100):
    """A figure of ``width`` × ``height`` inches that needs no screen."""
    figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure, path):
    """Writes ``figure`` to a PNG file; one that was there is replaced only by a whole one."""
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    figure.savefig(part, format="png")
    os.replace(part, path)
    return path
