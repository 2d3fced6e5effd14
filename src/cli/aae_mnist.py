"""Adversarial autoencoders on MNIST: train, sample, draw, measure (Makhzani et al., figures 1 to 4, 6, 8 to 10).

aae-mnist --train --ncode 2 --dist_type gmm
aae-mnist --train --label --ncode 2 --dist_type gmm --nlabel 10000
aae-mnist --train_supervised --ncode 10
aae-mnist --train_semisupervised --ncode 10 --nlabel 1280
aae-mnist --train_clustering --ncode 5 --nclusters 16
aae-mnist --train_dimreduction --ncode 2 --nlabel 100
aae-mnist --generate --ncode 2 --dist_type gmm
aae-mnist --generate --supervise --ncode 10
aae-mnist --viz --ncode 2 --dist_type gmm --load 40
aae-mnist --evaluate --save_path runs/NAME
aae-mnist --explore --save_path runs/NAME
aae-mnist --explore --load pretrained
aae-mnist --encode DIR --save_path runs/NAME
aae-mnist --interpolate 3 8 --load pretrained
aae-mnist --recipe fig3_gmm_10k
"""

import sys

from ..config import CLASSIFYING, DEFAULTS, WITH_CLASSES, WITH_GAME
from . import run_flags
from .flag_group import MODEL, FlagGroup, check_together, define_actions
from .given import (
    given,
    reject_unused,
    reject_unused_moments,
    reject_unused_schedule,
    reject_unused_widths,
)
from .model_flags import check_class_game, define_model_flags, model_config
from .recipes import define_recipe_flag
from .sample_flags import OF_TRAINED_MODELS, define_sample_flags, look_at_samples
from .script import Script, run
from .setting_flags import ACTIONS, reject_flags_of_other_kinds, under
from .training_flags import define_training_flags, reject_weights_of_other_kinds

EXPERIMENT = ("ncode", "dist_type", "label", "nclusters")
CLASSIFICATION = ("clsw", "cls_lr", "cls_every", "label_smoothing")


def define_flags(values):
    """The flags of the TF repository, with its names, meanings and defaults, and those new here."""
    define_actions(
        values,
        {
            "train": "Train the model of figures 1 and 3.",
            "train_supervised": "Train the model of figure 6, whose decoder is given the label.",
            "train_semisupervised": "Train the model of figure 8, which learns to classify from few labels.",
            "train_clustering": "Train the model of figure 9, which clusters without labels.",
            "train_dimreduction": "Train the model of figure 10, which embeds; without --nlabel unsupervised.",
            "generate": "Randomly sample images from a trained model.",
            "viz": "Visualise latent space and data manifold (only when --ncode is 2).",
            "evaluate": "Measure a trained model on the test images.",
            "explore": "Write a page in which one moves through a trained model by hand.",
        },
    )
    define_model_flags(values, WITH_GAME)
    FlagGroup(values, MODEL).boolean(
        "supervise", False, "With --generate: sample from the supervised model, every class in ten styles (figure 6)."
    )
    run_flags.define_data_flags(values, WITH_GAME)
    define_training_flags(values, WITH_GAME)
    run_flags.define_run_flags(values, WITH_GAME)
    define_sample_flags(values)
    define_recipe_flag(values)
    check_class_game(values)
    _define_checks(values)


def _define_checks(values):
    """What flags must be to each other; known before TensorFlow is imported."""
    checks = [
        (
            ["ncode", "dist_type"],
            lambda given: given["dist_type"] != "gmm" or given["ncode"] % 2 == 0,
            "a mixture prior needs an even number of codes; try --ncode 2 or 4",
        ),
        (
            ["ncode", "dist_type"],
            lambda given: given["dist_type"] != "swiss_roll" or given["ncode"] == 2,
            "a swiss roll lies in a plane; use --ncode 2",
        ),
        (
            ["ncomponents", "dist_type"],
            lambda given: given["ncomponents"] is None or given["dist_type"] == "gmm",
            "--ncomponents is used only with --dist_type gmm; leave it out",
        ),
        (
            ["viz", "ncode"],
            lambda given: not given["viz"] or given["ncode"] == 2,
            "--viz draws a plane of codes: it needs a model of --ncode 2",
        ),
        (
            ["ncode", "label"],
            lambda given: not given["label"] or given["ncode"] > 1,
            "--label needs --ncode 2 or more",
        ),
        (
            ["label", *(flag for kind, flag in ACTIONS.items() if kind != "aae")],
            lambda given: not given.pop("label") or not any(given.values()),
            "--label belongs to --train: the other models use labels in their own way, or none",
        ),
        (
            ["supervise", "generate"],
            lambda given: not given["supervise"] or given["generate"],
            "--supervise belongs to --generate",
        ),
        (
            ["dist_type", "prior_std"],
            lambda given: given["dist_type"] == "gaussian" or given["prior_std"] == 1,
            "--prior_std is that of the Gaussian prior: leave it out with another --dist_type",
        ),
    ]
    for names, are_right, message in checks:
        check_together(values, names, are_right, message)


