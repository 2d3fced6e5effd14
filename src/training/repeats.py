"""Runs that differ in their seed alone: every metric as mean ± standard error."""

import math

import numpy as np

from ..errors import InputError
from ..safe_files import write_json
from .measurement import MEANINGS, written


def summarise(folders, root):
    """Means and standard errors of the metrics of several runs, also written to ``repeated.json`` in ``root``.

    Args:
        folders: Mapping from seeds to ``RunFolder``s of measured runs.
        root: Path of a folder.

    Returns:
        Dictionary from metrics to "mean", "standard_error" (the deviation over √n; None for one run) and "values".

    Raises:
        InputError: If the runs were not measured alike.
    """
    measured = {seed: folder.read_evaluation()["figures"] for seed, folder in folders.items()}
    names = list(next(iter(measured.values())))
    for seed, metrics in measured.items():
        if set(metrics) != set(names):
            raise InputError(f"{folders[seed].path}: has metrics {sorted(metrics)}, expected {sorted(names)}")
    summary = {}
    for name in names:
        values = [metrics[name] for metrics in measured.values()]
        summary[name] = {"mean": float(np.mean(values)), "standard_error": standard_error(values), "values": values}
    write_json({"seeds": list(folders), "figures": summary}, root / "repeated.json")
    return summary


def standard_error(values):
    """Deviation of ``values`` over √n, of their mean; None for one value."""
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None


def describe_repeats(summary):
    """Lines that say what ``summarise`` found, shares in per cent."""
    for name, meaning in MEANINGS.items():
        if name in summary:
            mean, error = summary[name]["mean"], summary[name]["standard_error"]
            spread = "" if error is None else f" ± {written(name, error).strip()}"
            yield f"{written(name, mean)}{spread}   {meaning}"
