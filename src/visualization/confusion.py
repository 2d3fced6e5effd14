"""Which class is taken for which."""

import numpy as np

from .figure_file import new_figure, save_figure
from .palette import INK


def save_confusion(path, confusion, accuracy_by_class, title, class_names=None):
    """Writes a confusion matrix with the accuracy of every class beside it.

    Args:
        path: PNG file to write.
        confusion: int [n_classes, n_classes], images of each class (row) taken for each class (column).
        accuracy_by_class: float [n_classes].
        title: Title of the figure.
        class_names: Names of the classes; by default their numbers.

    Returns:
        The path.
    """
    n_classes = len(confusion)
    inches = max(5.0, 0.58 * n_classes + 1)
    # What the longest name takes, at the left and below.
    more = 0.09 * max(map(len, class_names or [""]))
    figure = new_figure(inches + 0.6 + more, inches + more)
    axis = figure.subplots()
    mistakes = confusion * (1 - np.eye(n_classes))
    axis.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, 1.6 * mistakes.max()))
    for row, column in np.ndindex(confusion.shape):
        if count := confusion[row, column]:
            weight = "bold" if row == column else "normal"
            axis.text(column, row, str(count), ha="center", va="center", fontsize=9, color=INK, weight=weight)
    for row, accuracy in enumerate(accuracy_by_class):
        beside = {"xytext": (8, 0), "textcoords": "offset points", "ha": "left", "va": "center"}
        axis.annotate(f"{accuracy:.1%}", (n_classes - 0.5, row), **beside, fontsize=9, color=INK)
    names = class_names or range(n_classes)
    axis.set_xticks(range(n_classes), names, rotation=90 if class_names else 0)
    axis.set_yticks(range(n_classes), names)
    axis.tick_params(length=0, labelcolor=INK)
    axis.set_xlabel("class given", color=INK)
    axis.set_ylabel("true class", color=INK)
    axis.set_title(title, color=INK)
    return save_figure(figure, path)
