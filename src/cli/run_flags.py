"""Flags that say where images come from, and where a run is written and read; the configs made of them, and of all."""

import re

from ..config import Config, DataConfig, RunConfig, TrainedConfig
from .flag_group import DATA, MODEL, RUN, TRAINING, FlagGroup
from .given import given, recorded_flags
from .setting_flags import define_setting_flags, meaning, settings_given
from .training_flags import optimizer_config

PRETRAINED = "pretrained"


def define_data_flags(values, kinds, without=()):
    """Where images come from; as in ``define_setting_flags``."""
    define_setting_flags(values, "data", kinds, without)
    group = FlagGroup(values, DATA)
    group.integer("label_draw", None, f"{meaning('data.draw')} Default: that of --seed.", lower_bound=0)
    if "n_labels" not in without:
        FlagGroup(values, MODEL).text("nlabel", None, meaning("data.n_labels"))
        group.check(
            "nlabel",
            lambda count: count is None or count == "all" or (count.isdigit() and int(count) > 0),
            "expected a number of images above 0, or all",
        )


def define_run_flags(values, kinds, without=()):
    """How long a run is, where it is written and read, and what is measured; as in ``define_setting_flags``."""
    define_setting_flags(values, "run", kinds, without)
    group = FlagGroup(values, RUN)
    group.text(
        "load",
        None,
        "The epoch ID of the pre-trained model to be restored. Default: the newest. Or a model that comes trained with "
        "the package: pretrained for the first that fits the flags, pretrained:NAME for the one of that name.",
    )
    group.check(
        "load",
        lambda load: load is None or re.fullmatch(rf"[0-9]+|{PRETRAINED}(:\w+)?", load),
        "expected an epoch, 0 or above, or pretrained, or pretrained:NAME",
    )
    group.boolean("resume", False, meaning("run.resume"))
    FlagGroup(values, TRAINING).integer(
        "seed",
        0,
        "Seed of weights, order, noise, samples and, without --label_draw, of which images are held out and labels "
        "kept.",
        lower_bound=0,
    )


def config(values, model, command):
    """The run that flags describe.

    Args:
        values: The parsed flags.
        model: The ``ModelConfig`` made of them; scripts differ in how they name a kind of model.
        command: The whole command, for the record.
    """
    return Config(model, optimizer_config(values), data_config(values), run_config(values, command))


def data_config(values):
    """Which images flags name, and which labels they let training see."""
    n_labels = values.nlabel if "nlabel" in values else None
    return DataConfig(
        n_labels=int(n_labels) if n_labels not in (None, "all") else n_labels,
        draw=values.seed if values.label_draw is None else values.label_draw,
        **settings_given(values, "data"),
    )


def run_config(values, command):
    """How long flags say that a run is, where it is written, and what is saved when."""
    settings = {"strategy": "one"} | settings_given(values, "run")
    return RunConfig(
        seed=values.seed,
        resume=values.resume if values["resume"].present else None,
        command=command,
        flags=recorded_flags(values),
        **settings,
    )


def trained_config(values, experiment):
    """The trained model that flags name, its record to agree with ``experiment``."""
    return TrainedConfig(
        experiment,
        path=values.save_path,
        epoch=int(values.load) if values.load is not None and values.load.isdecimal() else None,
        pretrained=pretrained_name(values),
        seed=values.seed,
        parzen_samples=values.parzen_samples,
        source=given(values, DataConfig().source),
    )


def pretrained_name(values):
    """Name of the model that --load takes from the package, "" for the first that fits; None for a run's own."""
    source, _, name = (values.load or "").partition(":")
    return name if source == PRETRAINED else None
