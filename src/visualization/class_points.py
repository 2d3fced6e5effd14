"""Points in the colours and shapes of their classes, and the legend of classes that differ in shape."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from .palette import COLOURS, INK, SHAPES, class_colours, class_shapes

# Points whose shape is to be seen are so much larger, and of so many square points at least.
LARGER, LEAST_AREA = 3, 12
LEGEND_ROWS, COLUMN_INCHES = 18, 0.6


def draw_points(axis, codes, labels, area):
    """Draws points in the order they come in, so that no class lies on top of the others.

    Args:
        axis: Where to draw.
        codes: float [n, 2].
        labels: int [n], classes counted from 0.
        area: Of a point, in square points of type; more where classes differ in shape.
    """
    colours = class_colours(labels.max() + 1)
    points = axis.scatter(codes[:, 0], codes[:, 1], c=np.array(colours)[labels], s=area, linewidths=0)
    if len(colours) > len(COLOURS):
        paths = [_path(SHAPES[shape]) for shape in class_shapes(len(colours))]
        points.set(paths=[paths[label] for label in labels], sizes=[max(LARGER * area, LEAST_AREA)])


def legend_inches(labels):
    """The width that ``draw_legend`` takes."""
    return COLUMN_INCHES * _columns(_told_by_shape(labels))


def draw_legend(axis, labels):
    """Draws a legend to the right of a plot, where shapes tell its classes apart; otherwise nothing.

    Args:
        axis: The plot.
        labels: int [n], the classes of its points.
    """
    classes = _told_by_shape(labels)
    if not len(classes):
        return
    colours, shapes = class_colours(classes[-1] + 1), class_shapes(classes[-1] + 1)
    points = [
        Line2D([], [], ls="", marker=SHAPES[shapes[label]], color=colours[label], markeredgewidth=0, label=str(label))
        for label in classes
    ]
    style = {"frameon": False, "handletextpad": 0.1, "columnspacing": 0.8, "labelcolor": INK}
    axis.legend(handles=points, loc="center left", bbox_to_anchor=(1, 0.5), ncols=_columns(classes), **style)


def _told_by_shape(labels):
    """The classes of ``labels``, in order, where they differ in shape; none where colours do, or nothing does."""
    classes = np.unique(labels)
    return classes if len(COLOURS) <= classes[-1] < len(COLOURS) * len(SHAPES) else classes[:0]


def _columns(classes):
    return -(-len(classes) // LEGEND_ROWS)


def _path(marker):
    """The outline of one of Matplotlib's markers, as a scatter plot takes it."""
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform())
