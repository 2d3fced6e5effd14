"""From measurements to tables, ratios, exponents and a plot."""

import json
import os
import statistics
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from aae.training.provenance import processor
from aae_step import BATCH
from products import flops, step_products
from race import ratio, table

from models import CLASSIFY_EVERY, KINDS, compiled_model

LABELS = {
    "images": "images in memory (an epoch of batches)",
    "width": "units of a hidden layer (a step)",
    "batch": "images in a batch (a step)",
    "codes": "codes (a step)",
}


def report(folder):
    """The report, Markdown, on all that ``bench.py`` has left in ``folder``; written there with its plot."""
    folder = Path(folder)
    sections = {
        "steps": _steps,
        "kinds": _kinds,
        "extras": _extras,
        "growth": _growth,
        "fit": _fit,
        "startup": _startup,
    }
    lines = [f"{os.cpu_count()} cores of {processor()}, TensorFlow {tf.__version__}, Keras {keras.__version__}."]
    for part, section in sections.items():
        if (folder / f"{part}.json").exists():
            lines += ["", f"## {part}", "", *section(json.loads((folder / f"{part}.json").read_text()), folder)]
    text = "\n".join(lines) + "\n"
    (folder / "report.md").write_text(text)
    return text


def exponent(values, costs):
    """Slope of the line through the points, both axes logarithmic."""
    return float(np.polyfit(np.log(values), np.log(costs), 1)[0])


def _steps(times, folder):
    lines = table(times)
    shares = [("float32", "aae float32"), ("bfloat16", "aae bfloat16"), ("bfloat16 joint", "aae bfloat16 joint")]
    lines += ["", *(f"- {way}: {ratio(times, f'roofline {way}', name):.0%} of the roofline" for way, name in shares)]
    for precision in ("float32", "bfloat16"):
        share = ratio(times, f"aae {precision} deterministic", f"aae {precision}")
        lines.append(f"- {precision}: {share:.2f} × the time under --deterministic")
    torch = [name for name in times if name.startswith("PyTorch")]
    for precision in ("float32", "bfloat16") if torch else ():
        ratios = {name: ratio(times, name, f"aae {precision}") for name in torch if precision in name}
        for as_here in (False, True):
            chosen = {name: value for name, value in ratios.items() if ("shared" in name) == as_here}
            fastest = min(chosen, key=chosen.get)
            lines.append(f"- {precision}: {chosen[fastest]:.2f} × as fast as {fastest}")
    if torch:
        joint = ratio(times, "pythae joint float32", "aae bfloat16 joint")
        lines.append(f"- bfloat16 joint: {joint:.2f} × as fast as pythae")
    return lines


def _kinds(times, folder):
    lines = [
        "| | products, GFLOP | median, ms | of the time its products take at the AAE's rate |",
        "|---|---|---|---|",
    ]
    models = {kind: compiled_model(kind) for kind in KINDS}
    work = {kind: flops(step_products(model, BATCH)) for kind, model in models.items()}
    for precision in ("float32", "bfloat16"):
        for kind in KINDS:
            name = f"{kind} {precision}"
            share = ratio(times, name, f"aae {precision}") * work["aae"] / work[kind]
            lines.append(f"| {name} | {work[kind] / 1e9:.2f} | {statistics.median(times[name]):.1f} | {share:.0%} |")
    return [*lines, "", f"The classification phase comes at every {CLASSIFY_EVERY}th step."]


def _extras(times, folder):
    base = next(iter(times))
    lines = ["| | median, ms | time relative to the first |", "|---|---|---|"]
    for name, measured in times.items():
        lines.append(f"| {name} | {statistics.median(measured):.1f} | {ratio(times, name, base):.2f} |")
    return lines


def _growth(points, folder):
    lines = ["| axis | value | ms | peak memory, MB | exponent |", "|---|---|---|---|---|"]
    figure, panels = plt.subplots(1, len(LABELS), figsize=(4 * len(LABELS), 3.6), sharey=True, layout="constrained")
    panels[0].set_ylabel("milliseconds")
    for panel, (axis, label) in zip(panels, LABELS.items(), strict=True):
        chosen = [point for point in points if point["axis"] == axis]
        values, costs = [point["value"] for point in chosen], [point["milliseconds"] for point in chosen]
        slope = exponent(values, costs)
        for index, point in enumerate(chosen):
            last = f"{slope:.2f}" if index == len(chosen) - 1 else ""
            cells = f"{point['value']:,} | {point['milliseconds']:.1f} | {point['peak_megabytes']:,.0f}"
            lines.append(f"| {axis} | {cells} | {last} |")
        panel.loglog(values, costs, "o-")
        panel.set(xlabel=label, title=f"exponent {slope:.2f}")
        panel.set_xticks(values, [f"{value:,}" for value in values], rotation=30)
        panel.minorticks_off()
        panel.set_yticks([5, 10, 20, 50, 100, 200, 500], ["5", "10", "20", "50", "100", "200", "500"])
        panel.grid(alpha=0.3)
    figure.savefig(folder / "growth.png", dpi=120)
    return lines


def _fit(rounds, folder):
    medians = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    return [
        f"A step in a run: {medians['fit_milliseconds']:.2f} ms; alone: {medians['bare_milliseconds']:.2f} ms; "
        f"ratio {medians['ratio']:.3f} (median of {len(rounds)} rounds)."
    ]


def _startup(times, folder):
    alone = times["import tensorflow"]
    lines = ["| | seconds, median | times the import |", "|---|---|---|"]
    for name, measured in times.items():
        share = statistics.median(a / b for a, b in zip(measured, alone, strict=True))
        lines.append(f"| {name} | {statistics.median(measured):.2f} | {share:.2f} |")
    return lines
