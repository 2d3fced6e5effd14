"""The metrics of every epoch as ``metrics.csv`` holds them: by name, the images they are of side by side."""

import csv
import math

TRAINING = "training"
HELD_OUT = "valid", "test"
# What the names of columns begin with, but for those of training.
PREFIXES = *HELD_OUT, "labelled"
PARTS = TRAINING, *PREFIXES
NO_METRICS = "epoch", "learning_rate", "seconds"
MEANINGS = {
    "reconstruction_loss": "error of the decoded images",
    "kl_divergence": "KL(q(z|x) ‖ p(z)), nats",
    "accuracy": "images classified right",
    "clustering_error": "images whose cluster stands for another class",
    "clusters_used": "clusters that hold an image",
    "classification_loss": "cross-entropy of the labels",
    "separation_loss": "what heads cost that are closer than the margin",
    "discriminator_loss": "its two cross-entropies added up; 1.386 where it can only guess",
    "generator_loss": "cross-entropy of passing codes off as samples of the prior; 0.693 in balance",
    "discriminator_accuracy_real": "samples of the prior that the discriminator recognises as such",
    "discriminator_accuracy_fake": "codes that the discriminator recognises as such",
}
ON_CLASSES = "class_"


def read_epoch_metrics(path):
    """Reads a ``metrics.csv``.

    Args:
        path: The file.

    Returns:
        Dictionary from the name of each metric, in the order of the file, to a dictionary from those of ``PARTS`` that
        it is known of to its values, one an epoch, NaN where there is none; empty if the file cannot be read.
    """
    try:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return {}
    metrics = {}
    for column in rows[0] if rows else ():
        if column and column not in NO_METRICS:
            name, part = _name_and_part(column)
            metrics.setdefault(name, {})[part] = [_number(row[column]) for row in rows]
    return metrics


def last_epoch(metrics):
    """The metrics of the last epoch.

    Args:
        metrics: As ``read_epoch_metrics`` gives them.

    Returns:
        The same with one number in place of the values, metrics of held-out images first; what is not finite is left
        out.
    """
    last = {
        name: {part: values[-1] for part, values in by_part.items() if math.isfinite(values[-1])}
        for name, by_part in metrics.items()
    }
    known = {name: by_part for name, by_part in last.items() if by_part}
    return dict(sorted(known.items(), key=lambda metric: not is_held_out(metric[1])))


def is_held_out(by_part):
    """Whether a metric is known of held-out images, by the parts it is known of."""
    return any(part in by_part for part in HELD_OUT)


def parts_of(metrics):
    """Those of ``PARTS`` of which any metric is known, in their order."""
    known = {part for by_part in metrics.values() for part in by_part}
    return [part for part in PARTS if part in known]


def meaning(name):
    """What the metric ``name`` says; "" where that is not known."""
    if name.startswith(ON_CLASSES):
        told = meaning(name.removeprefix(ON_CLASSES))
        return f"game on y: {told}" if told else ""
    return MEANINGS.get(name, "")


def _name_and_part(column):
    part, _, name = column.partition("_")
    return (name, part) if name and part in PREFIXES else (column, TRAINING)


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan
