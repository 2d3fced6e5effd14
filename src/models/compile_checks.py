"""What ``compile`` refuses, in one line each."""

import math
import numbers

import keras

from ..errors import InputError
from .checks import require_known
from .optimizers import default_optimizer

# Arguments of Keras's own compile that would change nothing: the model has its losses, metrics and optimisers.
WITHOUT_EFFECT = ("optimizer", "loss", "metrics", "weighted_metrics")


def phase_optimizers(given, phases):
    """The optimiser of each phase, a dictionary by its name.

    Args:
        given: What ``compile`` was given: a dictionary from names of phases to Keras optimisers, or to their names,
            such as "adam"; or None.
        phases: List of the ``Phase`` that need one.

    Raises:
        InputError: If it is no dictionary, names no such phase or optimiser, or gives two phases the same one.
    """
    names = [phase.name for phase in phases]
    if not isinstance(given or {}, dict):
        raise InputError(f"optimizers {given!r}: expected a dictionary from phases ({', '.join(names)}) to optimisers")
    require_known("optimizers", given or {}, names)
    optimizers = {name: _optimizer(name, (given or {}).get(name)) for name in names}
    if len({id(optimizer) for optimizer in optimizers.values()}) < len(optimizers):
        raise InputError("optimizers: one and the same for several phases: expected an optimiser of its own for each")
    return optimizers


def _optimizer(phase, given):
    if given is None:
        return default_optimizer()
    try:
        optimizer = keras.optimizers.get(given)
    except (ValueError, TypeError):
        optimizer = None
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise InputError(f"the optimiser of {phase}, {given!r}: expected a Keras optimiser or its name, such as 'adam'")
    return optimizer


def require_weights(loss_weights, names):
    """Refuses loss weights of other names than ``names``, or that are no finite number of at least 0."""
    require_known("loss_weights", loss_weights, names)
    for name, weight in loss_weights.items():
        if not isinstance(weight, numbers.Real) or not 0 <= weight < math.inf:
            raise InputError(f"loss_weights: {name} {weight!r}: expected a finite number, 0 or above")


def require_effect(settings):
    """Refuses arguments of ``compile`` that would change nothing."""
    found = [name for name in WITHOUT_EFFECT if settings.get(name) is not None]
    if found:
        raise InputError(
            f"compile with {', '.join(found)}: expected optimizers and loss_weights, by phase and loss; "
            "the model has losses and metrics of its own"
        )
