"""How every figure reaches its file: drawn without a screen, and written atomically."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..safe_files import atomic_write


def new_figure(width, height, dpi=100, layout="constrained"):
    """A figure of ``width`` × ``height`` inches that needs no screen; ``layout`` as Matplotlib has it."""
    figure = Figure(figsize=(width, height), dpi=dpi, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure, path):
    """Writes ``figure`` to a PNG file, atomically."""
    with atomic_write(path) as temporary:
        figure.savefig(temporary, format="png")
    return Path(path)
