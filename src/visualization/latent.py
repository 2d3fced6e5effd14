"""Latent plots: the 2-D codes of held-out images of each class, against the prior (paper, figures 2 and 4)."""

import io
from pathlib import Path

import numpy as np
from matplotlib import patheffects
from PIL import Image

from ..safe_files import atomic_write
from .class_points import draw_legend, draw_points, legend_inches
from .density import density_on_grid, mass_levels
from .figure_file import new_figure, save_figure
from .palette import INK, PRIOR, class_colours

PANEL_INCHES = 4.6
# Of what is written at the middle of a class, in points.
NUMBER_SIZE, NAME_SIZE = 15, 11


def save_latent(path, codes, labels, plot_limit, title, log_prob=None, heads=None, head_names=None, class_names=None):
    """Writes a scatter plot of 2-D codes, coloured by class, over contours of the prior.

    More than ten classes differ in shape too, and have a legend.

    Args:
        path: PNG file to write.
        codes: float [n, 2].
        labels: int [n], classes counted from 0, -1 where there is none.
        plot_limit: Half-width of the square shown.
        title: Title of the figure.
        log_prob: Function from float32 [m, 2] to the prior's log-density [m], or None for no contours.
        heads: float [n_clusters, 2], cluster heads to mark, or None; then every class is named at its middle.
        head_names: What is written at each head; by default nothing.
        class_names: What is written at the middle of each class; by default its number.

    Returns:
        The path.
    """
    figure = _latent_figure(codes, labels, plot_limit, title, log_prob, heads, head_names, class_names)
    return save_figure(figure, path)


def save_latents(path, panels, labels, title):
    """Writes several scatter plots of 2-D codes of the same images side by side.

    Args:
        path: PNG file to write.
        panels: For each plot its title, codes (float [n, 2]), plot_limit and log-density, as in ``save_latent``.
        labels: int [n], classes counted from 0.
        title: Title of the figure.

    Returns:
        The path.
    """
    figure = new_figure(len(panels) * PANEL_INCHES + legend_inches(labels), PANEL_INCHES + 0.6)
    axes = figure.subplots(1, len(panels))
    for axis, (panel_title, codes, plot_limit, log_prob) in zip(axes, panels, strict=True):
        _draw_latent(axis, codes, labels, plot_limit, panel_title, log_prob, inches=PANEL_INCHES)
    draw_legend(axes[-1], labels)
    figure.suptitle(title, color=INK)
    return save_figure(figure, path)


def save_latent_animation(
    path, frames, labels, plot_limit, log_prob=None, heads=None, seconds_per_frame=0.2, class_names=None
):
    """Writes a GIF of latent plots, one frame for each epoch given; the last one stays longest.

    Args:
        path: GIF file to write.
        frames: Mapping from epoch to codes, float [n, 2].
        labels: int [n], classes counted from 0.
        plot_limit: Half-width of the square shown.
        log_prob: As in ``save_latent``.
        heads: As in ``save_latent``.
        seconds_per_frame: How long a frame shows.
        class_names: As in ``save_latent``.

    Returns:
        The path.
    """
    path = Path(path)
    images = []
    for epoch, codes in frames.items():
        figure = _latent_figure(
            codes, labels, plot_limit, f"epoch {epoch}", log_prob, heads, None, class_names, PANEL_INCHES
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        images.append(Image.open(buffer).convert("RGB").quantize(64))
    durations = [int(1000 * seconds_per_frame)] * (len(images) - 1) + [2500]
    with atomic_write(path) as temporary:
        images[0].save(temporary, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0)
    return path


def _latent_figure(codes, labels, plot_limit, title, log_prob, heads, head_names=None, class_names=None, inches=6.4):
    figure = new_figure(inches + legend_inches(labels), inches)
    axis = figure.subplots()
    _draw_latent(axis, codes, labels, plot_limit, title, log_prob, heads, head_names, class_names, inches)
    draw_legend(axis, labels, class_names)
    return figure


def _draw_latent(
    axis, codes, labels, plot_limit, title, log_prob, heads=None, head_names=None, class_names=None, inches=6.4
):
    if log_prob is not None:
        _draw_prior(axis, plot_limit, log_prob)
    n_classes = max(labels.max() + 1, len(class_names or ()), 1)
    colours = class_colours(n_classes)
    draw_points(axis, codes, labels, n_classes, area=40 * inches / len(codes) ** 0.5)
    if heads is None:
        for label in np.unique(labels[labels >= 0]):
            middle = np.median(codes[labels == label], axis=0)
            name = class_names[label] if class_names else label
            size = NAME_SIZE if class_names else NUMBER_SIZE
            _write_class(axis, np.clip(middle, -plot_limit, plot_limit), name, colours[label], size)
    else:
        _draw_heads(axis, heads, head_names)
    limits = -plot_limit, plot_limit
    axis.set(xlim=limits, ylim=limits, aspect="equal", xlabel="code 1", ylabel="code 2")
    axis.set_title(title, color=INK)


def _draw_heads(axis, heads, names):
    axis.scatter(heads[:, 0], heads[:, 1], marker="X", s=70, color=INK, edgecolors="white", linewidths=1.2, zorder=3)
    for head, name in zip(heads, names or (), strict=False):
        outline = [patheffects.withStroke(linewidth=3, foreground="white")]
        axis.annotate(
            name,
            head,
            xytext=(6, 6),
            textcoords="offset points",
            fontsize=13,
            weight="bold",
            color=INK,
            path_effects=outline,
        )


def _write_class(axis, position, label, colour, size):
    outline = [patheffects.withStroke(linewidth=3.5, foreground="white")]
    style = {"fontsize": size, "weight": "bold", "ha": "center", "va": "center", "path_effects": outline}
    axis.text(*position, str(label), color=colour, **style)


def _draw_prior(axis, plot_limit, log_prob):
    ticks, density = density_on_grid(log_prob, plot_limit)
    axis.contour(ticks, ticks, density, levels=mass_levels(density), colors=PRIOR, linewidths=0.8)
