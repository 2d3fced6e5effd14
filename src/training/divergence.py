"""The stop at a loss, a code or a weight that is non-finite: infinite or NaN."""

import contextlib
import math

import keras
import tensorflow as tf

from ..errors import TrainingDivergedError
from ..models.losses import NOT_FINITE

REMEDY = "try a lower learning rate{}, or float32 where training computes in bfloat16"


class StopOnDivergence(keras.callbacks.Callback):
    """Stops the run after an epoch that leaves a non-finite weight or held-out loss.

    Training losses stop the run themselves, at their step. It must come before the callback that saves the model.

    Args:
        manager: The ``CheckpointManager``, to say which checkpoint is left.
    """

    def __init__(self, manager):
        super().__init__()
        self.manager = manager

    def on_epoch_end(self, epoch, logs=None):
        """Looks at the held-out loss and the weights, which the epoch's last step may have made non-finite."""
        moment = f"at the end of epoch {epoch + 1}"
        non_finite = {name: value for name, value in logs.items() if not math.isfinite(value)}
        if non_finite:
            what = ", ".join(f"{name} is {value}" for name, value in non_finite.items())
            raise _diverged(moment, what, self.manager, loss=next(iter(non_finite)))
        require_finite_weights(self.model, moment, self.manager)


def require_finite_weights(model, moment, manager):
    """Refuses a model with a non-finite weight.

    Args:
        model: The model.
        moment: When that is, in words.
        manager: The ``CheckpointManager``, to say which checkpoint is left.

    Raises:
        TrainingDivergedError: If there is one.
    """
    non_finite = [v.path for v in model.trainable_variables if not tf.reduce_all(tf.math.is_finite(v.value))]
    if non_finite:
        raise _diverged(moment, f"{non_finite[0]} and {len(non_finite) - 1} other weights are not finite", manager)


@contextlib.contextmanager
def translate_divergence_errors(steps, manager):
    """Has the error of a non-finite loss name its epoch too, and what is left.

    Args:
        steps: Steps of an epoch.
        manager: The ``CheckpointManager``, to say which checkpoint is left.

    Raises:
        TrainingDivergedError: If a loss was non-finite.
    """
    try:
        yield
    except TrainingDivergedError as error:
        if error.step is None:
            raise
        epoch, step = divmod(error.step, steps)
        moment = f"at step {step + 1} of epoch {epoch + 1}"
        raise _diverged(moment, NOT_FINITE.format(error.loss), manager, error.loss, " or weight of that loss") from None


def _diverged(moment, what, manager, loss=None, or_weight=""):
    saved = manager.saved()
    left = f"the last good checkpoint is {manager.path(saved[-1])}" if saved else "none was saved yet"
    remedy = REMEDY.format(or_weight)
    return TrainingDivergedError(f"training diverged {moment}: {what}; stopped; {left}; {remedy}", loss)
