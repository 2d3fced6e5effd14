"""A whole model from plain settings: the one place where the widths of its layers are worked out."""

from ..errors import InputError, choose
from . import networks, posteriors, priors
from .aae import AAE, ClusteringAAE, DimensionalityReductionAAE, SemiSupervisedAAE, SupervisedAAE
from .autoencoder import Autoencoder
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
# Their encoder gives classes beside the code.
TWO_HEADED = ("semisupervised", "clustering", "dimreduction")
# Their decoder is given the class beside the code.
DECODE_CLASSES = ("supervised", "semisupervised", "clustering")
# No prior keeps their codes in place: the encoder normalises them.
NORMALISED = ("dae", "ae")
N_COMPONENTS = 10
IMAGE_RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
# Whether the decoder is normalised too.
BATCH_NORM = {"none": False, "encoder": False, "autoencoder": True}
# Makers of encoder and decoder, and the setting that says how wide they are.
NETWORKS = {
    "mlp": (networks.mlp_encoder, networks.mlp_decoder, "hidden"),
    "conv": (networks.conv_encoder, networks.conv_decoder, "filters"),
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
    if config.n_clusters is not None and config.n_clusters < 2:
        raise InputError(f"n_clusters {config.n_clusters}: expected at least 2")
    n_classes = config.n_clusters or n_classes
    parts = [
        _encoder(config, image_shape, prior.n_codes, n_classes),
        _decoder(config, image_shape, prior.n_codes, n_classes),
        *_discriminators(config, prior.n_codes, n_classes),
    ]
    if config.kind == "dimreduction":
        # As far apart as the margin, so that few of them begin close to each other.
        parts.append(cluster_heads(n_classes, prior.n_codes, config.margin))
    return make(*parts, prior=prior, **_settings(config), **_settings_of_kind(config, n_classes))


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


def _encoder(config, image_shape, n_codes, n_classes):
    heads = {"n_classes": n_classes, "logit_scale": config.logit_scale} if config.kind in TWO_HEADED else {}
    posterior = posteriors.get(config.posterior)
    make, _, width = choose("network", config.network, NETWORKS)
    return make(
        image_shape,
        posterior.params_size(n_codes),
        getattr(config, width),
        config.dropout,
        normalised=config.kind in NORMALISED,
        batch_norm=config.batch_norm != "none",
        input_dropout=config.input_dropout,
        n_noise=config.posterior_noise if posterior.has_noise_input else 0,
        init_std=config.init_std,
        hidden_noise=config.hidden_noise,
        **heads,
    )


def _decoder(config, image_shape, n_codes, n_classes):
    _, make, width = choose("network", config.network, NETWORKS)
    return make(
        n_codes + (n_classes if config.kind in DECODE_CLASSES else 0),
        image_shape,
        getattr(config, width),
        config.dropout,
        # The Bernoulli likelihood takes logits: the model itself applies the sigmoid.
        "linear" if config.likelihood == "bernoulli" else config.output,
        choose("batch_norm", config.batch_norm, BATCH_NORM),
        config.init_std,
    )


def _discriminators(config, n_codes, n_classes):
    """That of z, which may be given a class, or "no label", too; that of y; none for models without a game."""

    def discriminator(n_inputs, name):
        return networks.mlp_discriminator(n_inputs, config.hidden, config.discriminator_dropout, name, config.init_std)

    if config.kind in TWO_HEADED:
        yield discriminator(n_codes + (n_classes if config.conditional else 0), "discriminator")
        yield discriminator(n_classes * (2 if config.paired else 1), "class_discriminator")
    elif config.kind in ("aae", "supervised"):
        sees_class = config.sees_labels if config.kind == "aae" else config.conditional
        yield discriminator(n_codes + (n_classes + 1 if sees_class else 0), "discriminator")


def _settings(config):
    return {
        "posterior": config.posterior,
        "likelihood": config.likelihood,
        "image_range": choose("output", config.output, IMAGE_RANGES),
        "input_noise": config.input_noise,
        "ema_decay": config.ema_decay,
        "seed": config.seed,
    }


def _settings_of_kind(config, n_classes):
    if config.kind == "aae":
        return {"n_classes": n_classes if config.sees_labels else None}
    if config.kind == "supervised":
        return {"n_classes": n_classes, "conditional": config.conditional}
    if config.kind not in TWO_HEADED:
        return {}
    names = ("conditional", "paired", "paired_from", "adversarial_noise", "class_shares", "estimate_from")
    settings = {"n_classes": n_classes} | {name: getattr(config, name) for name in names}
    if config.kind == "dimreduction":
        settings |= {"margin": config.margin, "classes_are_labels": config.n_clusters is None}
    return settings
