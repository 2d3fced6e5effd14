"""The one exception for mistakes of the person who uses the package."""


class InputError(ValueError):
    """What was given cannot be used.

    The message is one line: what was given, what was expected, what to do. The scripts in ``experiment/`` print it and
    exit with status 2.
    """


def choose(what, name, choices):
    """The entry called ``name`` of ``choices``, a dictionary.

    Raises:
        InputError: If there is none of that name; ``what`` says what was looked for.
    """
    if name not in choices:
        raise InputError(f"{what} {name!r}: expected one of {', '.join(choices)}")
    return choices[name]
