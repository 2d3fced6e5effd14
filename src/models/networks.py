"""The paper's multilayer perceptrons: encoder, decoder and discriminator (paper, appendix A)."""

import math

import keras

from ..errors import InputError


def mlp_encoder(image_shape, n_outputs, hidden=(1000, 1000), dropout=0.0):
    """Encoder from images to ``n_outputs`` linear values.

    Args:
        image_shape: Shape of one image, (height, width, channels).
        n_outputs: Number of output values; ``posterior.n_outputs(n_codes)``.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).

    Returns:
        A built Keras model from [batch, *image_shape] to [batch, n_outputs].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input(image_shape), keras.layers.Flatten(), *_hidden_layers(hidden, dropout)]
    # Codes that begin near the origin let every class walk straight out to its place in the prior; codes that begin
    # spread out leave classes stuck behind others.
    return keras.Sequential([*layers, _dense(n_outputs, scale=1e-3)], name="encoder")


def mlp_decoder(n_inputs, image_shape, hidden=(1000, 1000), dropout=0.0, output="tanh"):
    """Decoder from ``n_inputs`` codes to images.

    Args:
        n_inputs: Number of codes (and whatever else the decoder is given).
        image_shape: Shape of one image, (height, width, channels).
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        output: Activation of the output; "tanh" for images in [-1, 1].

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, *image_shape].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, dropout)]
    pixels = [_dense(math.prod(image_shape)), keras.layers.Activation(output), keras.layers.Reshape(image_shape)]
    return keras.Sequential([*layers, *pixels], name="decoder")


def mlp_discriminator(n_inputs, hidden=(1000, 1000)):
    """Discriminator from ``n_inputs`` values to one logit; no batch norm and no dropout.

    Args:
        n_inputs: Number of codes, and with labels ``n_classes + 1`` more.
        hidden: Units of each hidden layer.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, 1].
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, 0.0)]
    return keras.Sequential([*layers, _dense(1)], name="discriminator")


def _hidden_layers(hidden, dropout):
    if not 0 <= dropout < 1:
        raise InputError(f"dropout {dropout}: expected a share of units to drop, at least 0 and below 1")
    layers = []
    for units in hidden:
        layers.append(_dense(units, "relu"))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    return layers


def _dense(units, activation=None, scale=2.0):
    return keras.layers.Dense(units, activation, kernel_initializer=keras.initializers.VarianceScaling(scale))
