import numpy as np
import pytest
import tensorflow as tf
from aae.models.heads import cluster_heads, separation_loss

# A right triangle with sides 3, 4 and 5, and a fourth head far away.
HEADS = np.array([[0, 0], [3, 0], [0, 4], [30, 40]], np.float32)


@pytest.mark.parametrize(("margin", "expected"), [(2.0, 0.0), (3.5, 0.5), (4.5, 1.5 + 0.5), (6.0, 3 + 2 + 1)])
def test_a_pair_costs_what_it_lacks_of_the_margin(margin, expected):
    assert float(separation_loss(tf.constant(HEADS), margin)) == pytest.approx(expected)


def test_its_gradient_is_that_of_finite_differences():
    heads = np.random.default_rng(0).normal(size=(5, 3))
    with tf.GradientTape() as tape:
        variable = tf.Variable(heads, dtype=tf.float64)
        loss = separation_loss(variable, 2.0)
    gradient = tape.gradient(loss, variable).numpy()
    for index in np.ndindex(heads.shape):
        step = np.zeros_like(heads)
        step[index] = 1e-6
        up, down = (float(separation_loss(tf.constant(heads + sign * step), 2.0)) for sign in (1, -1))
        assert gradient[index] == pytest.approx((up - down) / 2e-6, abs=1e-5)


def test_a_close_pair_is_pushed_straight_apart_by_one_and_a_far_one_left_alone():
    with tf.GradientTape() as tape:
        heads = tf.Variable(HEADS)
        loss = separation_loss(heads, 3.5)
    np.testing.assert_allclose(tape.gradient(loss, heads), [[1, 0], [-1, 0], [0, 0], [0, 0]], atol=1e-6)


def test_heads_in_one_place_have_a_finite_gradient():
    with tf.GradientTape() as tape:
        heads = tf.Variable(np.ones((3, 2), np.float32))
        loss = separation_loss(heads, 1.0)
    assert float(loss) == pytest.approx(3, abs=1e-4)
    np.testing.assert_array_equal(tape.gradient(loss, heads), np.zeros((3, 2)))


def test_rows_of_the_one_weight_are_the_heads():
    network = cluster_heads(4, 2)
    (weight,) = network.weights
    weight.assign(HEADS)
    np.testing.assert_array_equal(network(np.eye(4, dtype=np.float32)), HEADS)
