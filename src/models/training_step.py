"""How a model's ``train_step`` is traced: in which precision it computes, and whether XLA compiles it."""

import functools

import tensorflow as tf

from .keras_internals import compiled_by_xla, release_graph
from .losses import LossTracker


def training_step(train_step):
    """Decorates a ``train_step``: it computes in the precision that ``compile`` was given, and under XLA if asked.

    Only the step itself is compiled, not what Keras puts around it. XLA leaves assertions out of what it compiles. So
    the running means, in which a non-finite loss shows, are looked at after every step, in the graph that calls
    the compiled one.
    """

    def in_precision(self, data):
        with self.training_precision:
            metrics = train_step(self, data)
        if not tf.executing_eagerly():
            release_graph(tf.compat.v1.get_default_graph())
        return metrics

    @functools.wraps(train_step)
    def step(self, data):
        if not self.jit_compile or tf.executing_eagerly():
            return in_precision(self, data)
        metrics = compiled_by_xla(functools.partial(in_precision, self))(data)
        made_before = self.reconstruction.optimizer.iterations - 1
        for loss in self.metrics:
            if isinstance(loss, LossTracker):
                loss.require_finite(made_before)
        return metrics

    return step
