"""Rows of features one after the other as an animation: a bar for each feature."""

import numpy as np

from .feature_rows import of_most, shortened
from .figure_file import new_figure
from .image_animation import save_image_animation
from .palette import INK, class_colours

MAX_BARS = 40


def save_feature_animation(path, rows, ends, names, title):
    """Writes a GIF in which bars go from row to row and back, with a mark where the way begins and where it leads.

    Args:
        path: File to write.
        rows: float [n, n_features], at least 2, 0 for the lowest and 1 for the highest value of the feature.
        ends: float [2, n_features], the rows that are marked.
        names: Name of each feature; those that change most are shown where there are many.
        title: Title of the figure.

    Returns:
        The path.
    """
    shown = of_most(np.ptp(rows, axis=0), MAX_BARS)[::-1]
    figure = new_figure(7.0, max(2.6, 0.24 * len(shown) + 1.6))
    axis = figure.subplots()
    places = np.arange(len(shown))
    bars = axis.barh(places, rows[0, shown], color=class_colours(1)[0], label="decoded on the way")
    for end, filling, label in zip(ends, ("white", INK), ("first row", "second row"), strict=True):
        axis.plot(np.clip(end[shown], 0, 1), places, "o", color=INK, markerfacecolor=filling, markersize=6, label=label)
    axis.set_yticks(places, [shortened(names[index]) for index in shown], fontsize=9)
    axis.set_ylim(-0.7, len(shown) - 0.3)
    axis.set_xlim(-0.02, 1.02)
    axis.set_xticks([0, 1], ["lowest", "highest"])
    axis.tick_params(length=0, labelcolor=INK)
    axis.set_xlabel("in the training rows", color=INK)
    axis.set_title(title, color=INK)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, labelcolor=INK)
    frames = []
    for row in rows[:, shown]:
        for bar, value in zip(bars, row, strict=True):
            bar.set_width(value)
        figure.canvas.draw()
        frames.append(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy())
    return save_image_animation(path, np.stack(frames))
