"""A built model made ready to train: the optimiser of each phase, its rate as it falls, the arithmetic."""

from ..errors import choose
from ..models.autoencoder import LOSS_WEIGHTS
from ..models.optimizers import SGD, Adam
from ..models.schedules import falling_rate, stepwise_rate
from .hardware import fastest_jit, fastest_precision

# Which phases train at the rate and momentum of the autoencoder, and which at those of the games.
OF_THE_AUTOENCODER = ("reconstruction", "separation")
OF_GAMES = ("discriminator", "generator")


def compile_model(model, config, epochs, steps_per_epoch):
    """Compiles a model; to be called in the scope of its strategy.

    Args:
        model: The model, built.
        config: The ``config.OptimizerConfig``.
        epochs: Epochs of the run.
        steps_per_epoch: Training steps in an epoch.

    Returns:
        ``model``.

    Raises:
        InputError: If there is no such optimiser, schedule or precision, or a value is out of its range.
    """
    ways = {"update": config.update} if "update" in model.compile_settings else {}
    if model.learns_to_classify:
        ways |= {"classify_every": config.classify_every, "label_smoothing": config.label_smoothing}

    def falling(rate, every=1):
        return _falling(rate, config, epochs, steps_per_epoch / every)

    phases = model.phases_under(ways.get("update"))
    # A weight that other models have is none of this one's; a name that none has is left for ``compile`` to refuse.
    weights = {
        name: weight
        for name, weight in config.loss_weights.items()
        if name in model.losses_weighted or name not in LOSS_WEIGHTS
    }
    model.compile(
        {phase.name: _optimizer_of(phase.name, config, falling) for phase in phases},
        weights,
        precision=fastest_precision() if config.precision == "auto" else config.precision,
        jit_compile=fastest_jit() if config.jit_compile is None else config.jit_compile,
        **ways,
    )
    return model


def _optimizer_of(phase, config, falling):
    if phase == "classification":
        return _classification_optimizer(config, falling)
    autoencoder = config.optimizer, config.learning_rate, config.momentum
    games = config.optimizer, config.game_learning_rate or config.learning_rate, config.game_momentum
    classes = (
        config.class_discriminator_optimizer or config.optimizer,
        config.class_discriminator_learning_rate or games[1],
        config.game_momentum,
    )
    settings = dict.fromkeys(OF_THE_AUTOENCODER, autoencoder) | dict.fromkeys(OF_GAMES, games)
    name, rate, momentum = choose("the rate of phase", phase, settings | {"class_discriminator": classes})
    return _optimizer(name, config.beta_1, falling(rate), momentum)


def _classification_optimizer(config, falling):
    """Under Adam, AMSGrad with a short memory, for steps that are few and whose gradients all but vanish.

    Once the labels are learned Adam forgets how large the gradients were, and blows a later one up into a step that
    undoes the training; AMSGrad remembers. The largest come in the first dozens of steps, too few for the usual beta_2.
    """
    every = config.classify_every
    rate = falling(config.classification_learning_rate or config.learning_rate * every, every)
    if config.optimizer == "sgd":
        return _optimizer("sgd", None, rate, config.momentum)
    return Adam(rate, beta_1=config.beta_1, beta_2=0.99, amsgrad=True)


def _optimizer(name, beta_1, rate, momentum):
    makers = {"adam": lambda: Adam(rate, beta_1=beta_1), "sgd": lambda: SGD(rate, momentum)}
    return choose("optimizer", name, makers)()


def _falling(rate, config, epochs, steps_per_epoch):
    if config.schedule == "steps":
        return stepwise_rate(rate, list(config.drops or ()), steps_per_epoch)
    return falling_rate(rate, config.schedule, epochs, config.decay_start, steps_per_epoch)
