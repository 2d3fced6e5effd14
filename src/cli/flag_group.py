"""Flags under the headings of the help, defined on the ``FlagValues`` of one script."""

from absl import flags

from ..errors import InputError

ACTION = "action (exactly one)"
MODEL = "model"
DATA = "data"
TRAINING = "training"
RUN = "run folder"
GROUPS = (ACTION, MODEL, DATA, TRAINING, RUN)


class FlagGroup:
    """Defines flags under one heading of the help.

    Args:
        values: The ``absl.flags.FlagValues`` of a script.
        heading: One of ``GROUPS``.
    """

    def __init__(self, values, heading):
        self._values = values
        self._where = {"flag_values": values, "module_name": heading}

    def boolean(self, name, default, what):
        """A flag that is given as --name or --noname."""
        flags.DEFINE_bool(name, default, what, **self._where)

    def integer(self, name, default, what, **bounds):
        """An integer within ``lower_bound`` and ``upper_bound``."""
        flags.DEFINE_integer(name, default, what, **bounds, **self._where)

    def number(self, name, default, what, check=None, **bounds):
        """A float; ``check`` is a pair of a predicate and what it expects."""
        flags.DEFINE_float(name, default, what, **bounds, **self._where)
        if check is not None:
            self.check(name, *check)

    def text(self, name, default, what, **more):
        """A string."""
        flags.DEFINE_string(name, default, what, **more, **self._where)

    def texts(self, name, what):
        """Strings, by giving the flag several times, or once with two values; see ``script``."""
        flags.DEFINE_multi_string(name, None, what, **self._where)

    def choice(self, name, default, choices, what, aliases=None):
        """One of ``choices``; ``aliases`` maps other names to the choices that they stand for."""
        aliases = aliases or {}
        flag = flags.EnumFlag(name, default, what, [*choices, *aliases])
        flag.parser = _AliasParser([*choices, *aliases], aliases)
        flags.DEFINE_flag(flag, **self._where)

    def words(self, name, default, what):
        """A list, its items parted by commas."""
        flags.DEFINE_list(name, default, what, **self._where)

    def check(self, name, is_right, expected):
        """Refuses values of a flag for which ``is_right`` is false."""
        flags.register_validator(name, is_right, expected, flag_values=self._values)


class _AliasParser(flags.EnumParser):
    """Parses a choice; an alias becomes the choice that it stands for.

    Args:
        names: Choices and aliases.
        aliases: Mapping from aliases to choices.
    """

    def __init__(self, names, aliases):
        super().__init__(names)
        self._aliases = aliases

    def parse(self, argument):
        """The choice that ``argument`` names."""
        name = super().parse(argument)
        return self._aliases.get(name, name)


def define_actions(values, helps):
    """Boolean flags of which exactly one must be given: a mapping from names to what they do."""
    group = FlagGroup(values, ACTION)
    for name, what in helps.items():
        group.boolean(name, False, what)


def require_one_action(values):
    """Refuses parsed flags that ask for no action, or for several, where the script has actions.

    Raises:
        InputError: If they do.
    """
    actions = values.flags_by_module_dict().get(ACTION, [])
    given = [f"--{flag.name}" for flag in actions if flag.value]
    if actions and len(given) != 1:
        found = " and ".join(given) or "no action"
        raise InputError(f"{found}: expected one of {', '.join(f'--{flag.name}' for flag in actions)}; see --help")


def check_together(values, names, are_right, message):
    """Refuses flags that do not go together: ``are_right`` is given a dictionary from ``names`` to their values."""
    flags.register_multi_flags_validator(names, are_right, message, flag_values=values)


def _is_rate(rate):
    return 0 < rate < float("inf")


RATE = _is_rate, "expected a finite number above 0"
KEEP_PROBABILITY = (lambda keep: 0 < keep <= 1), "expected a keep probability, above 0 and up to 1"
WEIGHT = (lambda weight: 0 <= weight < float("inf")), "expected a finite number, 0 or above"
