"""When a run saves its checkpoints, which it keeps, and the error if they cannot be written."""

import contextlib
import time
from dataclasses import dataclass

import keras
import tensorflow as tf

from ..errors import RunError
from .checkpoints import Progress
from .divergence import require_finite_weights
from .snapshots import is_due
from .stopping import TrainingStopped

NO_ROOM = "No space left on device", "File too large", "Disk quota exceeded"


@dataclass(frozen=True)
class CheckpointPolicy:
    """When a run saves checkpoints, and how many it keeps.

    Attributes:
        every: Epochs between checkpoints.
        minutes: Minutes after which one is saved in the middle of an epoch too, or None.
        keep: Newest checkpoints that are kept, besides those of the epochs that have pictures.
    """

    every: int = 5
    minutes: float | None = None
    keep: int = 3


class CheckpointCallback(keras.callbacks.Callback):
    """Saves the model every few epochs, every few minutes, after the last epoch, and when training is asked to stop.

    It must come after all other callbacks, so that what they write of an epoch is there when it is saved.

    Args:
        manager: The ``CheckpointManager`` to save to.
        policy: The ``CheckpointPolicy`` that says when.
        plot_every: Epochs between checkpoints that are kept for good.
        epochs: Epochs of the whole run.
        steps: Steps of an epoch.
        timer: The ``EpochTimer`` of the run.
        stop: ``StopSignals``.
    """

    def __init__(self, manager, policy, plot_every, epochs, steps, timer, stop):
        super().__init__()
        self.manager = manager
        self.policy = policy
        self.plot_every = plot_every
        self.epochs = epochs
        self.steps = steps
        self.timer = timer
        self.stop = stop
        self._cost = {"seconds": 0.0, "saves": 0, "seconds_saving": 0.0}
        self._start = self._last = time.perf_counter()
        self._epoch, self._first_step, self._metrics = 0, 0, None

    def resume_from(self, progress, state):
        """Before ``fit``: the epoch that it begins with has made steps already, of which the metrics hold the mean."""
        self._first_step = progress.step
        self._metrics = state.get("metrics")
        self.timer.spent = state.get("seconds", 0.0)
        self._cost |= state.get("cost", {})

    def on_epoch_begin(self, epoch, logs=None):
        """Gives the metrics back what they held."""
        self._epoch = epoch
        if self._metrics is not None:
            for variable, value in zip(self._metric_variables(), self._metrics, strict=True):
                variable.assign(value)
            self._metrics = None

    def on_train_batch_end(self, batch, logs=None):
        """Saves in the middle of an epoch, if it is due or training is to stop."""
        step = self._first_step + batch + 1
        minutes = (time.perf_counter() - self._last) / 60
        is_late = self.policy.minutes is not None and minutes >= self.policy.minutes
        if step < self.steps and (is_late or self.stop.received):
            self._save(Progress(self._epoch, step))

    def on_epoch_end(self, epoch, logs=None):
        """Saves, if it is due or training is to stop."""
        self._first_step = 0
        if self.stop.received or any(
            is_due(epoch + 1, every, self.epochs) for every in (self.policy.every, self.plot_every)
        ):
            self._save(Progress(epoch + 1))

    def cost(self):
        """Seconds of the run so far, in whatever processes, how often it saved and in how many seconds."""
        seconds = self._cost["seconds"] + time.perf_counter() - self._start
        return self._cost | {"seconds": round(seconds, 1), "seconds_saving": round(self._cost["seconds_saving"], 2)}

    def _save(self, progress):
        start = time.perf_counter()
        require_finite_weights(self.model, f"after {progress}", self.manager)
        self._cost["saves"] += 1
        state = {"cost": self.cost()}
        if progress.step:
            state["seconds"] = self.timer.elapsed()
            state["metrics"] = [float(variable) for variable in self._metric_variables()]
        self.manager.save(self.model, progress, state)
        self.manager.prune(self.policy.keep, self.plot_every)
        self._last = time.perf_counter()
        self._cost["seconds_saving"] += self._last - start
        if self.stop.received:
            raise TrainingStopped(self.stop.received, progress, self.manager.folder.parent)

    def _metric_variables(self):
        return [variable for metric in self.model.metrics for variable in metric.variables]


@contextlib.contextmanager
def translate_write_errors(manager):
    """Translates errors of files that cannot be written, as on a full disk, into an error of one line.

    Args:
        manager: The ``CheckpointManager``, to say which checkpoint is left.

    Raises:
        RunError: If a file cannot be written.
    """
    try:
        yield
    except (OSError, tf.errors.OpError) as error:
        # TensorFlow's errors of its log have no number.
        reason = next((reason for reason in NO_ROOM if reason in str(error)), getattr(error, "strerror", None))
        if reason is None:
            raise
        saved = manager.saved()
        left = f"resume from {saved[-1]}" if saved else "begin again: nothing was saved yet"
        message = f"{manager.folder.parent}: cannot be written: {reason}; make room, and {left}"
        raise RunError(message, setting="run.resume" if saved else None) from error
