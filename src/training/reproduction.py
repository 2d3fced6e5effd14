"""A repeated run beside what was published: its result, and the time training took to reach an error."""

import csv
import json

import numpy as np

from ..errors import InputError
from ..visualization.learning_curves import save_learning_curves
from .repeats import standard_error

ERRORS_TIMED = 0.03, 0.02


def read_published(path, name):
    """What is known of a result.

    Args:
        path: JSON file, a mapping from names, mostly of recipes, to "figure" ("error" for the share of images that are
            not classified right, or the name of a metric), "seeds", what the "paper" and others ("elsewhere") report,
            or null. For a recipe on other images it has the "recipe" and the "images", such as "Fashion-MNIST".
        name: Name of the result.

    Returns:
        Its entry, a dictionary.

    Raises:
        InputError: If there is none.
    """
    published = json.loads(path.read_text())
    if name not in published:
        raise InputError(f"result {name!r}: nothing is published of it; expected one of {', '.join(published)}")
    return published[name]


def metric_of(metrics, name):
    """The metric ``name`` among those of ``repeats.summarise``: its mean, standard error and values.

    "error" is made of the accuracy; a share is given in per cent.
    """
    if name == "error":
        values = [100 * (1 - accuracy) for accuracy in metrics["accuracy"]["values"]]
    else:
        values = [value * (100 if name.endswith("_error") else 1) for value in metrics[name]["values"]]
    return float(np.mean(values)), standard_error(values), values


def written_metric(metrics, name):
    """The metric as it is read, such as "1.90 % ± 0.10"."""
    mean, error, _ = metric_of(metrics, name)
    unit = " %" if name.endswith("error") else " nats"
    return f"{mean:.2f}{unit}" + ("" if error is None else f" ± {error:.2f}")


def minutes_to(metrics, error):
    """Minutes of training until the validation error first was ``error`` or below.

    Args:
        metrics: Path of a run's ``metrics.csv``.
        error: Share of the validation images, in [0, 1].

    Returns:
        Minutes, or None where it never was, or where there is no accuracy on validation images.
    """
    seconds = 0.0
    with metrics.open() as file:
        for row in csv.DictReader(file):
            seconds += float(row["seconds"])
            if 1 - float(row.get("valid_accuracy") or 0) <= error + 1e-9:
                return seconds / 60
    return None


def errors_timed(folders, name):
    """The validation errors to which the time is told, of the published metric ``name``; none without validation."""
    return ERRORS_TIMED if name == "error" and error_curves(folders) else ()


def error_curves(folders, split="valid"):
    """The error of each run after each epoch: a mapping from "seed 0" … to lists of shares.

    Of images that are classified wrong, or whose cluster stands for another class; empty where runs have neither.

    Args:
        folders: Mapping from seeds to ``RunFolder``s.
        split: "valid" or "test".
    """
    curves = {}
    for seed, folder in folders.items():
        with folder.metrics.open() as file:
            rows = list(csv.DictReader(file))
        if f"{split}_accuracy" in rows[0]:
            curves[f"seed {seed}"] = [1 - float(row[f"{split}_accuracy"]) for row in rows]
        elif f"{split}_clustering_error" in rows[0]:
            curves[f"seed {seed}"] = [float(row[f"{split}_clustering_error"]) for row in rows]
    return curves


def write_curves(path, name, folders, published):
    """Draws ``error_curves``, and the error that the paper reports of the test images; returns the path, or None.

    They are those of the test images where all others were trained on.
    """
    images, curves = "validation", error_curves(folders)
    if not curves:
        images, curves = "test", error_curves(folders, "test")
    if not curves:
        return None
    level = float(published["paper"].split(" %")[0]) / 100 if published["paper"] else None
    return save_learning_curves(path, curves, name, images, level, "the paper, on test images")


def over_seeds(n):
    """What a result of ``n`` seeds is, in words."""
    return f"mean ± standard error over {n} seeds" if n > 1 else "one seed"


def report(result, folders, summary, published, in_results):
    """Lines that set a repeated run beside what was published.

    Args:
        result: Name of the result.
        folders: Mapping from seeds to ``RunFolder``s.
        summary: Of ``repeats.summarise``.
        published: Entry of the recipe, of ``read_published``.
        in_results: Path of the summary in ``results/``, which may not exist.
    """
    name = published["figure"]
    yield f"{result}: {name.replace('_', ' ')} on test images, {over_seeds(len(folders))}"
    yield f"  here           {written_metric(summary, name)}"
    if in_results.exists():
        there = json.loads(in_results.read_text())
        yield f"  in results/    {written_metric(there['figures'], name)}, {over_seeds(len(there['seeds']))}"
    for who in ("paper", "elsewhere"):
        if published[who]:
            yield f"  {who:<14} {published[who]}"
    for error in errors_timed(folders, name):
        taken = [minutes_to(folder.metrics, error) for folder in folders.values()]
        came = [f"{minutes:.0f}" for minutes in taken if minutes is not None]
        reached = f"{len(came)} of {len(taken)} seeds" + (f", in {', '.join(came)} minutes" if came else "")
        yield f"  validation error of {error:.0%} reached by {reached}"
