"""The weights with which a model encodes and decodes, in float16."""

import io

import numpy as np

from ..errors import InputError

# What a model is without once nothing trains it any more.
ONLY_FOR_TRAINING = ("prior", "discriminator", "class_discriminator")


def packed(model):
    """The weights of encoder, decoder and heads, those averaged (EMA) where there are some, as bytes of an NPZ file.

    Args:
        model: An ``Autoencoder``.

    Raises:
        InputError: If a weight is too large for float16.
    """
    arrays = {}
    for name in _parts(model):
        for index, weight in enumerate(_of_training(model.inference_network(name))):
            values = weight.numpy()
            if not np.abs(values).max() <= np.finfo(np.float16).max:
                raise InputError(f"a weight of the {name} is {np.abs(values).max()}: too large for float16")
            arrays[f"{name}/{index}"] = values.astype(np.float16)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def unpack(model, content):
    """Gives a model the weights of ``packed``.

    Args:
        model: An ``Autoencoder`` of the same layers, without an EMA of its weights.
        content: Bytes of an NPZ file.

    Raises:
        InputError: If they are not those of such a model.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    for name in _parts(model):
        for index, weight in enumerate(_of_training(getattr(model, name))):
            values = found.pop(f"{name}/{index}", None)
            if values is None or values.shape != tuple(weight.shape):
                raise InputError(f"the weights of the {name} do not fit the model: expected {tuple(weight.shape)}")
            weight.assign(values.astype(np.float32))
    if found:
        raise InputError(f"weights that the model has no place for: {', '.join(found)}")


def _parts(model):
    return [name for name in model.parts if name not in ONLY_FOR_TRAINING]


def _of_training(network):
    """What training learned; not the states of layers that draw random numbers."""
    return [weight for weight in network.weights if weight.dtype == "float32"]
