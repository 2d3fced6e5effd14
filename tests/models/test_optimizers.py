import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.models.optimizers import SGD, Adam

GRADIENTS = np.random.default_rng(0).normal(size=(6, 3, 4)).astype(np.float32)
START = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)


def walk(optimizer, jit=None):
    """Where a variable comes to along ``GRADIENTS``."""
    variable = keras.Variable(START)
    optimizer.build([variable])

    def step(gradient):
        optimizer.apply([gradient], [variable])

    step = step if jit is None else tf.function(step, jit_compile=jit)
    for gradient in GRADIENTS:
        step(tf.constant(gradient))
    return variable.numpy()


def adam_by_hand(rate, beta_1, beta_2, epsilon):
    """Kingma and Ba 2015, with the bias corrections in the rate, in float64."""
    weight, first, second = START.astype(np.float64), 0.0, 0.0
    for step, gradient in enumerate(GRADIENTS.astype(np.float64), start=1):
        first = beta_1 * first + (1 - beta_1) * gradient
        second = beta_2 * second + (1 - beta_2) * gradient**2
        weight -= rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step) * first / (np.sqrt(second) + epsilon)
    return weight


@pytest.mark.parametrize("jit", [None, False, True])
def test_adam_is_adam(jit):
    np.testing.assert_allclose(walk(Adam(0.1, 0.5, 0.9, 1e-3), jit), adam_by_hand(0.1, 0.5, 0.9, 1e-3), rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"amsgrad": True}, {"clipnorm": 0.5}, {"weight_decay": 0.1}])
def test_adam_goes_where_that_of_keras_goes(settings):
    settings |= {"learning_rate": 0.1, "beta_1": 0.5}
    np.testing.assert_allclose(walk(Adam(**settings)), walk(keras.optimizers.Adam(**settings)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("jit", [None, True])
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_is_sgd(momentum, nesterov, jit):
    weight, velocity = START.astype(np.float64), 0.0
    for gradient in GRADIENTS:
        velocity = momentum * velocity - 0.1 * gradient
        weight += momentum * velocity - 0.1 * gradient if nesterov else velocity
    np.testing.assert_allclose(walk(SGD(0.1, momentum, nesterov), jit), weight, rtol=1e-4, atol=1e-6)


def test_a_schedule_sets_the_rate():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.1, 0.0])
    np.testing.assert_allclose(walk(SGD(schedule, 0.0)), START - 0.1 * GRADIENTS[:3].sum(axis=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimizer", [Adam(0.3, 0.4, amsgrad=True), SGD(0.3, 0.4, nesterov=True)])
def test_they_come_back_from_their_configuration(optimizer):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert type(again) is type(optimizer)
    assert again.get_config() == optimizer.get_config()
