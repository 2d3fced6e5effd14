"""What networks of both kinds share: dense layers, the heads of an encoder, and what is refused of settings."""

import keras

from ...errors import InputError
from ..normalization import BatchNormalization


def initial_weights(scale=2.0, init_std=None):
    """Initialiser of a kernel: normal of deviation ``init_std``, or variance scaling by ``scale`` where it is None."""
    if init_std is None:
        return keras.initializers.VarianceScaling(scale)
    return keras.initializers.RandomNormal(0.0, init_std)


def dense(units, activation=None, scale=2.0, init_std=None, use_bias=True):
    """A dense layer with initial weights of ``initial_weights``."""
    return keras.layers.Dense(units, activation, use_bias, kernel_initializer=initial_weights(scale, init_std))


def encoder_heads(features, n_outputs, n_classes, normalised, batch_norm, init_std, logit_scale):
    """The outputs of an encoder: linear values, and with ``n_classes`` a list of them and the logits of classes.

    Args:
        features: Output of its last hidden layer, [batch, n].
        n_outputs: As in ``mlp_encoder``, and so are the others.
        n_classes: Number of classes, or None.
        normalised: Whether the values are normalised.
        batch_norm: Whether every head is followed by batch normalisation.
        init_std: Standard deviation of initial weights, or None.
        logit_scale: Standard deviation of the logits over the batch, or None.
    """
    # Codes that begin near the origin let every class walk straight out to its place in the prior; codes that begin
    # spread out leave classes stuck behind others.
    outputs = dense(n_outputs, scale=1e-3, init_std=init_std)(features)
    if normalised:
        outputs = BatchNormalization(momentum=0.95, center=False, scale=False)(outputs)
    if batch_norm:
        outputs = BatchNormalization()(outputs)
    if n_classes is None:
        return outputs
    return [outputs, _logits(features, n_classes, batch_norm, init_std, logit_scale)]


def _logits(features, n_classes, batch_norm, init_std, scale):
    logits = dense(n_classes, init_std=init_std)(features)
    if scale is not None:
        return keras.layers.Rescaling(scale)(BatchNormalization(center=False, scale=False)(logits))
    return BatchNormalization()(logits) if batch_norm else logits


def require_share(dropout):
    """Refuses a share of units to drop that is out of its range.

    Raises:
        InputError: If it is.
    """
    if not 0 <= dropout < 1:
        raise InputError(f"dropout {dropout}: expected a share of units to drop, at least 0 and below 1")


def require_encoder(input_dropout, hidden_noise, logit_scale):
    """Refuses settings of an encoder that are out of their range.

    Raises:
        InputError: If one of them is.
    """
    require_share(input_dropout)
    if hidden_noise < 0:
        raise InputError(f"hidden_noise {hidden_noise}: expected a standard deviation, 0 or above")
    if logit_scale is not None and logit_scale <= 0:
        raise InputError(f"logit_scale {logit_scale}: expected a standard deviation above 0")