def reject_unused_flags(values):
    """Rejects flags of training that would not be used."""
    kind = trained_kind(values)
    if kind is None:
        return
    reject_unused(values, ["load"], OF_TRAINED_MODELS)
    reject_unused_widths(values, has_game=True)
    reject_unused_moments(values)
    reject_unused_schedule(values)
    if values.class_shares == "uniform":
        reject_unused(values, ["shares_from"], "under --class_shares estimated")
    if values.late_noise_std is None:
        reject_unused(values, ["late_noise_from"], "under --late_noise_std")
    if kind == "clustering" or (kind == "aae" and not values.label):
        others = under(("supervised", *CLASSIFYING)).removeprefix("under ")
        reject_unused(values, ["nlabel"], f"under --label, {others}")
    if kind not in CLASSIFYING or (kind == "dimreduction" and not values.nlabel):
        reject_unused(values, CLASSIFICATION, "under --train_semisupervised, or --train_dimreduction with --nlabel")
    if n_clusters(values, kind) is None:
        where = "under --train_clustering, and --train_dimreduction without --nlabel"
        reject_unused(values, ["nclusters"], where)
    reject_flags_of_other_kinds(values, kind)
    reject_weights_of_other_kinds(values, kind)
    if values.posterior != "universal":
        reject_unused(values, ["posterior_noise"], "under --posterior universal")


def trained_kind(values):
    """The kind of model that the flags have trained, None under the other actions."""
    return next((kind for kind, flag in ACTIONS.items() if values[flag].value), None)


def n_clusters(values, kind):
    """The number of clusters of the model that the flags describe, None where labels name its classes."""
    if DEFAULTS[kind].n_clusters is None or (kind == "dimreduction" and values.nlabel):
        return None
    return values.nclusters or DEFAULTS[kind].n_clusters


def config(values, kind, command=""):
    """The ``Config`` of a model of ``kind`` by the flags."""
    model = model_config(values, kind, n_clusters=n_clusters(values, kind))
    return run_flags.config(values, model, command)


def required_settings(values):
    """The settings that a trained model must have, by the flags."""
    name = run_flags.pretrained_name(values)
    is_named = values.save_path if name is None else name
    if values.supervise:
        kinds = WITH_CLASSES if is_named else "supervised"
    else:
        kinds = WITH_GAME if is_named or not (values.generate or values.viz) else "aae"
    experiment = {"model": kinds} | given(values, EXPERIMENT)
    return experiment | ({"ncode": 2} if values.viz and not is_named else {})


def command(invocation):
    """Does the one thing asked for."""
    values = invocation.values
    kind = trained_kind(values)
    if kind is not None:
        from .train import train

        train(config(values, kind, invocation.command), invocation.program)
        return

    if look_at_samples(values, required_settings(values)):
        return

    from . import trained

    asked = run_flags.trained_config(values, required_settings(values))
    if values.generate:
        trained.generate(asked, styles=values.supervise)
    elif values.viz:
        trained.viz(asked)
    elif values.explore:
        trained.explore(asked)
    else:
        trained.evaluate(asked)


SCRIPT = Script("aae_mnist", __doc__, define_flags, command, reject_unused_flags)


def main(argv=None):
    """Runs the script.

    Args:
        argv: Its flags, a list of strings; None for those of this process.

    Returns:
        Exit status, as in ``script.run``.
    """
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
