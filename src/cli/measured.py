"""Measures a trained model and writes the report of its run."""

from ..training.measurement import measure_run
from ..training.report import write_report
from .images import recorded_split, recorded_valid


def measured(folder, model, epoch, test, asked, source=None, label_of_cluster=None):
    """Measures a trained model, then writes the report of its run anew.

    Args:
        folder: Its ``RunFolder``.
        model: The model.
        epoch: Epochs that it was trained.
        test: The test images, a ``Split``.
        asked: Anything with ``seed``, of what is drawn, and ``parzen_samples``, 0 for no Parzen-window estimate.
        source: As in ``images.recorded_split``; default: as recorded.
        label_of_cluster: The class that each cluster stands for, int [n_clusters], where it is known; None to choose
            it on validation images.

    Returns:
        The metrics, and the paths of the pictures of its classes.
    """
    source = source or {}
    training, valid = (lambda: recorded_split(folder, "train", source)), (lambda: recorded_valid(folder, source))
    settings = {"parzen_samples": asked.parzen_samples, "label_of_cluster": label_of_cluster}
    found = measure_run(folder, model, epoch, training, valid, test, asked.seed, **settings)
    write_report(folder)
    return found
