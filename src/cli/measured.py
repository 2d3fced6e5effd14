"""Measures a trained model and prints its metrics."""

from ..training.measurement import describe, measure_run
from .images import recorded_split, recorded_valid


def measured(folder, model, epoch, test, asked, source=None):
    """Measures a trained model.

    Args:
        folder: Its ``RunFolder``.
        model: The model.
        epoch: Epochs that it was trained.
        test: The test images, a ``Split``.
        asked: Anything with ``seed``, of what is drawn, and ``parzen_samples``, 0 for no Parzen-window estimate.
        source: As in ``images.recorded_split``; default: as recorded.

    Returns:
        The metrics, and the paths of the pictures of its classes.
    """
    source = source or {}
    training, valid = (lambda: recorded_split(folder, "train", source)), (lambda: recorded_valid(folder, source))
    return measure_run(folder, model, epoch, training, valid, test, asked.seed, asked.parzen_samples)


def show_metrics(metrics, split):
    """Prints the metrics of a ``Split``."""
    print(f"\nOn {len(split):,} test images:")
    for line in describe(metrics):
        print(line)
