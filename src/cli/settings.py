"""From flags to configs: the one place where the name of a flag meets the name of a setting."""

from ..config import Config, DataConfig, ModelConfig, OptimizerConfig, RunConfig, TrainedConfig
from .given import given, recorded_flags

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


def config(values, model, command):
    """The run that flags describe.

    Args:
        values: The parsed flags.
        model: The ``ModelConfig`` made of them; scripts differ in how they name a kind of model.
        command: The whole command, for the record.
    """
    return Config(model, optimizer_config(values), data_config(values), run_config(values, command))


def model_config(values, kind, **more):
    """A model of ``kind`` with the networks that flags describe; ``more`` for what only this kind has."""
    return ModelConfig(
        kind,
        n_codes=values.ncode,
        hidden=(values.nhidden, values.nhidden),
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
    return OptimizerConfig(**settings, **_those_there(values, only_some_scripts_have))


def data_config(values):
    """Which images flags name, and which labels they let training see."""
    n_labels = values.nlabel if "nlabel" in values else None
    return DataConfig(
        path=values.data_path,
        dataset=values.dataset,
        cache=values.cache,
        n_valid=values.nvalid,
        n_labels=int(n_labels) if n_labels not in (None, "all") else n_labels,
        draw=values.seed if values.label_draw is None else values.label_draw,
        n_neighbours=values.neighbours if "neighbours" in values else 0,
    )


def run_config(values, command):
    """How long flags say that a run is, where it is written, and what is saved when."""
    only_some_scripts_have = {"paired_from": "paired_from", "estimate_from": "shares_from", "strategy": "strategy"}
    return RunConfig(
        path=values.save_path,
        resume=values.resume if values["resume"].present else None,
        epochs=values.maxepoch,
        batch_size=values.bsize,
        seed=values.seed,
        deterministic=values.deterministic,
        plot_every=values.plot_every,
        save_every=values.save_every,
        save_minutes=values.save_minutes,
        keep=values.keep,
        parzen_samples=values.parzen_samples,
        command=command,
        flags=recorded_flags(values),
        **{"strategy": "one"} | _those_there(values, only_some_scripts_have),
    )


def trained_config(values, experiment):
    """The trained model that flags name, its record to agree with ``experiment``."""
    return TrainedConfig(
        experiment,
        path=values.save_path,
        epoch=values.load,
        seed=values.seed,
        parzen_samples=values.parzen_samples,
        source=given(values, ("data_path", "dataset", "cache")),
    )


def _those_there(values, names):
    """Settings from the flags that the script has: ``names`` maps settings to flags."""
    return {setting: values[flag].value for setting, flag in names.items() if flag in values}
