"""Points in the colours and shapes of their classes, and the legend of classes that differ in shape."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from .palette import COLOURS, INK, SHAPES, UNLABELLED, class_colours, class_shapes

# Points whose shape is to be seen are so much larger, and of so many square points at least.
LARGER, LEAST_AREA = 3, 12
LEGEND_ROWS, COLUMN_INCHES = 18, 0.6


def draw_points(axis, codes, labels, n_classes, area):
    """Draws points in the order they come in, so that no class lies on top of the others.

    Args:
        axis: Where to draw.
        codes: float [n, 2].
        labels: int [n], classes counted from 0, -1 for none.
        n_classes: Number of classes.
        area: Of a point, in square points of type; more where classes differ in shape.
    """
    # Counted from the end, -1 is the last one.
    colours = np.array([to_rgb(colour) for colour in (*class_colours(n_classes), UNLABELLED)])
    points = axis.scatter(codes[:, 0], codes[:, 1], c=colours[labels], s=area, linewidths=0)
    if n_classes > len(COLOURS):
        paths = [_path(SHAPES[shape]) for shape in (*class_shapes(n_classes), "circle")]
        points.set(paths=[paths[label] for label in labels], sizes=[max(LARGER * area, LEAST_AREA)])


def legend_inches(labels):
    """The width that ``draw_legend`` takes."""
    return COLUMN_INCHES * _columns(_told_by_shape(labels))


def draw_legend(axis, labels, class_names=None):
    """Draws a legend to the right of a plot, where shapes tell its classes apart; otherwise nothing.

    Args:
        axis: The plot.
        labels: int [n], the classes of its points.
        class_names: Names of the classes; None for their numbers.
    """
    classes = _told_by_shape(labels)
    if not len(classes):
        return
    colours, shapes = class_colours(classes[-1] + 1), class_shapes(classes[-1] + 1)
    names = class_names or list(map(str, range(classes[-1] + 1)))
    points = [
        Line2D([], [], ls="", marker=SHAPES[shapes[each]], color=colours[each], markeredgewidth=0, label=names[each])
        for each in classes
    ]
    style = {"frameon": False, "handletextpad": 0.1, "columnspacing": 0.8, "labelcolor": INK}
    axis.legend(handles=points, loc="center left", bbox_to_anchor=(1, 0.5), ncols=_columns(classes), **style)


def _told_by_shape(labels):
    """The classes of ``labels``, in order, where they differ in shape; none where colours do, or nothing does."""
    classes = np.unique(labels[labels >= 0])
    return classes if len(COLOURS) <= max(classes, default=0) < len(COLOURS) * len(SHAPES) else classes[:0]


def _columns(classes):
    return -(-len(classes) // LEGEND_ROWS)


def _path(marker):
    """The outline of one of Matplotlib's markers, as a scatter plot takes it."""
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform())
