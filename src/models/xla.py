"""Training steps that XLA compiles, and that stop at a loss that is no number all the same."""

import functools

import tensorflow as tf

from .losses import PhaseLoss


def compiled_where_asked(train_step):
    """Decorates a ``train_step``: XLA compiles it where ``compile`` was given ``jit_compile``, and nothing around it.

    XLA leaves assertions out of what it compiles. What is not finite shows in the running means, which are looked at
    after every step, in the graph that calls the compiled one.
    """

    @functools.wraps(train_step)
    def step(self, data):
        if not self.jit_compile or tf.executing_eagerly():
            return train_step(self, data)
        metrics = tf.function(functools.partial(train_step, self), jit_compile=True)(data)
        made_before = self.reconstruction_optimizer.iterations - 1
        for loss in self.metrics:
            if isinstance(loss, PhaseLoss):
                loss.require_finite(made_before)
        return metrics

    return step
