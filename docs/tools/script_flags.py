"""The flags of the scripts, as the documentation and its tests ask for them."""

import functools
import importlib
from pathlib import Path

from aae.cli.flag_group import GROUPS
from aae.cli.program import INSTALLED
from aae.cli.script import Refused, parsed
from aae.errors import InputError
from absl import flags

ROOT = Path(__file__).parents[2]
SCRIPTS = tuple(INSTALLED)
# How each is called: from a checkout, as a module, and installed.
PROGRAMS = {
    program: script
    for script, installed in INSTALLED.items()
    for program in (f"python experiment/{script}.py", f"python -m aae.cli.{script}", installed)
}
# Scripts that hand what they do not know to another one.
PASSES_ON_TO = "aae_mnist"


def define(script):
    """What ``aae.cli`` has of a script.

    Args:
        script: One of ``SCRIPTS``.

    Returns:
        Its ``Script``, and its flags on an ``absl.flags.FlagValues``.
    """
    described = importlib.import_module(f"aae.cli.{script}").SCRIPT
    values = flags.FlagValues()
    described.define_flags(values)
    return described, values


@functools.cache
def flags_of(script):
    """The flags of ``script`` in the order of their definition.

    Args:
        script: One of ``SCRIPTS``.

    Returns:
        List of dictionaries with ``group``, ``name``, ``default`` (as written on a command line; None for none; True or
        False for a switch), ``values`` (those of a choice, otherwise an empty list) and ``help``.
    """
    _, values = define(script)
    by_group = values.flags_by_module_dict()
    return [
        {
            "group": group,
            "name": flag.name,
            "default": _written(flag.default),
            "values": list(getattr(flag.parser, "enum_values", ())),
            "help": flag.help,
        }
        for group in GROUPS
        for flag in by_group.get(group, ())
    ]


def complaint(script, arguments):
    """What ``script`` says against its arguments, without doing what they ask for.

    Args:
        script: One of ``SCRIPTS``.
        arguments: List of strings.

    Returns:
        A message; None where the flags are right.
    """
    described, _ = define(script)
    try:
        values, passed_on = parsed(described, arguments)
        described.check(values)
    except (Refused, InputError) as error:
        return f"{error}"
    if not passed_on:
        return None
    recipe = [f"--recipe={values.recipe}"] if "recipe" in values else []
    return complaint(PASSES_ON_TO, [*recipe, *passed_on])


def _written(default):
    """A default as on a command line; that of ``flag.default_as_str`` stays behind where a script sets another."""
    if default is None or isinstance(default, bool):
        return default
    return ",".join(default) if isinstance(default, list) else str(default)
