"""Convolutional encoder and decoder, built from the shape of the images (DCGAN, Radford et al. 2016)."""

from itertools import pairwise

import keras

from ...errors import InputError
from ..normalization import BatchNormalization
from .layers import dense, encoder_heads, initial_weights, require_encoder, require_share

KERNEL, STRIDE, SLOPE = 4, 2, 0.2
# Maps are halved as long as their shorter side is that long; what is left has one of 4 to 7.
SHORTEST = 8
# DCGAN's too. Under Keras's 0.99 the moving moments lag behind convolutions that train fast, and what is decoded
# outside training is far off: on Fashion-MNIST an error of 126 where the moments of a batch give 46.
MOMENTUM = 0.9


def conv_encoder(
    image_shape,
    n_outputs,
    filters=32,
    dropout=0.0,
    n_classes=None,
    normalised=False,
    batch_norm=True,
    input_dropout=0.0,
    n_noise=0,
    init_std=None,
    hidden_noise=0.0,
    logit_scale=None,
):
    """Encoder of strided convolutions from images to linear values and, on a second head, to the logits of classes.

    Convolutions of 4 × 4 and stride 2, each followed by a leaky ReLU of slope 0.2, halve the image until its shorter
    side is 4 to 7 pixels long. The first has ``filters`` outputs, each other one twice as many as that before it.

    Args:
        image_shape: Shape of one image, (height, width, channels), height and width at least 8.
        n_outputs: Number of output values; ``posterior.params_size(n_codes)``.
        filters: Outputs of the first convolution.
        dropout: Share of hidden units dropped in training, in [0, 1).
        n_classes: As in ``mlp_encoder``, and so is ``normalised``.
        normalised: Whether the outputs are normalised.
        batch_norm: Whether every convolution but the first is followed by batch normalisation; the heads are not.
        input_dropout: Share of the pixels' values dropped in training, in [0, 1).
        n_noise: Width of a second input, the noise of the universal approximator posterior, which a dense layer makes
            one more channel of the image; 0 for none.
        init_std: Standard deviation of the normal initial weights (DCGAN's is 0.02), or None for variance scaling.
        hidden_noise: Standard deviation of Gaussian noise that is added, in training, to every convolution's output,
            after batch normalisation and before the leaky ReLU; 0 for none.
        logit_scale: As in ``mlp_encoder``.

    Returns:
        A built Keras model, as ``mlp_encoder``'s.

    Raises:
        InputError: If the images are no images or too small, or a setting is out of its range.
    """
    require_encoder(input_dropout, hidden_noise, logit_scale)
    sizes = _sizes(image_shape, filters)
    inputs, features = _inputs(image_shape, input_dropout, n_noise, init_std)
    for index in range(len(sizes) - 1):
        is_normalised = batch_norm and index > 0
        convolution = keras.layers.Conv2D(
            filters * 2**index,
            KERNEL,
            STRIDE,
            "same",
            use_bias=not is_normalised,
            kernel_initializer=initial_weights(init_std=init_std),
        )
        leaky_relu = keras.layers.LeakyReLU(SLOPE)
        for layer in (convolution, *_after(leaky_relu, dropout, is_normalised, hidden_noise)):
            features = layer(features)
    features = keras.layers.Flatten()(features)
    outputs = encoder_heads(features, n_outputs, n_classes, normalised, False, init_std, logit_scale)
    return keras.Model(inputs, outputs, name="encoder")


def _inputs(image_shape, dropout, n_noise, init_std):
    """The inputs of an encoder, and what its first convolution is given."""
    images = keras.Input(image_shape)
    seen = keras.layers.Dropout(dropout)(images) if dropout else images
    if not n_noise:
        return images, seen
    noise = keras.Input([n_noise])
    channel = dense(image_shape[0] * image_shape[1], init_std=init_std)(noise)
    channel = keras.layers.Reshape([*image_shape[:2], 1])(channel)
    return [images, noise], keras.layers.Concatenate()([seen, channel])


