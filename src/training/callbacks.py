"""Keras callbacks of a run: what an epoch took, checkpoints, and the stop at a loss that is no number."""

import math
import time

import keras
import tensorflow as tf

from ..data.pipeline import evaluation_batches
from ..errors import InputError
from ..evaluation.figures import cluster
from .snapshots import is_due


class TrainingDivergedError(InputError):
    """A loss became infinite or not a number."""


class EpochFacts(keras.callbacks.Callback):
    """Adds the learning rate and the seconds of each epoch to the logs that later callbacks see."""

    def on_epoch_begin(self, epoch, logs=None):
        """Starts the clock."""
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        logs["seconds"] = round(time.perf_counter() - self._start, 2)


class HeldOutFigures(keras.callbacks.Callback):
    """Evaluates the model on whole splits after each epoch and adds what it says to the logs, by the split's name.

    Args:
        splits: Mapping from names, such as "test", to ``Split``s. Of "labelled", the training images whose label the
            model sees, only the accuracy is kept.
    """

    def __init__(self, splits):
        super().__init__()
        self.splits = splits
        self._batches = None

    def on_train_begin(self, logs=None):
        """Makes the batches, kept for every epoch."""
        self._batches = {
            name: evaluation_batches(split.images, split.labels, image_range=self.model.image_range)
            for name, split in self.splits.items()
        }

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        for name, batches in self._batches.items():
            figures = self.model.evaluate(batches, return_dict=True, verbose=0)
            kept = ["accuracy"] if name == "labelled" else figures
            # Of several replicas Keras gives the mean of their means, and these may have seen a different number of
            # images; what the metrics hold is exact.
            values = {metric.name: metric.result() for metric in self.model.metrics if metric.name in kept}
            logs |= {f"{name}_{figure}": float(values[figure]) for figure in kept}


class ClusteringFigures(keras.callbacks.Callback):
    """Adds the clustering error of held-out splits, and how many clusters are used, to the logs of each epoch.

    Args:
        valid: Images whose labels name the clusters, a ``Split``.
        test: Test images, a ``Split``.
    """

    def __init__(self, valid, test):
        super().__init__()
        self.valid = valid
        self.test = test

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        for split in (self.valid, self.test):
            clustering = cluster(self.model, self.valid, split)
            logs[f"{split.name}_clustering_error"] = clustering.error
            logs[f"{split.name}_clusters_used"] = clustering.n_used


class MetricsFile(keras.callbacks.CSVLogger):
    """``CSVLogger`` that writes the logs it gets, and no empty ``val_`` column for each of them."""

    def on_epoch_end(self, epoch, logs=None):
        """Writes a row; the first one settles the columns."""
        self.keys = self.keys or list(logs)
        super().on_epoch_end(epoch, logs)


class Checkpoints(keras.callbacks.Callback):
    """Saves the model every few epochs and after the last one.

    Args:
        folder: The ``RunFolder`` to save to.
        every: Epochs between checkpoints.
        epochs: Epochs of the whole run.
    """

    def __init__(self, folder, every, epochs):
        super().__init__()
        self.folder = folder
        self.every = every
        self.epochs = epochs

    def on_epoch_end(self, epoch, logs=None):
        """Saves, if it is due."""
        if is_due(epoch + 1, self.every, self.epochs):
            self.folder.save_checkpoint(self.model, epoch + 1)


class StopOnDivergence(keras.callbacks.Callback):
    """Stops the run at the first steps whose losses or codes are not finite; to stand before ``Checkpoints``.

    The losses are read whenever the progress bar reads them, after every ``model.steps_per_execution`` steps.

    Args:
        folder: The ``RunFolder``, to say which checkpoint is left.
    """

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self._epoch = 0

    def on_epoch_begin(self, epoch, logs=None):
        """Notes the epoch."""
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        """Looks at the losses of the steps since the last look, ``batch`` the last of them, counted from 0."""
        last = batch + 1
        first = last - self.model.steps_per_execution + 1
        steps = f"step {last}" if first == last else f"one of the steps {first} to {last}"
        self._require_finite(logs, f"{steps} of epoch {self._epoch}")

    def on_epoch_end(self, epoch, logs=None):
        """Looks at the held-out loss and the weights, which the epoch's last step may have broken."""
        moment = f"the end of epoch {self._epoch}"
        self._require_finite(logs, moment)
        broken = [v.path for v in self.model.trainable_variables if not tf.reduce_all(tf.math.is_finite(v.value))]
        if broken:
            self._stop(moment, [f"{broken[0]} and {len(broken) - 1} other weights are not finite"])

    def _require_finite(self, logs, moment):
        broken = [f"{name} is {value}" for name, value in logs.items() if not math.isfinite(value)]
        if broken:
            self._stop(moment, broken)

    def _stop(self, moment, broken):
        saved = self.folder.saved_epochs()
        left = f"the last good checkpoint is {self.folder.checkpoint(saved[-1])}" if saved else "none was saved yet"
        raise TrainingDivergedError(
            f"training diverged at {moment}: {', '.join(broken)}; stopped; {left}; try a lower --lr"
        )
