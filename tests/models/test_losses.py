import math

import pytest
import tensorflow as tf
from aae.models.losses import LossTracker


@pytest.mark.parametrize("wrong", [math.inf, math.nan])
def test_codes_that_are_not_finite_stop_training_though_the_loss_looks_harmless(wrong):
    tracker = LossTracker("some_loss")
    tracker.track(tf.constant(2.0), 6, tf.constant([[1.0, 3.0]]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="some_loss is not finite"):
        tracker.track(tf.constant(4.0), 7, tf.constant([[1.0, wrong]]))
    assert float(tracker.result()) == 2