def conv_decoder(n_inputs, image_shape, filters=32, dropout=0.0, output="tanh", batch_norm=True, init_std=None):
    """Decoder of transposed convolutions from ``n_inputs`` codes to images, the encoder's layers in reverse.

    A dense layer makes the encoder's last map; transposed convolutions of 4 × 4 and stride 2 double it, and lose the
    row or column that an odd side has not. Hidden layers end in ReLUs.

    Args:
        n_inputs: Number of codes (and whatever else the decoder is given).
        image_shape: Shape of one image, (height, width, channels), height and width at least 8.
        filters: Inputs of the last transposed convolution; as in ``conv_encoder``.
        dropout: Share of hidden units dropped in training, in [0, 1).
        output: Activation of the output, as in ``mlp_decoder``.
        batch_norm: Whether every hidden layer is followed by batch normalisation.
        init_std: As in ``conv_encoder``.

    Returns:
        A built Keras model from [batch, n_inputs] to [batch, *image_shape].

    Raises:
        InputError: If the images are no images or too small, or ``dropout`` is out of range.
    """
    sizes = _sizes(image_shape, filters)[::-1]
    relu = keras.layers.ReLU
    widths = [filters * 2**index for index in reversed(range(len(sizes) - 1))]
    first = [*sizes[0], widths[0]]
    layers = [
        keras.Input([n_inputs]),
        dense(first[0] * first[1] * first[2], init_std=init_std, use_bias=not batch_norm),
        keras.layers.Reshape(first),
        *_after(relu(), dropout, batch_norm),
    ]
    for (small, large), (n_in, n_out) in zip(pairwise(sizes), pairwise([*widths, image_shape[2]]), strict=True):
        is_last = large == sizes[-1]
        layers.append(_transposed(n_in, n_out, init_std, use_bias=is_last or not batch_norm))
        surplus = [2 * side - wanted for side, wanted in zip(small, large, strict=True)]
        if any(surplus):
            layers.append(keras.layers.Cropping2D([(0, pixels) for pixels in surplus]))
        if not is_last:
            layers += _after(relu(), dropout, batch_norm)
    return keras.Sequential([*layers, keras.layers.Activation(output)], name="decoder")


def _transposed(n_in, n_out, init_std, use_bias):
    # A pixel sums over a quarter of the kernel's places and all inputs, of which variance scaling, that takes the
    # kernel's third axis for them, sees the outputs.
    scale = 2.0 * STRIDE**2 * n_out / n_in
    initial = initial_weights(scale, init_std)
    return keras.layers.Conv2DTranspose(n_out, KERNEL, STRIDE, "same", use_bias=use_bias, kernel_initializer=initial)


def _after(activation, dropout, batch_norm, noise=0.0):
    """The layers between a hidden convolution and the next one."""
    require_share(dropout)
    return [
        *([BatchNormalization(momentum=MOMENTUM)] if batch_norm else []),
        *([keras.layers.GaussianNoise(noise)] if noise else []),
        activation,
        *([keras.layers.Dropout(dropout)] if dropout else []),
    ]


def _sizes(image_shape, filters):
    """Height and width of the image and of every map after it: a list of pairs.

    Raises:
        InputError: If images of that shape cannot be halved, or there are no filters.
    """
    if len(image_shape) != 3 or min(image_shape[:2]) < SHORTEST:
        raise InputError(
            f"convolutions on images {list(image_shape)}: expected [height, width, channels], of {SHORTEST} pixels or "
            "more in height and width; resize them, or take multilayer perceptrons",
            setting="model.network",
        )
    if filters < 1:
        raise InputError(f"filters {filters}: expected at least 1")
    sizes = [tuple(image_shape[:2])]
    while min(sizes[-1]) >= SHORTEST:
        sizes.append(tuple(-(-side // STRIDE) for side in sizes[-1]))
    return sizes
