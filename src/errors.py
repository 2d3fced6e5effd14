"""What goes wrong and can be fixed: each error in one line, which the scripts print before they exit with status 2."""


class AAEError(Exception):
    """An error that this package explains: what happened, what was expected, what to do.

    Args:
        message: All of that in one line.
        setting: The setting that fixes it, of those of ``config`` ("run.path"); None where it is no single one.
    """

    def __init__(self, message, setting=None):
        super().__init__(message)
        self.setting = setting


class InputError(AAEError, ValueError):
    """What was given cannot be used."""


class RunError(AAEError, RuntimeError):
    """What was given is right, and the run cannot continue: a full disk, a lost worker, a training that diverged."""


class TrainingDivergedError(RunError):
    """A loss or a weight became non-finite: infinite or NaN.

    Args:
        message: The error in one line.
        loss: Name of the loss that shows it, as ``fit`` reports it ("class_generator_loss"); None where none does.
        step: Training steps made before the one that showed it, since the model was compiled; None where unknown.
    """

    def __init__(self, message, loss=None, step=None):
        super().__init__(message)
        self.loss = loss
        self.step = step


def choose(what, name, choices):
    """The entry called ``name`` of ``choices``, a dictionary.

    Raises:
        InputError: If there is none of that name; ``what`` says what was looked for.
    """
    if name not in choices:
        raise InputError(f"{what} {name!r}: expected one of {', '.join(choices)}")
    return choices[name]
