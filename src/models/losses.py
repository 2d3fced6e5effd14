"""What every loss of a training step passes through: its running mean, and the stop at one that is no number."""

import tensorflow as tf

NOT_FINITE = "the loss of the {} phase is not finite"


def note_loss(metric, loss, phase, step, codes=None):
    """Adds a loss to its running mean; training stops at a step whose loss is infinite or not a number.

    Args:
        metric: ``keras.metrics.Mean``.
        loss: Scalar.
        phase: Name of the phase, for the message.
        step: Steps made before, an integer scalar, for the message.
        codes: What the encoder gave, where it may be broken though the loss looks harmless; see ``loss_of_finite``.

    Raises:
        tf.errors.InvalidArgumentError: When the step runs, with ``NOT_FINITE`` and the step in its message. A step that
            XLA compiles goes on; its running mean is then not finite.
    """
    if codes is not None:
        loss = loss_of_finite(codes, loss)
    message = [NOT_FINITE.format(phase), tf.cast(step, tf.int32)]
    tf.debugging.Assert(tf.math.is_finite(loss), message)
    metric.update_state(loss)


def loss_of_finite(codes, loss):
    """``loss``, or NaN if any of ``codes`` is not finite, which the next ReLU may turn into a harmless-looking 0."""
    return tf.where(tf.reduce_all(tf.math.is_finite(codes)), loss, float("nan"))
