"""A whole model from plain settings: the one place where the widths of its layers are worked out.

A setting that an argument of a network, of a model or of its games is called by reaches it without a word here.
"""

import inspect

from ..config import TWO_HEADED, WITH_CLASSES
from ..errors import choose
from . import networks, posteriors, priors
from .aae import AAE, ClusteringAAE, DimensionalityReductionAAE, SemiSupervisedAAE, SupervisedAAE
from .autoencoder import Autoencoder
from .class_game import ClassGame, TwoGames
from .heads import cluster_heads
from .vae import VAE

MODELS = {
    "aae": AAE,
    "supervised": SupervisedAAE,
    "semisupervised": SemiSupervisedAAE,
    "clustering": ClusteringAAE,
    "dimreduction": DimensionalityReductionAAE,
    "vae": VAE,
    "dae": Autoencoder,
    "ae": Autoencoder,
}
# Their decoder is given the class beside the code.
DECODE_CLASSES = ("supervised", "semisupervised", "clustering")
# No prior keeps their codes in place: the encoder normalises them.
NORMALISED = ("dae", "ae")
N_COMPONENTS = 10
IMAGE_RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
# Whether the decoder is normalised too.
BATCH_NORM = {"none": False, "encoder": False, "autoencoder": True}
# Makers of encoder and decoder.
NETWORKS = {
    "mlp": (networks.mlp_encoder, networks.mlp_decoder),
    "conv": (networks.conv_encoder, networks.conv_decoder),
}


def build_model(config, image_shape, n_classes, prior=None):
    """A model with the paper's networks, or convolutional ones, not compiled.

    Args:
        config: The ``config.ModelConfig``.
        image_shape: Shape of one image, (height, width, channels).
        n_classes: Number of classes of the images; not read where ``config.n_clusters`` says how many clusters to find.
        prior: The distribution to impose on the codes; None for the one that ``config`` names.

    Returns:
        A model of ``models``; its weights are drawn from Keras's global seed.

    Raises:
        InputError: If there is no such kind of model, network, prior or posterior, or a setting is out of its range.
    """
    make = choose("model", config.kind, MODELS)
    prior = prior or build_prior(config, n_classes)
    n_classes = config.n_clusters or n_classes
    parts = [
        _encoder(config, image_shape, prior.n_codes, n_classes),
        _decoder(config, image_shape, prior.n_codes, n_classes),
        *_discriminators(config, prior.n_codes, n_classes),
    ]
    if config.kind == "dimreduction":
        # As far apart as the margin, so that few of them begin close to each other.
        parts.append(cluster_heads(n_classes, prior.n_codes, config.margin))
    settings = _by_name(config, *makers_of(config.kind)) | _of_kind(config, n_classes)
    return make(*parts, **settings | {"prior": prior, "image_range": choose("output", config.output, IMAGE_RANGES)})


def build_prior(config, n_classes):
    """The prior that ``config`` names, of as many labels as there are classes.

    Raises:
        InputError: If there is none of that name.
    """
    makers = {
        "gaussian": lambda: priors.Gaussian(config.n_codes, config.prior_std, n_labels=n_classes),
        "gmm": lambda: priors.PetalMixture(config.n_codes, n_components(config, n_classes)),
        "swiss_roll": lambda: priors.SwissRoll(config.n_codes, n_labels=n_classes),
        "uniform": lambda: priors.Uniform(config.n_codes, n_labels=n_classes),
    }
    return choose("prior", config.prior, makers)()


def n_components(config, n_classes):
    """Gaussians of the mixture that ``config`` names."""
    return config.n_components or (n_classes if config.sees_labels else N_COMPONENTS)


def _by_name(config, *makers):
    """The settings that are arguments of one of the makers, functions or classes, by name."""
    arguments = {name for maker in makers for name in inspect.signature(maker).parameters}
    return {name: getattr(config, name) for name in arguments if hasattr(config, name)}


def makers_of(kind):
    """The classes whose arguments a kind of model takes."""
    return [MODELS[kind], Autoencoder, *((TwoGames, ClassGame) if kind in TWO_HEADED else ())]


def _encoder(config, image_shape, n_codes, n_classes):
    posterior = posteriors.get(config.posterior)
    make, _ = choose("network", config.network, NETWORKS)
    settings = _by_name(config, make) | {
        "batch_norm": config.batch_norm != "none",
        "normalised": config.kind in NORMALISED,
        "n_noise": config.posterior_noise if posterior.has_noise_input else 0,
        "n_classes": n_classes if config.kind in TWO_HEADED else None,
    }
    return make(image_shape, posterior.params_size(n_codes), **settings)


def _decoder(config, image_shape, n_codes, n_classes):
    _, make = choose("network", config.network, NETWORKS)
    settings = _by_name(config, make) | {
        "batch_norm": choose("batch_norm", config.batch_norm, BATCH_NORM),
        # The Bernoulli likelihood takes logits: the model itself applies the sigmoid.
        "output": "linear" if config.likelihood == "bernoulli" else config.output,
    }
    return make(n_codes + (n_classes if config.kind in DECODE_CLASSES else 0), image_shape, **settings)


def _discriminators(config, n_codes, n_classes):
    """That of z, which may be given a class, or "no label", too; that of y; none for models without a game."""

    def discriminator(n_inputs, name):
        settings = _by_name(config, networks.mlp_discriminator) | {"dropout": config.discriminator_dropout}
        return networks.mlp_discriminator(n_inputs, name=name, **settings)

    if config.kind in TWO_HEADED:
        yield discriminator(n_codes + (n_classes if config.conditional else 0), "discriminator")
        yield discriminator(n_classes * (2 if config.paired else 1), "class_discriminator")
    elif config.kind in ("aae", "supervised"):
        sees_class = config.sees_labels if config.kind == "aae" else config.conditional
        yield discriminator(n_codes + (n_classes + 1 if sees_class else 0), "discriminator")


def _of_kind(config, n_classes):
    """What a model is given of its classes."""
    settings = {}
    if config.kind in WITH_CLASSES or (config.kind == "aae" and config.sees_labels):
        settings["n_classes"] = n_classes
    if config.kind == "dimreduction":
        settings["classes_are_labels"] = config.n_clusters is None
    return settings
