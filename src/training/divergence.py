"""The stop at a loss, a code or a weight that is infinite or not a number."""

import contextlib
import math
import re

import keras
import tensorflow as tf

from ..errors import TrainingDivergedError
from ..models.losses import NOT_FINITE

FOUND = re.compile(NOT_FINITE.format(r"(\w+)") + r"\W+(\d+)")
REMEDY = "try a lower learning rate{}, or float32 where training computes in bfloat16"


class StopOnDivergence(keras.callbacks.Callback):
    """Stops the run after an epoch that leaves a broken weight or a held-out loss that is not finite.

    Losses of training stop it themselves, at their step. To stand before whatever saves the model.

    Args:
        store: The ``CheckpointStore``, to say which checkpoint is left.
    """

    def __init__(self, store):
        super().__init__()
        self.store = store

    def on_epoch_end(self, epoch, logs=None):
        """Looks at the held-out loss and the weights, which the epoch's last step may have broken."""
        moment = f"at the end of epoch {epoch + 1}"
        broken = {name: value for name, value in logs.items() if not math.isfinite(value)}
        if broken:
            what = ", ".join(f"{name} is {value}" for name, value in broken.items())
            raise _diverged(moment, what, self.store, loss=next(iter(broken)))
        require_finite_weights(self.model, moment, self.store)


def require_finite_weights(model, moment, store):
    """Refuses a model with a weight that is infinite or not a number.

    Args:
        model: The model.
        moment: When that is, in words.
        store: The ``CheckpointStore``, to say which checkpoint is left.

    Raises:
        TrainingDivergedError: If there is one.
    """
    broken = [v.path for v in model.trainable_variables if not tf.reduce_all(tf.math.is_finite(v.value))]
    if broken:
        raise _diverged(moment, f"{broken[0]} and {len(broken) - 1} other weights are not finite", store)


@contextlib.contextmanager
def one_line_where_diverged(steps, store):
    """Says at which step a loss stopped the training, and which.

    Args:
        steps: Steps of an epoch.
        store: The ``CheckpointStore``, to say which checkpoint is left.

    Raises:
        TrainingDivergedError: If a loss was not finite.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        found = FOUND.search(str(error))
        if not found:
            raise
        loss = found[1]
        epoch, step = divmod(int(found[2]), steps)
        moment = f"at step {step + 1} of epoch {epoch + 1}"
        raise _diverged(moment, NOT_FINITE.format(loss), store, loss, " or weight of that loss") from None


def _diverged(moment, what, store, loss=None, or_weight=""):
    saved = store.saved()
    left = f"the last good checkpoint is {store.path(saved[-1])}" if saved else "none was saved yet"
    remedy = REMEDY.format(or_weight)
    return TrainingDivergedError(f"training diverged {moment}: {what}; stopped; {left}; {remedy}", loss)
