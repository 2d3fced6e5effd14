"""Keras's Adam and SGD with one fused operation a variable, where Keras's own take a chain of passes over memory."""

import keras
import tensorflow as tf

from .keras_internals import adam_handles, momentum_handles


@keras.saving.register_keras_serializable(package="aae")
class Adam(keras.optimizers.Adam):
    """``keras.optimizers.Adam``, the same update and arguments, in TensorFlow's fused operation.

    With ``amsgrad`` it is Keras's own chain of operations.
    """

    def update_step(self, gradient, variable, learning_rate):
        """Moves ``variable``, and its two moments, by one ``gradient``."""
        if self.amsgrad:
            super().update_step(gradient, variable, learning_rate)
            return
        handle, first, second = adam_handles(self, variable)
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=handle,
            m=first,
            v=second,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(gradient, variable.dtype),
        )


@keras.saving.register_keras_serializable(package="aae")
class SGD(keras.optimizers.SGD):
    """``keras.optimizers.SGD``, the same update and arguments, its momentum in TensorFlow's fused operation."""

    def update_step(self, gradient, variable, learning_rate):
        """Moves ``variable``, and its momentum, by one ``gradient``."""
        if not self.momentum:
            super().update_step(gradient, variable, learning_rate)
            return
        handle, momentum = momentum_handles(self, variable)
        tf.raw_ops.ResourceApplyKerasMomentum(
            var=handle,
            accum=momentum,
            lr=tf.cast(learning_rate, variable.dtype),
            grad=tf.cast(gradient, variable.dtype),
            momentum=self.momentum,
            use_nesterov=self.nesterov,
        )


def default_optimizer():
    """Adam as the reference implementation has it."""
    return Adam(2e-4, beta_1=0.5)
