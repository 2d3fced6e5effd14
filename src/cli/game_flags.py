"""Flags of the adversarial games and of clusters, and the settings of a ``ModelConfig`` made of them."""

from .flag_group import DECAY, KEEP_PROBABILITY, MODEL, RATE_OR_NONE, TRAINING, FlagGroup, check_together
from .training_flags import define_rate, define_weight


def define_game_flags(values):
    """What an adversarial game adds."""
    group = FlagGroup(values, MODEL)
    group.choice(
        "posterior",
        "gaussian",
        ["gaussian", "deterministic", "universal"],
        "What the encoder gives: mean and scale of each code; the code itself; or the code, from the image and noise, "
        "the universal approximator of a posterior.",
    )
    group.integer(
        "posterior_noise",
        10,
        "Dimension of the noise fed to the encoder under --posterior universal.",
        lower_bound=1,
    )
    group.number("disc_dropout", 1.0, "Keep probability for dropout in the discriminators.", KEEP_PROBABILITY)
    define_rate(values, "reg_lr", "of the adversarial games. Default: that of --lr")
    FlagGroup(values, TRAINING).number(
        "reg_momentum", 0.1, "Momentum of the adversarial games under --optimizer sgd.", DECAY
    )
    define_weight(values, "genw", 6.0, "the z generator loss")
    define_weight(values, "disw", 6.0, "the z discriminator loss")


def define_class_game_flags(values):
    """What the game on classes, or clusters, adds."""
    define_weight(values, "ygenw", 6.0, "the y generator loss", "One optimiser serves z and y: their ratio counts.")
    define_weight(values, "ydisw", 6.0, "the y discriminator loss")
    _define_pairs(values)
    group = FlagGroup(values, MODEL)
    group.choice(
        "class_shares",
        "uniform",
        ["uniform", "estimated"],
        "Under the prior of y all classes are equally likely, or, from --shares_from on, as likely as the encoder has "
        "found them recently.",
    )
    group.number(
        "shares_from",
        0.5,
        "Share of the run after which --class_shares estimated holds; before, all classes are equally likely.",
        lower_bound=0.0,
        upper_bound=1.0,
    )
    group.number(
        "logit_scale",
        None,
        "Standard deviation to which the logits of every class are normalised over the batch, without a learned scale "
        "or shift, so that no class falls out of use; without this flag --batch_norm decides.",
        RATE_OR_NONE,
    )


def _define_pairs(values):
    group = FlagGroup(values, MODEL)
    group.boolean(
        "paired",
        False,
        "Play the game on y on two noisy encodings of each image side by side, against one one-hot vector twice, so "
        "that the noise does not change the class.",
    )
    group.number(
        "paired_from",
        0.0,
        "Share of the run after which --paired holds; before, one encoding is shown twice.",
        lower_bound=0.0,
        upper_bound=1.0,
    )
    group.number(
        "adversarial_noise",
        0.0,
        "With --paired: L2 norm, on the images' own range, of a perturbation that the second encoding is given, in the "
        "direction in which the highest probability falls fastest; 0 for another draw of the noise.",
        lower_bound=0.0,
    )
    group.integer(
        "neighbours",
        0,
        "With --paired: the second encoding is that of a neighbour, one of the N nearest images (Euclidean distance) "
        "that has it among its N nearest, so that the game brings neighbours into one class; 0 for the same image.",
        lower_bound=0,
    )
    second_encoding = ["paired_from", "adversarial_noise", "neighbours"]
    check_together(
        values,
        ["paired", *second_encoding],
        lambda given: given["paired"] or not any(given[name] for name in second_encoding),
        "--paired_from, --adversarial_noise and --neighbours belong to --paired",
    )
    check_together(
        values,
        ["adversarial_noise", "neighbours"],
        lambda given: not (given["adversarial_noise"] and given["neighbours"]),
        "--adversarial_noise and --neighbours: expected one of them, for there is one second encoding",
    )
    check_together(
        values,
        ["cache", "neighbours"],
        lambda given: not given["neighbours"] or given["cache"] == "memory",
        "--neighbours are looked up in memory; leave --cache at memory",
    )


def define_cluster_flags(values):
    """What clusters and their heads add."""
    group = FlagGroup(values, MODEL)
    group.integer(
        "nclusters",
        None,
        "Number of clusters. Default: 16 under --train_clustering, 20 under --train_dimreduction without --nlabel.",
        lower_bound=2,
    )
    group.number(
        "margin",
        4.0,
        "Distance between two cluster heads from which on they cost nothing, in the units of the codes.",
        lower_bound=0.0,
    )
    define_weight(values, "headw", 1.0, "the separation loss of cluster heads")


def game_settings(values):
    """What a model with an adversarial game has besides."""
    return {
        "posterior": values.posterior,
        "posterior_noise": values.posterior_noise,
        "discriminator_dropout": 1 - values.disc_dropout,
    }


def class_game_settings(values):
    """What a model with games on z and y has besides those of ``game_settings``."""
    return {
        "logit_scale": values.logit_scale,
        "paired": values.paired,
        "adversarial_noise": values.adversarial_noise,
        "class_shares": None if values.class_shares == "uniform" else values.class_shares,
        "margin": values.margin,
    }
