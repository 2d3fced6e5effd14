"""Settings: fields of a configuration that say what they mean and which values they may have."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from os import PathLike
from types import NoneType, UnionType
from typing import get_args

from .errors import InputError

_KEY = "setting"
# What a value must be an instance of, such as a number of NumPy or a path, and how it is called; by its field's type.
_TYPES = {int: (Integral, "an integer"), float: (Real, "a number"), str: ((str, PathLike), "text")}


@dataclass(frozen=True)
class Setting:
    """What a setting means, its range or its choices; None is in every range and among all choices.

    Attributes:
        what: Sentences. Names of other settings, and of kinds of models, stand in double backquotes.
        choices: The names that it may have; empty for any value of its type.
        aliases: Mapping from other names to the choices that they stand for.
        at_least: Least number, or None.
        above: Number that it must exceed, or None.
        at_most: Greatest number, or None.
        below: Number that it must stay under, or None.
        kinds: Kinds of models that have it; empty for all.
    """

    what: str
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    kinds: tuple[str, ...] = ()

    @property
    def expected(self):
        """Its range in words."""
        bounds = {"above": self.above, "at least": self.at_least, "at most": self.at_most, "below": self.below}
        said = " and ".join(f"{words} {bound}" for words, bound in bounds.items() if bound is not None)
        return "a finite number" + (", " if self.at_least is not None else " ") + said if said else "a finite number"

    def is_of(self, kind):
        """Whether models of a kind have it."""
        return not self.kinds or kind in self.kinds

    def is_within(self, number):
        """Whether a number is finite and in the range."""
        return (
            (isinstance(number, int) or math.isfinite(number))
            and (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )

    def require(self, name, value):
        """Refuses a value that it may not have.

        Raises:
            InputError: If it is no choice, or not in the range.
        """
        if self.choices and value is not None and value not in (*self.choices, *self.aliases):
            raise InputError(f"{name} {value!r}: expected one of {', '.join(self.choices)}")
        if isinstance(value, Real) and not isinstance(value, bool) and not self.is_within(value):
            raise InputError(f"{name} {value}: expected {self.expected}")


def setting(default, what, **bounds):
    """A field of a class under ``settings``.

    Args:
        default: Its default; a function without arguments for one that is made anew each time.
        what: As in ``Setting``.
        **bounds: What else a ``Setting`` has.
    """
    metadata = {_KEY: Setting(what, **bounds)}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def settings(cls):
    """Makes a frozen dataclass of a class: it refuses numbers out of range and unknown names, and documents itself."""
    finish = getattr(cls, "__post_init__", None)

    def check(self):
        for name, described in settings_of(type(self)).items():
            _require_type(type(self), name, getattr(self, name))
            described.require(name, getattr(self, name))
        if finish is not None:
            finish(self)

    cls.__post_init__ = check
    cls = dataclass(frozen=True)(cls)
    # Sphinx would take an asterisk for the start of an emphasis.
    lines = ["    {}: {}".format(name, each.what.replace("*", r"\*")) for name, each in settings_of(cls).items()]
    cls.__doc__ = "\n".join([inspect.cleandoc(cls.__doc__), "", "Attributes:", *lines])
    return cls


def _require_type(cls, name, value):
    """Refuses a value of another type, such as the text of a number; fields of types not listed take anything."""
    of_type = type_of(cls, name)
    types = of_type if isinstance(of_type, tuple) else (of_type,)
    if value is None or not all(each in _TYPES for each in types):
        return
    if not any(isinstance(value, _TYPES[each][0]) for each in types):
        raise InputError(f"{name} {value!r}: expected {' or '.join(_TYPES[each][1] for each in types)}")


def settings_of(cls):
    """The settings of a class: a dictionary from names to ``Setting``."""
    return {each.name: each.metadata[_KEY] for each in fields(cls) if _KEY in each.metadata}


def type_of(cls, name):
    """The type of a setting's values, None apart; several for one that may have values of several types."""
    of_type = next(each.type for each in fields(cls) if each.name == name)
    types = get_args(of_type) if isinstance(of_type, UnionType) else (of_type,)
    types = tuple(each for each in types if each is not NoneType)
    return types[0] if len(types) == 1 else types


def default_of(cls, name):
    """The default of a setting."""
    return next(each.default for each in fields(cls) if each.name == name)
