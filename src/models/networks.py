"""The paper's multilayer perceptrons: encoder, decoder and discriminator (paper, appendix A)."""

import math

import keras

from ..errors import InputError


def mlp_encoder(image_shape, n_outputs, hidden=(1000, 1000), dropout=0.0, n_classes=None, normalised=False):
    """Encoder from images to ``n_outputs`` linear values and, on a second head, to the logits of classes.

    Args:
        image_shape: Shape of one image, (height, width, channels).
        n_outputs: Number of output values; ``posterior.n_outputs(n_codes)``.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        n_classes: Number of classes of the second head, or None for one head.
        normalised: Whether the outputs are normalised to mean 0 and deviation 1 (over the batch in training, by their
            running moments afterwards), for codes that no prior keeps in place.

    Returns:
        A built Keras model from [batch, *image_shape] to [batch, n_outputs], with ``n_classes`` to a list of that and
        [batch, n_classes].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    images = keras.Input(image_shape)
    features = keras.layers.Flatten()(images)
    for layer in _hidden_layers(hidden, dropout):
        features = layer(features)
    # Codes that begin near the origin let every class walk straight out to its place in the prior; codes that begin
    # spread out leave classes stuck behind others.
    outputs = _dense(n_outputs, scale=1e-3)(features)
    if normalised:
        outputs = keras.layers.BatchNormalization(momentum=0.95, center=False, scale=False)(outputs)
    if n_classes is not None:
        outputs = [outputs, _dense(n_classes)(features)]
    return keras.Model(images, outputs, name="encoder")


def mlp_decoder(n_inputs, image_shape, hidden=(1000, 1000), dropout=0.0, output="tanh"):
    """Decoder from ``n_inputs`` codes to images.

    Args:
        n_inputs: Number of codes (and whatever else the decoder is given).
        image_shape: Shape of one image, (height, width, channels).
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        output: Activation of the output: "tanh" for images in [-1, 1], "sigmoid" for images in [0, 1], "linear" for
            logits of the Bernoulli likelihood.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, *image_shape].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, dropout)]
    pixels = [_dense(math.prod(image_shape)), keras.layers.Activation(output), keras.layers.Reshape(image_shape)]
    return keras.Sequential([*layers, *pixels], name="decoder")


def mlp_discriminator(n_inputs, hidden=(1000, 1000), dropout=0.0, name="discriminator"):
    """Discriminator from ``n_inputs`` values to one logit; never with batch norm, under which it collapses.

    Args:
        n_inputs: Number of codes, and with labels ``n_classes + 1`` more; for a game on classes, their number.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        name: Name of the network, for a model with several.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, 1].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, dropout)]
    return keras.Sequential([*layers, _dense(1)], name=name)


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
