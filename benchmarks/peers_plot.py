"""The map of peers as a figure: for each task what is reached, and what it costs."""

import statistics

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from aae.visualization.palette import INK, PRIOR, class_colours
from peers_settings import FIT_CPU, OURS, TASKS

INCHES_A_ROW = 0.36
# Room on the right for the number beside the last dot: a share of the axis, and a factor of a logarithmic one.
ROOM = 1.1
ROOM_OF_SECONDS = 3


def save_plot(lines, path):
    """Draws the first measure of each task, left, and CPU seconds to fit, right: means large, single seeds small.

    Args:
        lines: Results, as ``peers_runs`` keeps them.
        path: The PNG to write.
    """
    tasks = [task for task in TASKS if any(line["task"] == task.key for line in lines)]
    heights = [len(task.contestants) + 1.6 for task in tasks]
    figure, panels = plt.subplots(
        *(len(tasks), 2),
        figsize=(10, INCHES_A_ROW * sum(heights)),
        height_ratios=heights,
        sharex="col",
        squeeze=False,
        layout="constrained",
    )
    for row, task in zip(panels, tasks, strict=True):
        for panel, measure in zip(row, (task.measures[0], FIT_CPU), strict=True):
            panel.set_title(f"{task.title}: {measure.label}", loc="left", fontsize=10, color=INK)
            _draw(panel, task, measure, lines)
        row[1].set_yticklabels([])
    panels[0, 0].set_xlim(0, ROOM)
    panels[0, 1].set_xscale("log")
    panels[0, 1].set_xlim(right=panels[0, 1].get_xlim()[1] * ROOM_OF_SECONDS)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _draw(panel, task, measure, lines):
    names = [each.name for each in task.contestants]
    panel.set_yticks(range(len(names)), names, color=INK)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.grid(alpha=0.3)
    panel.tick_params(labelbottom=True)
    panel.spines[["top", "right"]].set_visible(False)
    panel.get_yticklabels()[names.index(OURS)].set_fontweight("bold")
    for line in lines:
        if line["task"] == task.key and measure.key in line["figures"]:
            place = line["figures"][measure.key], names.index(line["contestant"])
            panel.plot(*place, "o", markersize=3, color=INK, zorder=3)
    for row, name in enumerate(names):
        seeds = [float(dot.get_xdata()[0]) for dot in panel.lines if dot.get_ydata()[0] == row]
        if seeds:
            mean = statistics.mean(seeds)
            panel.plot(mean, row, "o", markersize=10, color=class_colours(1)[0] if name == OURS else PRIOR)
            text = f"{mean:{measure.form}}"
            panel.annotate(text, (max(seeds), row), (9, 0), textcoords="offset points", va="center", color=INK)
