"""Networks as a browser computes them: matrices, biases and activations, batch normalisation folded in."""

import base64
from typing import NamedTuple

import keras
import numpy as np

from ..errors import InputError
from ..models.keras_internals import layer_of

ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid")
# Without effect outside training, or on what is a vector already.
PASSED_OVER = (
    keras.layers.InputLayer,
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.Dropout,
    keras.layers.GaussianNoise,
)
CONVOLUTIONS = keras.layers.Conv2D, keras.layers.Conv2DTranspose


class Dense(NamedTuple):
    """activation(x · kernel + bias).

    Attributes:
        kernel: float [inputs, outputs].
        bias: float [outputs].
        activation: One of ``ACTIVATIONS``.
    """

    kernel: np.ndarray
    bias: np.ndarray
    activation: str = "linear"

    def scaled(self, scale, shift):
        """The layer followed by ``scale`` · x + ``shift``, each float [outputs]."""
        return self._replace(kernel=self.kernel * scale, bias=self.bias * scale + shift)

    def written(self):
        """For JSON: the kernel in float16, the bias in float32, both in base64."""
        return {
            "inputs": self.kernel.shape[0],
            "outputs": self.kernel.shape[1],
            "kernel": base64_of(self.kernel.astype("<f2")),
            "bias": base64_of(self.bias.astype("<f4")),
            "activation": self.activation,
        }


def base64_of(array):
    """The bytes of an array in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def dense_layers(network, output=0):
    """A fully connected network as ``Dense`` layers.

    Args:
        network: A built Keras model of one input.
        output: Which of its outputs, where it has several.

    Returns:
        List of ``Dense``, from its input to that output.

    Raises:
        InputError: If it has a layer that is not fully connected.
    """
    layers, way = [], _way_to(network, output)
    # At once: what comes before a convolution may not be foldable, such as a normalisation of maps.
    for layer in way:
        if isinstance(layer, CONVOLUTIONS):
            raise InputError(f"a page of a network with convolutions ({type(layer).__name__}): expected dense layers")
    for layer in way:
        if isinstance(layer, keras.layers.Dense):
            kernel = layer.kernel.numpy().astype(np.float64)
            bias = layer.bias.numpy().astype(np.float64) if layer.use_bias else np.zeros(kernel.shape[1])
            layers.append(Dense(kernel, bias, _activation(layer)))
        elif isinstance(layer, keras.layers.BatchNormalization) and _is_linear(layers):
            layers[-1] = layers[-1].scaled(*_moments(layer))
        elif isinstance(layer, keras.layers.Rescaling) and _is_linear(layers):
            layers[-1] = layers[-1].scaled(layer.scale, layer.offset)
        elif isinstance(layer, keras.layers.Activation) and _is_linear(layers):
            layers[-1] = layers[-1]._replace(activation=_activation(layer))
        elif not isinstance(layer, PASSED_OVER):
            raise InputError(
                f"a page of a network with the layer {layer.name} ({type(layer).__name__}): expected dense"
            )
    return layers


def compute(layers, inputs):
    """What ``layers`` give for ``inputs``, float [batch, inputs], in NumPy."""
    functions = {
        "linear": lambda x: x,
        "relu": lambda x: np.maximum(x, 0),
        "tanh": np.tanh,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    }
    for layer in layers:
        inputs = functions[layer.activation](inputs @ layer.kernel + layer.bias)
    return inputs


def _way_to(network, output):
    """The layers from the input to an output, in order."""
    if isinstance(network, keras.Sequential):
        return network.layers
    if len(network.inputs) > 1:
        raise InputError(f"a page of a network of {len(network.inputs)} inputs: expected one")
    way, tensor = [], network.outputs[output]
    while True:
        layer, inputs = layer_of(tensor)
        way.append(layer)
        if not inputs:
            return way[::-1]
        if len(inputs) > 1:
            raise InputError(
                f"a page of a network whose layer {layer.name} joins {len(inputs)}: expected one after another"
            )
        (tensor,) = inputs


def _is_linear(layers):
    return bool(layers) and layers[-1].activation == "linear"


def _activation(layer):
    name = layer.activation.__name__
    if name not in ACTIVATIONS:
        raise InputError(f"a page of a network with the activation {name}: expected one of {', '.join(ACTIVATIONS)}")
    return name


def _moments(layer):
    """Scale and shift of batch normalisation outside training."""
    variance = layer.moving_variance.numpy().astype(np.float64)
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * layer.gamma.numpy()
    shift = -layer.moving_mean.numpy().astype(np.float64) * scale
    return scale, shift + (layer.beta.numpy() if layer.center else 0)
