"""The one exception for mistakes of the person who uses the package."""


class InputError(ValueError):
    """What was given cannot be used.

    The message is one line: what was given, what was expected, what to do. The scripts in ``experiment/`` print it and
    exit with status 2.
    """
