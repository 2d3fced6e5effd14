"""Learning rates that fall in steps."""

import math

import keras


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
