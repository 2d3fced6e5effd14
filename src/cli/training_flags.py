"""Flags that say how a model is trained in other terms than its settings, and the config made of all of them."""

from ..config import CLASSIFYING, DEFAULTS, TWO_HEADED, WITH_GAME, OptimizerConfig
from .flag_group import TRAINING, WEIGHT, FlagGroup
from .given import reject_unused
from .setting_flags import define_setting_flags, meaning, settings_given, under

# Which flag weighs which loss, by how much, what its help calls the loss, and the kinds of models that have it.
WEIGHTS = {
    "reconstruction": ("encw", 1.0, "the autoencoder loss", tuple(DEFAULTS)),
    "discriminator": ("disw", 6.0, "the z discriminator loss", WITH_GAME),
    "generator": ("genw", 6.0, "the z generator loss", WITH_GAME),
    "class_discriminator": ("ydisw", 6.0, "the y discriminator loss", TWO_HEADED),
    "class_generator": ("ygenw", 6.0, "the y generator loss", TWO_HEADED),
    "classification": ("clsw", 1.0, "the semi-supervised (classification) loss", CLASSIFYING),
    "separation": ("headw", 1.0, "the separation loss of cluster heads", ("dimreduction",)),
}
REMARKS = {"ygenw": " One optimiser serves z and y: their ratio counts."}


def define_training_flags(values, kinds):
    """How models of ``kinds`` are trained; as in ``define_setting_flags``."""
    define_setting_flags(values, "optimizer", kinds)
    group = FlagGroup(values, TRAINING)
    group.words("lr_drops", None, meaning("optimizer.drops"))
    group.check("lr_drops", _are_rising_epochs, "expected rising epochs, such as 100,300")
    group.choice(
        "jit",
        "auto",
        ["auto", "on", "off"],
        "Compile training steps with XLA, where replicas do not share them. auto: on one GPU.",
    )
    for flag, default, loss, weighed in WEIGHTS.values():
        if set(kinds) & set(weighed):
            what = (
                f"Weight of {loss}. With an Adam optimiser for each phase it cancels out of the update, but for Adam's "
                f"epsilon; with SGD it scales the step.{REMARKS.get(flag, '')}"
            )
            group.number(flag, default, what, WEIGHT)


def reject_weights_of_other_kinds(values, kind):
    """Refuses weights of losses that only models of other kinds have."""
    for flag, _, _, kinds in WEIGHTS.values():
        if kind not in kinds:
            reject_unused(values, [flag], under(kinds))


def _are_rising_epochs(drops):
    drops = drops or []
    return all(drop.isdigit() and int(drop) > 0 for drop in drops) and sorted(set(drops), key=int) == drops


def optimizer_config(values):
    """How flags say that a model is trained."""
    return OptimizerConfig(
        drops=None if values.lr_drops is None else tuple(map(int, values.lr_drops)),
        loss_weights={loss: values[flag].value for loss, (flag, *_) in WEIGHTS.items() if flag in values},
        jit_compile=None if values.jit == "auto" else values.jit == "on",
        **settings_given(values, "optimizer"),
    )
