"""The tracker of a loss: its running mean, and the stop at a non-finite one."""

import contextlib
import re

import keras
import tensorflow as tf

from ..errors import TrainingDivergedError

NOT_FINITE = "{} is not finite"
FOUND = re.compile(NOT_FINITE.format(r"(\w+)") + r"\W+(\d+)")


class LossTracker(keras.metrics.Mean):
    """Running mean, over the epoch, of a loss.

    Args:
        name: Its name, such as "reconstruction_loss", also in the message where it is non-finite.
    """

    def __init__(self, name):
        super().__init__(name)

    def track(self, loss, step, codes=None):
        """Adds a loss to the mean; training stops at a step whose loss is infinite or NaN.

        Args:
            loss: Scalar.
            step: Steps made before, an integer scalar, for the message.
            codes: What the encoder gave, where it may be non-finite though the loss looks harmless; see
                ``loss_of_finite``.

        Raises:
            tf.errors.InvalidArgumentError: When the step runs, with ``NOT_FINITE`` and the step in its message. XLA
                leaves that out of what it compiles; see ``require_finite``.
        """
        if codes is not None:
            loss = loss_of_finite(codes, loss)
        self._stop_unless_finite(loss, step)
        self.update_state(loss)

    def require_finite(self, step):
        """Stops training if any loss in the running mean was non-finite.

        Args:
            step: Steps made before the last one, as in ``track``.

        Raises:
            tf.errors.InvalidArgumentError: As ``track`` does.
        """
        self._stop_unless_finite(self.result(), step)

    def _stop_unless_finite(self, value, step):
        tf.debugging.Assert(tf.math.is_finite(value), [NOT_FINITE.format(self.name), tf.cast(step, tf.int32)])


def loss_of_finite(codes, loss):
    """``loss``, or NaN if any of ``codes`` is non-finite, which the next ReLU may turn into a harmless-looking 0."""
    return tf.where(tf.reduce_all(tf.math.is_finite(codes)), loss, float("nan"))


@contextlib.contextmanager
def translate_non_finite_errors():
    """Translates TensorFlow's error of a non-finite loss into one line.

    Raises:
        TrainingDivergedError: With the name of the loss and the step that showed it.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        found = FOUND.search(str(error))
        if not found:
            raise
        loss, step = found[1], int(found[2])
        message = (
            f"training diverged at step {step + 1}: {NOT_FINITE.format(loss)}, and weights may not be either; "
            "load saved ones, and try a lower learning rate or weight of that loss, or float32"
        )
        raise TrainingDivergedError(message, loss, step) from None
