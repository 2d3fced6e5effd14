"""The plots of "Reading the curves", drawn from the metrics of real runs."""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

DOCS = Path(__file__).parents[1]
RESULTS = DOCS.parent / "results"
CURVES = DOCS / "curves"

GREY, GRID = "#555555", "#e4e4e4"
# Of Petroff's sequence, which is told apart with any kind of colour vision; lines differ in dashes too.
DISCRIMINATOR, _, GENERATOR, _, ON_PRIOR, _, ON_CODES, *_ = matplotlib.color_sequences["petroff10"]
STYLE = {
    "svg.hashsalt": "curves",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "lines.linewidth": 1.8,
}


class Game(NamedTuple):
    """One column of a figure: a game of a run.

    Attributes:
        title: What stands above it.
        path: The ``metrics.csv`` of the run.
        prefix: What the names of its metrics begin with: "" for the game on z, "class_" for that on y.
    """

    title: str
    path: Path
    prefix: str = ""


FIGURES = {
    "balanced": (
        "Healthy: two codes, a Gaussian and a mixture",
        [
            Game("Gaussian prior", RESULTS / "fig1_gaussian/metrics.csv"),
            Game("mixture of ten, 10,000 labels", RESULTS / "fig3_gmm_10k/metrics.csv"),
        ],
    ),
    "ten_codes": (
        "Healthy: ten codes and ten classes, 1,000 labels",
        [
            Game("game on z, ten codes", RESULTS / "table2_mnist_1000_paper/metrics.csv"),
            Game("game on y, ten classes", RESULTS / "table2_mnist_1000_paper/metrics.csv", "class_"),
        ],
    ),
    "collapsed": (
        "Collapse: the discriminator is far ahead",
        [
            Game("two codes, no pull from the generator", CURVES / "discriminator_wins/metrics.csv"),
            Game("ten codes, a bad start", CURVES / "discriminator_ahead/metrics.csv"),
        ],
    ),
    "recovering": (
        "The game on y with 100 labels and two codes: far ahead, and in balance",
        [
            Game("Adam, rate 2e-4: 7.1 % test error", RESULTS / "fig10_2d_100_adam/metrics.csv", "class_"),
            Game("SGD, the paper's: 19.2 % test error", RESULTS / "fig10_2d_100_paper/metrics.csv", "class_"),
        ],
    ),
    "unused_classes": (
        "Clusters that nobody uses do not show as a lost game",
        [
            Game("16 of 16 clusters in use", RESULTS / "table3_16_clusters_paper/metrics.csv", "class_"),
            Game("14 of 20 clusters in use", RESULTS / "fig10_2d_unsupervised_paper/metrics.csv", "class_"),
        ],
    ),
}


def draw_all(folder):
    """Draws every plot of the page.

    Args:
        folder: Path of the folder for the SVG files, which is made if need be.

    Returns:
        Paths of the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(STYLE):
        paths = [save(game_figure(*of_figure), folder / f"{name}.svg") for name, of_figure in FIGURES.items()]
        return [*paths, save(reconstruction_figure(), folder / "reconstruction.svg")]


def game_figure(title, games):
    """Losses above, accuracies of the discriminator below; one column a game."""
    figure = Figure(figsize=(8.6, 5.6), layout="constrained")
    figure.suptitle(title, fontsize=13)
    rows = figure.subplots(2, len(games), sharex="col", sharey="row", height_ratios=(3, 2))
    for game, (losses, accuracies) in zip(games, rows.T, strict=True):
        draw_losses(losses, game)
        draw_accuracies(accuracies, game)
    rows[0, 0].set_ylabel("loss, mean of the epoch")
    rows[1, 0].set_ylabel("share right")
    for name, level in {"2 ln 2": 2 * math.log(2), "ln 2": math.log(2)}.items():
        beside = ("axes fraction", "data")
        rows[0, -1].annotate(name, (1, level), (4, 0), beside, "offset points", va="center", fontsize=9, color=GREY)
    lines = [line for axis in rows[:, 0] for line in axis.get_legend_handles_labels()[0]]
    figure.legend(handles=lines, loc="outside lower center", ncols=3, frameon=False, fontsize=10)
    return figure


def draw_losses(axis, game):
    """Both losses of ``game`` and what they are in balance."""
    metrics = read(game.path)
    axis.axhline(2 * math.log(2), color=DISCRIMINATOR, linewidth=1, linestyle=":")
    axis.axhline(math.log(2), color=GENERATOR, linewidth=1, linestyle=":")
    draw(axis, metrics[f"{game.prefix}discriminator_loss"], "loss of the discriminator", DISCRIMINATOR, "-")
    draw(axis, metrics[f"{game.prefix}generator_loss"], "loss of the generator", GENERATOR, "--")
    axis.set_ylim(bottom=0)
    axis.set_title(game.title)


def draw_accuracies(axis, game):
    """How often the discriminator of ``game`` is right on samples of the prior, on codes, and in the mean of both."""
    metrics = read(game.path)
    real, fake = (metrics[f"{game.prefix}discriminator_accuracy_{kind}"] for kind in ("real", "fake"))
    axis.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
    draw(axis, real, "discriminator right on samples of the prior", ON_PRIOR, "-")
    draw(axis, fake, "discriminator right on codes", ON_CODES, "--")
    draw(axis, [(a + b) / 2 for a, b in zip(real, fake, strict=True)], "mean of the two", GREY, "-.")
    axis.set_ylim(0, 1.03)
    axis.set_yticks([0, 0.5, 1])
    axis.set_xlabel("epoch")


def reconstruction_figure():
    """Reconstruction errors of a healthy run and of a collapsed one, which look alike."""
    figure = Figure(figsize=(8.6, 3.6), layout="constrained")
    figure.suptitle("The reconstruction error does not tell a collapsed run from a healthy one", fontsize=13)
    axis = figure.subplots()
    healthy = read(RESULTS / "fig1_gaussian/metrics.csv")["reconstruction_loss"]
    collapsed = read(CURVES / "discriminator_wins/metrics.csv")["reconstruction_loss"]
    draw(axis, healthy, "healthy: Gaussian prior, rate dropped after epoch 45", DISCRIMINATOR, "-")
    draw(axis, collapsed, "collapsed: the discriminator wins (10 epochs)", GENERATOR, "--")
    axis.set_ylim(50, 110)
    axis.set_ylabel("reconstruction error")
    axis.set_xlabel("epoch")
    axis.legend(frameon=False)
    return figure


def draw(axis, values, name, colour, line):
    """A line over epochs, with a marker where they are few."""
    marker = "o" if len(values) <= 10 else ""
    axis.plot(range(1, len(values) + 1), values, line, color=colour, label=name, marker=marker, markersize=4)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))


def read(path):
    """The columns of a ``metrics.csv``: a dictionary from names to lists of numbers."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def save(figure, path):
    """Writes ``figure`` as SVG, its letters as paths, and gives the path back."""
    figure.savefig(path, metadata={"Date": None})
    return path


if __name__ == "__main__":
    for written in draw_all(DOCS / "generated" / "curves"):
        print(written)
