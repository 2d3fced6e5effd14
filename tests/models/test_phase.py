"""Gradient steps against steps taken by hand."""

import keras
import numpy as np
import tensorflow as tf
from aae.models.phase import Phase, minimize_together


def phase_of(variables, rate):
    phase = Phase("any", lambda: variables)
    phase.optimizer = keras.optimizers.SGD(rate)
    phase.optimizer.build(variables)
    return phase


def test_a_step_goes_down_the_gradient_and_leaves_what_the_loss_does_not_see():
    seen, unseen = keras.Variable([1.0, -2.0]), keras.Variable([5.0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(seen.value**2)
    phase_of([seen, unseen], 0.1).minimize(tape, loss)
    np.testing.assert_allclose(seen, [1 - 0.1 * 2, -2 + 0.1 * 4], rtol=1e-6)
    np.testing.assert_array_equal(unseen, [5.0])


def test_together_all_gradients_are_taken_before_anything_moves():
    one, other = keras.Variable(3.0), keras.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        product = one.value * other.value
        square = product**2
    minimize_together(tape, [(phase_of([one], 1.0), product), (phase_of([other], 0.5), square)])
    # The second gradient, 2 · 3 · 3 · 2, is that of the place where the first had not moved.
    assert (float(one), float(other)) == (3 - 2, 2 - 0.5 * 36)
