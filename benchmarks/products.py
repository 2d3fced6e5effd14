"""The matrix products of a training step, counted from the layers of its networks."""

from typing import NamedTuple

import keras

ADAM_BYTES = 7 * 4  # reads weight, gradient and two moments, writes weight and two moments, float32


class Product(NamedTuple):
    """[rows, inner] · [inner, columns], ``share`` times in a step; either factor may be stored transposed."""

    rows: int
    inner: int
    columns: int
    transposed_left: bool = False
    transposed_right: bool = False
    share: float = 1.0

    @property
    def flops(self):
        """Multiplications and additions."""
        return 2 * self.rows * self.inner * self.columns * self.share


def step_products(model, batch, update="alternating"):
    """Every product of a step of ``model``, an adversarial autoencoder.

    Args:
        model: The model, compiled.
        batch: Images in a batch.
        update: As in ``AAE.compile``.

    Returns:
        A list of ``Product``.
    """
    encoder, decoder, *critics = (_dense(network) for network in _networks(model))
    critics = critics[:2]
    products = _passes(encoder, batch) + _passes(decoder, batch, to_inputs=True)
    for critic in critics:
        products += 2 * _passes(critic, batch)  # the discriminator: on samples of the prior and on codes
    if update == "joint":
        for critic in critics:
            products += _to_inputs(critic, batch)
    else:
        products += _passes(encoder, batch)
        for critic in critics:
            products += _forward(critic, batch) + _to_inputs(critic, batch)
    if model.learns_to_classify:
        share = 1 / model.classify_every
        products += [product._replace(share=share) for product in _passes(encoder, batch)]
    return products


def moved_parameters(model, update="alternating"):
    """How many weights optimisers move in a step of ``model``."""
    encoder, *others = (sum(weight.shape.num_elements() for weight in n.trainable_variables) for n in _networks(model))
    moves = 1 if update == "joint" else 2 + (1 / model.classify_every if model.learns_to_classify else 0)
    return encoder * moves + sum(others)


def flops(products):
    """Multiplications and additions of ``products``."""
    return sum(product.flops for product in products)


def _networks(model):
    return [getattr(model, part) for part in model.parts if part != "prior"]


def _dense(network):
    return [layer.kernel.shape for layer in network.layers if isinstance(layer, keras.layers.Dense)]


def _passes(widths, batch, to_inputs=False):
    """Forward, and back to the weights; ``to_inputs`` also back to what the network was given."""
    first, *others = widths
    back = _to_inputs(others, batch) + (_to_inputs([first], batch) if to_inputs else [])
    return _forward(widths, batch) + [Product(n, batch, m, transposed_left=True) for n, m in widths] + back


def _forward(widths, batch):
    return [Product(batch, n, m) for n, m in widths]


def _to_inputs(widths, batch):
    return [Product(batch, m, n, transposed_right=True) for n, m in widths]
