"""In which precision training computes; weights, their updates, losses and evaluation are float32 in any."""

import keras
import tensorflow as tf

from ..errors import choose
from .keras_internals import set_policy

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
NARROW = 64


class TrainingPrecision:
    """While it is entered, the float32 layers with a kernel of networks compute in another precision.

    A training step enters it while it is traced, so that the same layers compute in float32 everywhere else. Layers
    with a policy of their own keep it, and so do those without a product, batch normalisation among them, which gain
    nothing. Dense layers with fewer than 64 inputs or outputs stay float32 too: a few codes rounded to the 8 bits of
    bfloat16 place an image too coarsely, and so narrow a product gains nothing.

    Args:
        networks: Keras models.
        precision: "float32" or "bfloat16".

    Raises:
        InputError: If ``precision`` is neither.
    """

    def __init__(self, networks, precision):
        self.policy = choose("precision", precision, POLICIES)
        layers = [layer for network in networks for layer in _layers(network)]
        self.layers = [layer for layer in layers if layer.dtype_policy.name == "float32" and _has_wide_kernel(layer)]
        self._entered = 0

    def __enter__(self):
        # Replicas of a distributed step are traced in turns, so that one may enter before another has left.
        if self._entered == 0:
            set_policy(self.layers, self.policy)
        self._entered += 1

    def __exit__(self, *raised):
        self._entered -= 1
        if self._entered == 0:
            set_policy(self.layers, "float32")


def float32(outputs):
    """What a network gave, a tensor or several, in the precision in which losses are computed."""
    return keras.tree.map_structure(lambda output: tf.cast(output, tf.float32), outputs)


def _has_wide_kernel(layer):
    is_narrow = isinstance(layer, keras.layers.Dense) and min(layer.kernel.shape) < NARROW
    return hasattr(layer, "kernel") and not is_narrow


def _layers(network):
    for layer in getattr(network, "layers", []):
        yield layer
        yield from _layers(layer)
