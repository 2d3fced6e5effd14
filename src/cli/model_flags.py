"""Flags that say what a model is, and the config made of them."""

from ..config import ModelConfig
from .flag_group import KEEP_PROBABILITY, MODEL, RATE, RATE_OR_NONE, FlagGroup, check_together


def define_model_flags(values):
    """What every model has: networks, codes, images, noise."""
    group = FlagGroup(values, MODEL)
    group.integer("ncode", 2, "Dimension of code.", lower_bound=1)
    group.number("prior_std", 1.0, "Standard deviation of the Gaussian prior.", RATE, lower_bound=1e-6)
    group.choice(
        "network",
        "mlp",
        ["mlp", "conv"],
        "Encoder and decoder: the paper's multilayer perceptrons, or strided convolutions as in DCGAN, as many as the "
        "images' size asks for. Discriminators are perceptrons in both.",
    )
    group.integer(
        "nhidden", 1000, "Units of each hidden layer; under --network conv of those of discriminators.", lower_bound=1
    )
    group.integer(
        "nfilters",
        32,
        "Under --network conv: filters of the encoder's first convolution; each other one has twice as many.",
        lower_bound=1,
    )
    group.choice(
        "output",
        "tanh",
        ["tanh", "sigmoid"],
        "Nonlinearity of the decoder's output, and with it the range of the images: [-1, 1] or [0, 1].",
    )
    group.choice(
        "likelihood",
        "gaussian",
        ["gaussian", "bernoulli"],
        "Reconstruction error: half the squared error, or binary cross-entropy, computed on logits (--output sigmoid).",
    )
    _define_noise(group)
    group.choice(
        "batch_norm",
        None,
        ["none", "encoder", "autoencoder"],
        "Batch normalisation after every hidden layer and head of the encoder, or of the encoder and the hidden layers "
        "of the decoder too; never in a discriminator, nor, under --network conv, in the first layer and the heads. "
        "Default: autoencoder under --network conv, encoder under --train_clustering and --train_dimreduction, "
        "otherwise none.",
    )
    group.number(
        "init_std",
        None,
        "Standard deviation of normal initial weights, the paper's 0.01. Default: variance scaling.",
        RATE_OR_NONE,
    )
    check_together(
        values,
        ["likelihood", "output"],
        lambda given: given["likelihood"] != "bernoulli" or given["output"] == "sigmoid",
        "--likelihood bernoulli takes images in [0, 1]; add --output sigmoid",
    )


def _define_noise(group):
    group.boolean("noise", False, "Add Gaussian noise to the encoder's input in training.")
    group.number("noise_std", 0.6, "Standard deviation of that noise, on the images' own range.", RATE)
    group.number(
        "hidden_noise",
        0.0,
        "Standard deviation of Gaussian noise on every hidden layer of the encoder in training, after batch "
        "normalisation and before the ReLU; 0 for none.",
        lower_bound=0.0,
    )
    group.number("dropout", 1.0, "Keep probability for dropout in encoder and decoder.", KEEP_PROBABILITY)
    group.number("input_dropout", 1.0, "Keep probability for dropout of the input's pixels.", KEEP_PROBABILITY)


def model_config(values, kind, **more):
    """A model of ``kind`` with the networks that flags describe; ``more`` for what only this kind has."""
    return ModelConfig(
        kind,
        n_codes=values.ncode,
        network=values.network,
        hidden=(values.nhidden, values.nhidden),
        filters=values.nfilters,
        output=values.output,
        likelihood=values.likelihood,
        hidden_noise=values.hidden_noise,
        dropout=1 - values.dropout,
        input_dropout=1 - values.input_dropout,
        batch_norm=values.batch_norm,
        init_std=values.init_std,
        ema_decay=values.average,
        seed=values.seed,
        **{"prior_std": values.prior_std, "input_noise": values.noise_std if values.noise else 0.0} | more,
    )
