"""How far each feature is from what the decoder makes of it."""

import numpy as np

from .feature_rows import of_most, shortened
from .figure_file import new_figure, save_figure
from .palette import INK, class_colours

MAX_BARS = 40


def save_feature_errors(path, errors, spreads, names, title):
    """Writes a bar for each feature, the largest error on top, and a mark where the feature's mean would be as good.

    Args:
        path: PNG file to write.
        errors: float [n_features], error of each feature.
        spreads: float [n_features], what the error would be if every row were given the mean of all.
        names: Their names.
        title: Title of the figure.

    Returns:
        The path.
    """
    shown = of_most(errors, MAX_BARS)[::-1]
    figure = new_figure(7.5, max(2.6, 0.24 * len(shown) + 1.6))
    axis = figure.subplots()
    places = np.arange(len(shown))
    axis.barh(places, errors[shown], color=class_colours(1)[0], label="reconstruction")
    axis.plot(spreads[shown], places, "|", color=INK, markersize=12, markeredgewidth=2, label="the mean of all rows")
    axis.set_yticks(places, [shortened(names[index]) for index in shown], fontsize=9)
    axis.set_ylim(-0.7, len(shown) - 0.3)
    axis.set_xlim(0, None)
    axis.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axis.tick_params(length=0, labelcolor=INK)
    axis.set_xlabel("root of the mean squared error, of the feature's range in the training rows", color=INK)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, labelcolor=INK)
    more = f" ({len(shown)} of {len(names):,} features, the largest)" if len(shown) < len(names) else ""
    axis.set_title(title + more, color=INK)
    return save_figure(figure, path)
