"""Learning rates that fall: in steps, along a line or along a cosine."""

import math

import keras
import tensorflow as tf

from ..errors import InputError, choose

SHAPES = {"linear": lambda left: left, "cosine": lambda left: (1 - tf.cos(math.pi * left)) / 2}


def stepwise_rate(learning_rate, drop_epochs, steps_per_epoch):
    """A rate that falls tenfold after each of the given epochs.

    It is a function of the optimiser's own step counter, so that a rate resumed is the rate uninterrupted.

    Args:
        learning_rate: Rate of the first epoch.
        drop_epochs: Rising numbers of epochs after which the rate falls; may be empty.
        steps_per_epoch: Steps of the optimiser in an epoch; a fraction where it does not move at every training step.

    Returns:
        ``keras.optimizers.schedules.LearningRateSchedule``, or the rate itself where it never falls.
    """
    if not drop_epochs:
        return learning_rate
    # The schedule keeps a value up to and with its boundary, and counts steps from 0.
    boundaries = [math.ceil(epoch * steps_per_epoch) - 1 for epoch in drop_epochs]
    values = [learning_rate / 10**drop for drop in range(len(drop_epochs) + 1)]
    return keras.optimizers.schedules.PiecewiseConstantDecay(boundaries, values)


@keras.saving.register_keras_serializable(package="aae")
class FallingRate(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that is constant at first and then falls to 0.

    Args:
        learning_rate: Rate up to ``first_step``.
        first_step: Step of the optimiser, counted from 0, from which on the rate falls.
        last_step: Step at which it has reached 0, above ``first_step``.
        shape: "linear", or "cosine" for half a period of one.

    Raises:
        InputError: If the steps are not in that order, or there is no such shape.
    """

    def __init__(self, learning_rate, first_step, last_step, shape="linear"):
        if not 0 <= first_step < last_step:
            raise InputError(f"a rate that falls from step {first_step} to {last_step}: expected 0 <= first < last")
        choose("shape", shape, SHAPES)
        self.learning_rate = learning_rate
        self.first_step = first_step
        self.last_step = last_step
        self.shape = shape

    def __call__(self, step):
        """The rate of a step, a float32 scalar."""
        left = (self.last_step - tf.cast(step, tf.float32)) / (self.last_step - self.first_step)
        return self.learning_rate * SHAPES[self.shape](tf.clip_by_value(left, 0.0, 1.0))

    def get_config(self):
        """Arguments that rebuild this schedule."""
        return {name: getattr(self, name) for name in ("learning_rate", "first_step", "last_step", "shape")}


def falling_rate(learning_rate, shape, epochs, decay_start, steps_per_epoch):
    """A rate that falls to 0 in the last part of a run.

    Args:
        learning_rate: Rate at the start.
        shape: "linear" or "cosine".
        epochs: Epochs of the run.
        decay_start: Share of the run, at least 0 and below 1, at which the rate begins to fall.
        steps_per_epoch: As in ``stepwise_rate``.

    Returns:
        ``FallingRate``.
    """
    n_steps = epochs * steps_per_epoch
    return FallingRate(learning_rate, decay_start * n_steps, n_steps, shape)
