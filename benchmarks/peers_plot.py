"""The map of peers as a figure: for each task what is reached, and what it costs."""

import statistics

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from aae.visualization.palette import INK, PRIOR, class_colours
from peers_settings import FIT_CPU, OURS, TASKS

INCHES_A_ROW = 0.36


def save_plot(lines, path):
    """Draws every seed as a dot and the mean as a bar's end: left the first measure of each task, right CPU seconds.

    Args:
        lines: Results, as ``peers_map`` keeps them.
        path: The PNG to write.
    """
    tasks = [task for task in TASKS if any(line["task"] == task.key for line in lines)]
    heights = [len(task.contestants) + 1.6 for task in tasks]
    figure, panels = plt.subplots(
        *(len(tasks), 2),
        figsize=(10, INCHES_A_ROW * sum(heights)),
        height_ratios=heights,
        squeeze=False,
        layout="constrained",
    )
    for (quality, cost), task in zip(panels, tasks, strict=True):
        _draw(quality, task, task.measures[0], lines)
        _draw(cost, task, FIT_CPU, lines)
        quality.set_title(f"{task.title}: {task.measures[0].label}", loc="left", fontsize=10, color=INK)
        cost.set_title(f"{task.title}: {FIT_CPU.label}", loc="left", fontsize=10, color=INK)
        quality.set_xlim(0, 1.12)
        cost.set_xscale("log")
        cost.set_xlim(right=cost.get_xlim()[1] * 4)
        cost.set_yticklabels([])
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _draw(panel, task, measure, lines):
    accent = class_colours(10)[0]
    names = [each.name for each in task.contestants]
    panel.set_yticks(range(len(names)), names, color=INK)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.grid(axis="x", alpha=0.3)
    panel.spines[["top", "right"]].set_visible(False)
    for row, name in enumerate(names):
        seeds = [
            line["figures"][measure.key]
            for line in lines
            if (line["task"], line["contestant"]) == (task.key, name) and measure.key in line["figures"]
        ]
        if not seeds:
            continue
        colour = accent if name == OURS else PRIOR
        mean = statistics.mean(seeds)
        panel.barh(row, mean, height=0.62, color=colour, alpha=0.45 if name != OURS else 0.8)
        panel.plot(seeds, [row] * len(seeds), "o", markersize=4, color=INK)
        panel.annotate(
            f"{mean:{measure.form}}", (max(seeds), row), (6, 0), textcoords="offset points", va="center", color=INK
        )
    label = panel.get_yticklabels()[names.index(OURS)]
    label.set_fontweight("bold")
