"""The paper's multilayer perceptrons: encoder, decoder and discriminator (paper, appendix A)."""

import math

import keras

from ..normalization import BatchNormalization
from .layers import dense, encoder_heads, require_encoder, require_share


def mlp_encoder(
    image_shape,
    n_outputs,
    hidden=(1000, 1000),
    dropout=0.0,
    n_classes=None,
    normalised=False,
    batch_norm=False,
    input_dropout=0.0,
    n_noise=0,
    init_std=None,
    hidden_noise=0.0,
    logit_scale=None,
):
    """Encoder from images to ``n_outputs`` linear values and, on a second head, to the logits of classes.

    Args:
        image_shape: Shape of one image, (height, width, channels).
        n_outputs: Number of output values; ``posterior.params_size(n_codes)``.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        n_classes: Number of classes of the second head, or None for one head.
        normalised: Whether the outputs are normalised to mean 0 and deviation 1, less where they are small (over the
            batch in training, by their running moments afterwards), for codes that no prior keeps in place.
        batch_norm: Whether every hidden layer and every head is followed by batch normalisation.
        input_dropout: Share of pixels dropped in training, in [0, 1).
        n_noise: Width of a second input, the noise of the universal approximator posterior; 0 for none.
        init_std: Standard deviation of the normal initial weights, or None for variance scaling.
        hidden_noise: Standard deviation of Gaussian noise that is added, in training, to every hidden layer, after
            batch normalisation and before the ReLU (as in ladder networks, Rasmus et al. 2015); 0 for none.
        logit_scale: Standard deviation to which the logits of every class are normalised over the batch, about 0 and
            without a learned scale or shift, so that no class falls out of use; None to leave that to ``batch_norm``.

    Returns:
        A built Keras model from [batch, *image_shape] (with ``n_noise`` from a list of that and [batch, n_noise]) to
        [batch, n_outputs], with ``n_classes`` to a list of that and [batch, n_classes].

    Raises:
        InputError: If a share to drop, the deviation of the noise or the scale of the logits is out of range.
    """
    require_encoder(input_dropout, hidden_noise, logit_scale)
    images = keras.Input(image_shape)
    inputs, features = images, keras.layers.Flatten()(images)
    if input_dropout:
        features = keras.layers.Dropout(input_dropout)(features)
    if n_noise:
        noise = keras.Input([n_noise])
        inputs, features = [images, noise], keras.layers.Concatenate()([features, noise])
    for layer in _hidden_layers(hidden, dropout, batch_norm, init_std, hidden_noise):
        features = layer(features)
    outputs = encoder_heads(features, n_outputs, n_classes, normalised, batch_norm, init_std, logit_scale)
    return keras.Model(inputs, outputs, name="encoder")


def mlp_decoder(
    n_inputs, image_shape, hidden=(1000, 1000), dropout=0.0, output="tanh", batch_norm=False, init_std=None
):
    """Decoder from ``n_inputs`` codes to images.

    Args:
        n_inputs: Number of codes (and whatever else the decoder is given).
        image_shape: Shape of one image, (height, width, channels).
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        output: Activation of the output: "tanh" for images in [-1, 1], "sigmoid" for images in [0, 1], "linear" for
            logits of the Bernoulli likelihood.
        batch_norm: Whether every hidden layer is followed by batch normalisation.
        init_std: As in ``mlp_encoder``.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, *image_shape].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, dropout, batch_norm, init_std)]
    pixels = [
        dense(math.prod(image_shape), init_std=init_std),
        keras.layers.Activation(output),
        keras.layers.Reshape(image_shape),
    ]
    return keras.Sequential([*layers, *pixels], name="decoder")


def mlp_discriminator(n_inputs, hidden=(1000, 1000), dropout=0.0, name="discriminator", init_std=None):
    """Discriminator from ``n_inputs`` values to one logit; never with batch norm, under which it collapses.

    Args:
        n_inputs: Number of codes, and with labels ``n_classes + 1`` more; for a game on classes, their number.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units dropped in training, in [0, 1).
        name: Name of the network, for a model with several.
        init_std: As in ``mlp_encoder``.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, 1].

    Raises:
        InputError: If ``dropout`` is out of range.
    """
    layers = [keras.Input([n_inputs]), *_hidden_layers(hidden, dropout, init_std=init_std)]
    return keras.Sequential([*layers, dense(1, init_std=init_std)], name=name)


def _hidden_layers(hidden, dropout, batch_norm=False, init_std=None, noise=0.0):
    require_share(dropout)
    layers = []
    for units in hidden:
        if batch_norm:
            layers += [dense(units, init_std=init_std, use_bias=False), BatchNormalization()]
        else:
            layers.append(dense(units, None if noise else "relu", init_std=init_std))
        if noise:
            layers.append(keras.layers.GaussianNoise(noise))
        if batch_norm or noise:
            layers.append(keras.layers.Activation("relu"))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    return layers
