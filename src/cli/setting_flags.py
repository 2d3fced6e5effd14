"""Flags made of the settings of a ``Config``: one for each, of its name, type, default, range and meaning.

A new setting has a flag of its name without a word here. Listed are the others: those with the names of the reference
repository, and those whose flag says the same in other terms, which ``*_flags.py`` define by hand.
"""

import re

from ..config import DEFAULTS, DataConfig, ModelConfig, OptimizerConfig, RunConfig
from ..settings import default_of, settings_of, type_of
from .flag_group import DATA, MODEL, RUN, TRAINING, FlagGroup
from .given import reject_unused

SECTIONS = {"model": ModelConfig, "optimizer": OptimizerConfig, "data": DataConfig, "run": RunConfig}
HEADINGS = {"model": MODEL, "optimizer": TRAINING, "data": DATA, "run": RUN}
# Settings that stand under another heading than the rest of their section.
OTHER_HEADINGS = {
    "model.ema_decay": TRAINING,
    "data.n_neighbours": MODEL,
    "run.paired_after": MODEL,
    "run.estimate_after": MODEL,
    "run.late_noise_after": MODEL,
    **dict.fromkeys(("run.epochs", "run.batch_size", "run.deterministic", "run.strategy"), TRAINING),
}

NAMES = {
    "model.n_codes": "ncode",
    "model.prior": "dist_type",
    "model.n_components": "ncomponents",
    "model.sees_labels": "label",
    "model.n_clusters": "nclusters",
    "model.hidden": "nhidden",
    "model.filters": "nfilters",
    "model.input_noise": "noise_std",
    "model.late_input_noise": "late_noise_std",
    "model.discriminator_dropout": "disc_dropout",
    "model.ema_decay": "average",
    "optimizer.learning_rate": "lr",
    "optimizer.game_learning_rate": "reg_lr",
    "optimizer.class_discriminator_optimizer": "ydis_optimizer",
    "optimizer.class_discriminator_learning_rate": "ydis_lr",
    "optimizer.classification_learning_rate": "cls_lr",
    "optimizer.beta_1": "beta1",
    "optimizer.game_momentum": "reg_momentum",
    "optimizer.schedule": "lr_schedule",
    "optimizer.drops": "lr_drops",
    "optimizer.classify_every": "cls_every",
    "optimizer.jit_compile": "jit",
    "data.path": "data_path",
    "data.n_valid": "nvalid",
    "data.n_labels": "nlabel",
    "data.draw": "label_draw",
    "data.n_neighbours": "neighbours",
    "run.path": "save_path",
    "run.epochs": "maxepoch",
    "run.batch_size": "bsize",
    "run.paired_after": "paired_from",
    "run.estimate_after": "shares_from",
    "run.late_noise_after": "late_noise_from",
}
# Flags that others define: those of other terms, and what is no flag.
BY_HAND = {
    *("model.kind", "model.hidden", "model.input_noise", "model.dropout", "model.input_dropout"),
    *("model.discriminator_dropout", "model.class_shares", "model.paired_from", "model.estimate_from"),
    *("model.late_noise_from", "model.seed"),
    *("optimizer.drops", "optimizer.loss_weights", "optimizer.jit_compile"),
    *("data.n_labels", "data.draw", "run.seed", "run.resume", "run.command", "run.flags"),
}
# Defaults of flags whose setting has None: the posterior for which that stands; of what begins during a run the share,
# where a model counts steps.
DEFAULTS_SHOWN = {
    "model.posterior": "gaussian",
    "run.paired_after": 0.0,
    "run.estimate_after": 0.5,
    "run.late_noise_after": 0.5,
}
# The flag that trains a kind of model.
ACTIONS = {
    "aae": "train",
    "supervised": "train_supervised",
    "semisupervised": "train_semisupervised",
    "clustering": "train_clustering",
    "dimreduction": "train_dimreduction",
}


def flag_of(setting):
    """Name of the flag of a setting, such as "model.n_codes"."""
    return NAMES.get(setting, setting.partition(".")[2])


def define_setting_flags(values, section, kinds, without=()):
    """Defines the flags of the settings that models of ``kinds`` have.

    Args:
        values: The ``absl.flags.FlagValues`` of a script.
        section: A key of ``SECTIONS``.
        kinds: The kinds of models that the script trains.
        without: Names of settings for which it has no flag.
    """
    for name in _made_flags(section):
        described = settings_of(SECTIONS[section])[name]
        if name not in without and any(map(described.is_of, kinds)):
            _define(values, section, name, described)


def settings_given(values, section, kind=None):
    """The settings of a section by the flags that a script has for them: those that models of ``kind`` have, or all."""
    described = settings_of(SECTIONS[section])
    of_kind = [name for name in _made_flags(section) if kind is None or described[name].is_of(kind)]
    flags = {name: flag_of(f"{section}.{name}") for name in of_kind}
    return {name: values[flag].value for name, flag in flags.items() if flag in values}


def reject_flags_of_other_kinds(values, kind):
    """Refuses flags that only models of other kinds have."""
    for section, described in ((section, settings_of(cls)) for section, cls in SECTIONS.items()):
        for name, setting in described.items():
            flag = flag_of(f"{section}.{name}")
            # A switch that is off, as it is without a word, says nothing of the model.
            if not setting.is_of(kind) and flag in values and not (values[flag].value is values[flag].default is False):
                reject_unused(values, [flag], under(setting.kinds))


def under(kinds):
    """What is said of flags for ``kinds`` of models: under which actions they count."""
    *others, last = map(_chosen_by, kinds)
    return f"under {', '.join(others)} and {last}" if others else f"under {last}"


def meaning(setting):
    """What a setting such as "model.n_codes" means, as a flag's help says it: settings and kinds are named by flags."""
    section, _, name = setting.partition(".")
    # Where two sections have a setting of one name, its own section's is meant.
    sections = [*SECTIONS, section]
    named = {other: f"--{flag_of(f'{each}.{other}')}" for each in sections for other in settings_of(SECTIONS[each])}
    named |= {kind: _chosen_by(kind) for kind in DEFAULTS}
    return re.sub(r"``(\w+)``", lambda found: named[found[1]], settings_of(SECTIONS[section])[name].what)


def _chosen_by(kind):
    """The flag by which a script trains a kind of model."""
    return f"--{ACTIONS[kind]}" if kind in ACTIONS else f"--model {kind}"


def _made_flags(section):
    return [name for name in settings_of(SECTIONS[section]) if f"{section}.{name}" not in BY_HAND]


def _define(values, section, name, described):
    setting, cls = f"{section}.{name}", SECTIONS[section]
    group = FlagGroup(values, OTHER_HEADINGS.get(setting, HEADINGS[section]))
    flag, what, kind = flag_of(setting), meaning(setting), type_of(cls, name)
    default = DEFAULTS_SHOWN.get(setting, default_of(cls, name))
    if described.choices:
        group.choice(flag, default, described.choices, what, described.aliases)
    elif kind in (int, float):
        define = group.integer if kind is int else group.number
        define(flag, default, what, lower_bound=described.at_least, upper_bound=described.at_most)
        group.check(flag, lambda value: value is None or described.is_within(value), f"expected {described.expected}")
    else:
        {bool: group.boolean, str: group.text}[kind](flag, default, what)
