"""Keras callbacks of a run: the time of an epoch, metrics of held-out images, and the table of all metrics."""

import time

import keras

from ..data.pipeline import evaluation_batches
from ..evaluation.metrics import cluster, clusters_named
from ..safe_files import write_text


class EpochTimer(keras.callbacks.Callback):
    """Adds the learning rate and the seconds of each epoch to the logs that later callbacks see."""

    def __init__(self):
        super().__init__()
        self.spent = 0.0
        self._start = time.perf_counter()

    def on_epoch_begin(self, epoch, logs=None):
        """Starts the clock; at ``spent``, where the epoch began in another process."""
        self._start = time.perf_counter() - self.spent
        self.spent = 0.0

    def elapsed(self):
        """Seconds of the epoch so far."""
        return time.perf_counter() - self._start

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        logs["seconds"] = round(self.elapsed(), 2)


class HeldOutMetrics(keras.callbacks.Callback):
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
            metrics = self.model.evaluate(batches, return_dict=True, verbose=0)
            kept = ["accuracy"] if name == "labelled" else metrics
            # Of several replicas Keras gives the mean of their means, and these may have seen a different number of
            # images; what the metrics hold is exact.
            values = {metric.name: metric.result() for metric in self.model.metrics if metric.name in kept}
            logs |= {f"{name}_{metric}": float(values[metric]) for metric in kept}


class ClusteringMetrics(keras.callbacks.Callback):
    """Adds the clustering error of held-out splits, and how many clusters are used, to the logs of each epoch.

    Args:
        valid: Images whose labels name the clusters, a ``Split``; None where there are no labels, and so no error.
        test: Test images, a ``Split``.
    """

    def __init__(self, valid, test):
        super().__init__()
        self.valid = valid
        self.test = test

    def on_epoch_end(self, epoch, logs=None):
        """Adds to the logs."""
        label_of_cluster = None if self.valid is None else clusters_named(self.model, self.valid)
        for split in filter(None, (self.valid, self.test)):
            clustering = cluster(self.model, label_of_cluster, split)
            if clustering.is_named:
                logs[f"{split.name}_clustering_error"] = clustering.error
            logs[f"{split.name}_clusters_used"] = clustering.n_used


class AtomicCSVLogger(keras.callbacks.Callback):
    """Writes the logs of every epoch to a CSV file, atomically; the first epoch settles the columns.

    Args:
        path: The file.
        first_epoch: Epochs whose rows, written before, are kept.
    """

    def __init__(self, path, first_epoch=0):
        super().__init__()
        self.path = path
        # Of a worker that is not the chief there is no file to resume from.
        resumes = first_epoch and path.exists()
        self._lines = path.read_text().splitlines()[: first_epoch + 1] if resumes else []

    def on_epoch_end(self, epoch, logs=None):
        """Adds a row."""
        columns = self._lines[0].split(",") if self._lines else ["epoch", *logs]
        row = {"epoch": epoch} | logs
        self._lines += [",".join(columns)] if not self._lines else []
        self._lines.append(",".join(str(row[column]) for column in columns))
        write_text("\n".join(self._lines) + "\n", self.path)
