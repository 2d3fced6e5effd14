import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.models.normalization import BatchNormalization


@pytest.mark.parametrize("shape", [(32, 5), (6, 4, 3, 5)])
@pytest.mark.parametrize("settings", [{}, {"center": False, "scale": False, "momentum": 0.9, "epsilon": 0.1}])
def test_it_is_kerass_batch_normalization(shape, settings):
    """Its outputs, gradients, moving statistics and answers outside training, on a batch far from normal."""
    random = np.random.default_rng(0)
    batch = tf.constant(random.normal(3, [1, 2, 3, 4, 5], size=shape), tf.float32)
    weights = random.normal(size=shape).astype(np.float32)
    gamma_and_beta = random.normal(size=(2, 5)) if not settings else ()

    def everything(layer):
        layer.build(shape)
        for variable, value in zip(layer.trainable_variables, gamma_and_beta, strict=True):
            variable.assign(value)
        with tf.GradientTape() as tape:
            tape.watch(batch)
            outputs = layer(batch, training=True)
            loss = tf.reduce_sum(weights * outputs**2)
        gradients = tape.gradient(loss, [batch, *[variable.value for variable in layer.trainable_variables]])
        moving = layer.moving_mean, layer.moving_variance
        return [np.asarray(value) for value in (outputs, *gradients, *moving, layer(batch, training=False))]

    ours, keras_own = (
        everything(BatchNormalization(**settings)),
        everything(keras.layers.BatchNormalization(**settings)),
    )
    assert len(ours) == len(keras_own)
    for value, expected in zip(ours, keras_own, strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-4)


def test_maps_are_normalised_by_the_moments_of_each_channel_and_the_gradient_is_that_of_differences():
    random = np.random.default_rng(0)
    maps, weights = random.normal(2, 3, (2, 3, 4, 5)), random.normal(size=(2, 3, 4, 5))
    gamma, beta, epsilon = random.normal(size=5), random.normal(size=5), 0.1

    def normalised(maps):
        centred = maps - maps.mean((0, 1, 2))
        return centred / np.sqrt((centred**2).mean((0, 1, 2)) + epsilon) * gamma + beta

    def loss(maps):
        return np.sum(weights * normalised(maps) ** 2)

    layer = BatchNormalization(epsilon=epsilon)
    layer.build(maps.shape)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    batch = tf.constant(maps, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        outputs = layer(batch, training=True)
        total = tf.reduce_sum(weights.astype(np.float32) * outputs**2)
    np.testing.assert_allclose(outputs, normalised(maps), rtol=1e-4, atol=1e-5)
    gradient = tape.gradient(total, batch).numpy()
    for place in [(0, 0, 0, 0), (1, 2, 3, 4), (0, 1, 2, 3)]:
        step = np.zeros_like(maps)
        step[place] = 1e-5
        slope = (loss(maps + step) - loss(maps - step)) / 2e-5
        assert gradient[place] == pytest.approx(slope, rel=1e-3, abs=1e-4)


def test_a_frozen_layer_keeps_its_statistics():
    layer = BatchNormalization()
    layer.build((None, 3))
    layer.trainable = False
    outputs = layer(tf.fill([4, 3], 7.0), training=True)
    np.testing.assert_allclose(outputs, 7 / np.sqrt(1.001), rtol=1e-6)
    np.testing.assert_array_equal(layer.moving_mean, 0)
