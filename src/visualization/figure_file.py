"""How every figure reaches its file: drawn without a screen, and whole or not at all."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..safe_files import whole_file


def new_figure(width, height, dpi=100):
    """A figure of ``width`` × ``height`` inches that needs no screen."""
    figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure, path):
    """Writes ``figure`` to a PNG file; one that was there is replaced only by a whole one."""
    with whole_file(path) as unfinished:
        figure.savefig(unfinished, format="png")
    return Path(path)
