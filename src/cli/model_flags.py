"""Flags that say what a model is in other terms than its settings, and the config made of all of them."""

from ..config import TWO_HEADED, WITH_GAME, ModelConfig
from .flag_group import KEEP_PROBABILITY, MODEL, RATE, FlagGroup, check_together
from .setting_flags import define_setting_flags, meaning, settings_given

# Flags of a second encoding, for the game on y on pairs.
SECOND_ENCODING = "paired_from", "adversarial_noise"


def define_model_flags(values, kinds, without=()):
    """What models of ``kinds`` are; as in ``define_setting_flags``."""
    define_setting_flags(values, "model", kinds, without)
    group = FlagGroup(values, MODEL)
    group.integer("nhidden", 1000, meaning("model.hidden"), lower_bound=1)
    group.boolean("noise", False, "Add Gaussian noise to the encoder's input in training.")
    group.number("noise_std", 0.6, "Standard deviation of that noise, on the images' own range.", RATE)
    group.number("dropout", 1.0, "Keep probability for dropout in encoder and decoder.", KEEP_PROBABILITY)
    group.number("input_dropout", 1.0, "Keep probability for dropout of the input's pixels.", KEEP_PROBABILITY)
    if set(kinds) & set(WITH_GAME):
        group.number("disc_dropout", 1.0, "Keep probability for dropout in the discriminators.", KEEP_PROBABILITY)
        check_together(
            values,
            ["noise", "late_noise_std"],
            lambda given: given["noise"] or given["late_noise_std"] is None,
            "--late_noise_std belongs to --noise",
        )
    check_together(
        values,
        ["likelihood", "output"],
        lambda given: given["likelihood"] != "bernoulli" or given["output"] == "sigmoid",
        "--likelihood bernoulli takes images in [0, 1]; add --output sigmoid",
    )
    if set(kinds) & set(TWO_HEADED):
        group.choice(
            "class_shares",
            "uniform",
            ["uniform", "estimated"],
            "Under the prior of y all classes are equally likely, or, from --shares_from on, as likely as the encoder "
            "has found them recently.",
        )


def check_class_game(values):
    """What flags of the game on neighbours must be to each other; for scripts that have all of them."""
    check_together(
        values,
        ["paired", *SECOND_ENCODING],
        lambda given: given["paired"] or not any(given[name] for name in SECOND_ENCODING),
        "--paired_from and --adversarial_noise belong to --paired",
    )
    check_together(
        values,
        ["paired", "averaged"],
        lambda given: not (given["paired"] and given["averaged"]),
        "--paired and --averaged: expected one of them, for the discriminator of y sees a pair or a mean",
    )
    check_together(
        values,
        ["paired", "averaged", "neighbours"],
        lambda given: not given["neighbours"] or given["paired"] or given["averaged"],
        "--neighbours belongs to --paired or --averaged",
    )
    check_together(
        values,
        ["averaged", "neighbours"],
        lambda given: not given["averaged"] or given["neighbours"],
        "--averaged needs neighbours to average over; add --neighbours 10",
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


def model_config(values, kind, **more):
    """A model of ``kind`` as flags describe it; ``more`` for what scripts say of a kind in their own way."""
    keeps = {"dropout": "dropout", "input_dropout": "input_dropout", "discriminator_dropout": "disc_dropout"}
    settings = settings_given(values, "model", kind) | {
        "hidden": (values.nhidden, values.nhidden),
        "input_noise": values.noise_std if values.noise else 0.0,
        "seed": values.seed,
        **{name: 1 - values[flag].value for name, flag in keeps.items() if flag in values},
    }
    if "class_shares" in values and values.class_shares != "uniform":
        settings["class_shares"] = values.class_shares
    return ModelConfig(kind, **settings | more)
