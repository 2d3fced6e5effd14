"""Flags that say how a model is trained, and the config made of them."""

from ..config import OptimizerConfig
from ..training.records import RENAMED_VALUES
from .flag_group import DATA, DECAY, RATE, RATE_OR_NONE, SHARE, TRAINING, WEIGHT, FlagGroup, those_defined

# Which flag weighs which loss.
WEIGHTS = {
    "reconstruction": "encw",
    "discriminator": "disw",
    "generator": "genw",
    "class_discriminator": "ydisw",
    "class_generator": "ygenw",
    "classification": "clsw",
    "separation": "headw",
}


def define_training_flags(values):
    """How a model is trained."""
    group = FlagGroup(values, TRAINING)
    group.number("lr", 2e-4, "Initial learning rate.", RATE)
    _define_schedule(group)
    group.choice(
        "optimizer",
        "adam",
        ["adam", "sgd"],
        "Adam, or stochastic gradient descent with momentum, as in the paper; one for each phase.",
    )
    group.number("beta1", 0.5, "Decay of Adam's first moment.", DECAY)
    group.number("momentum", 0.9, "Momentum of reconstruction and classification under --optimizer sgd.", DECAY)
    group.integer("bsize", 128, "Batch size.", lower_bound=1)
    group.integer("maxepoch", 100, "Max number of epochs.", lower_bound=1)
    group.number(
        "average",
        0.0,
        "Decay of an exponential moving average (EMA) of the weights over training steps, for evaluation; 0 for none.",
        DECAY,
    )
    group.integer(
        "seed",
        0,
        "Seed of weights, order, noise, samples and, without --label_draw, of which images are held out and labels "
        "kept.",
        lower_bound=0,
    )
    FlagGroup(values, DATA).integer(
        "label_draw",
        None,
        "Seed of which images are held out and which labels are kept. Default: that of --seed.",
        lower_bound=0,
    )
    define_weight(values, "encw", 1.0, "the autoencoder loss")


def _define_schedule(group):
    group.words(
        "lr_drops",
        None,
        "Epochs after which the learning rates fall tenfold; empty for none. Default: 100,300; under "
        "--train_semisupervised, --train_clustering and --train_dimreduction 150,200.",
    )
    group.choice(
        "lr_schedule",
        "steps",
        ["steps", "linear", "cosine"],
        "How the learning rates fall: tenfold after each of --lr_drops, or to 0 in the last part of the run, from "
        "--decay_start on.",
    )
    group.number(
        "decay_start",
        0.5,
        "Share of the run after which the rates begin to fall under --lr_schedule linear and cosine.",
        SHARE,
        lower_bound=0.0,
    )
    group.check("lr_drops", _are_rising_epochs, "expected rising epochs, such as 100,300")


def define_classification_flags(values):
    """What classification adds."""
    define_rate(
        values,
        "cls_lr",
        "of the classification phase. Default: --lr times --cls_every, so that the labels are not outvoted by the "
        "phases that move the encoder more often",
    )
    group = FlagGroup(values, TRAINING)
    group.integer("cls_every", 10, "Training steps between classification phases.", lower_bound=1)
    define_weight(values, "clsw", 1.0, "the semi-supervised (classification) loss")
    group.number(
        "label_smoothing",
        0.0,
        "Share of each label, at least 0 and below 1, that the classification phase spreads over all classes.",
        SHARE,
    )


def define_speed_flags(values, updates=True):
    """How the machine is used; ``updates`` for scripts with adversarial models."""
    group = FlagGroup(values, TRAINING)
    group.boolean(
        "deterministic",
        False,
        "Refuse what may compute other bits on another day; the same seed gives the same bits on the same machine.",
    )
    group.choice(
        "precision",
        "auto",
        ["auto", "float32", "bfloat16"],
        "In which precision training computes; weights, losses and evaluation are float32 in any. auto: bfloat16 on "
        "CPUs with AVX-512 or AMX instructions for it, otherwise float32.",
    )
    group.choice(
        "jit",
        "auto",
        ["auto", "on", "off"],
        "Compile training steps with XLA, where replicas do not share them. auto: on one GPU.",
    )
    if updates:
        group.choice(
            "update",
            "alternating",
            ["alternating", "joint"],
            "The phases in turn, or all at one point, classification too, in one pass through the autoencoder: less "
            "arithmetic, but --encw, --genw, --ygenw and --clsw must then balance the losses.",
            RENAMED_VALUES["update"],
        )


def define_strategy_flag(values):
    """On what devices and hosts."""
    FlagGroup(values, TRAINING).choice(
        "strategy",
        "auto",
        ["auto", "one", "mirrored", "multiworker"],
        "Train on one device, on all devices of this host, or on all hosts that the environment variable TF_CONFIG "
        "names. auto: multiworker where there is a TF_CONFIG, mirrored where there are several GPUs, otherwise one.",
    )


def define_weight(values, name, default, loss, remark=""):
    """A loss weight: a finite number, 0 or above."""
    help_text = (
        f"Weight of {loss}. With an Adam optimiser for each phase it cancels out of the update, but for Adam's "
        f"epsilon; with SGD it scales the step. {remark}"
    )
    FlagGroup(values, TRAINING).number(name, default, help_text.strip(), WEIGHT)


def define_rate(values, name, which):
    """A learning rate of some phases, None for one that follows from others."""
    FlagGroup(values, TRAINING).number(name, None, f"Initial learning rate {which}.", RATE_OR_NONE)


def _are_rising_epochs(drops):
    drops = drops or []
    return all(drop.isdigit() and int(drop) > 0 for drop in drops) and sorted(set(drops), key=int) == drops


def optimizer_config(values):
    """How flags say that a model is trained."""
    settings = {
        "optimizer": values.optimizer,
        "learning_rate": values.lr,
        "beta_1": values.beta1,
        "momentum": values.momentum,
        "schedule": values.lr_schedule,
        "drops": None if values.lr_drops is None else tuple(map(int, values.lr_drops)),
        "decay_start": values.decay_start,
        "loss_weights": {loss: values[flag].value for loss, flag in WEIGHTS.items() if flag in values},
        "precision": values.precision,
        "jit_compile": None if values.jit == "auto" else values.jit == "on",
    }
    only_some_scripts_have = {
        "game_learning_rate": "reg_lr",
        "game_momentum": "reg_momentum",
        "classification_learning_rate": "cls_lr",
        "classify_every": "cls_every",
        "label_smoothing": "label_smoothing",
        "update": "update",
    }
    return OptimizerConfig(**settings, **those_defined(values, only_some_scripts_have))
