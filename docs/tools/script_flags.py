"""The flags of the scripts, as the documentation and its tests ask for them.

``define`` alone knows where the flags are defined. Flags are global to a process, so everything else asks a process of
its own: this file, run as a script.
"""

import functools
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPTS = ("aae_mnist", "vae_mnist", "compare_codes", "repeat", "reproduce")
# How each is called.
PROGRAMS = {f"python experiment/{script}.py": script for script in SCRIPTS}
# Scripts that hand what they do not know to another one.
PASS_ON = {"repeat": "aae_mnist", "reproduce": "aae_mnist"}


def define(script):
    """Defines the flags of ``script`` in this process.

    Args:
        script: One of ``SCRIPTS``.

    Returns:
        The flags, an ``absl.flags.FlagValues``; the groups of the help, a sequence of names; and a function without
        arguments that raises ``aae.errors.InputError`` where flags do not go together.
    """
    sys.path[:0] = [str(ROOT / "experiment")]
    module = importlib.import_module(script)
    module.define_flags()
    command_line = importlib.import_module("command_line")
    return command_line.FLAGS, command_line.GROUPS, getattr(module, "check_unread_flags", lambda: None)


@functools.cache
def flags_of(script):
    """The flags of ``script`` in the order of their definition.

    Args:
        script: One of ``SCRIPTS``.

    Returns:
        List of dictionaries with ``group``, ``name``, ``default`` (as written on a command line; None
        for none; True or False for a switch), ``values`` (those of a choice, otherwise an empty list) and ``help``.
    """
    return _ask("describe", script)


def complaints(script, command_lines):
    """What ``script`` says against each of several command lines, without doing what they ask for.

    Args:
        script: One of ``SCRIPTS``.
        command_lines: List of lists of arguments.

    Returns:
        List of messages, one a command line; None where the flags are right.
    """
    said = _ask("parse", script, json.dumps(command_lines))
    if script not in PASS_ON:
        return [what if isinstance(what, str) else None for what in said]
    passed_on = [[] if isinstance(what, str) else what for what in said]
    others = complaints(PASS_ON[script], passed_on)
    return [what if isinstance(what, str) else other for what, other in zip(said, others, strict=True)]


def _ask(*question):
    answer = subprocess.run([sys.executable, __file__, *question], capture_output=True, text=True, cwd=ROOT)
    if answer.returncode:
        raise RuntimeError(answer.stderr)
    return json.loads(answer.stdout)


def _describe(script):
    flags, groups, _ = define(script)
    by_group = flags.flags_by_module_dict()
    return [
        {
            "group": group,
            "name": flag.name,
            "default": _written(flag.default),
            "values": list(getattr(flag.parser, "enum_values", ())),
            "help": flag.help,
        }
        for group in groups
        for flag in by_group.get(group, ())
    ]


def _written(default):
    """A default as on a command line; that of ``flag.default_as_str`` stays behind where a script sets another."""
    if default is None or isinstance(default, bool):
        return default
    return ",".join(default) if isinstance(default, list) else str(default)


def _parse(script, command_lines):
    flags, _, check = define(script)
    return [_in_a_child(flags, check, script, arguments) for arguments in command_lines]


def _in_a_child(flags, check, script, arguments):
    """What a child process, which has flags of its own, says of ``arguments``: a message, or what it passes on."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = flags([script, *arguments], known_only=script in PASS_ON)[1:]
            check()
            if said and script not in PASS_ON:
                said = f"no flags: {' '.join(said)}"
        except Exception as error:
            said = f"{error}"
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        said = json.load(file)
    os.waitpid(child, 0)
    return said


if __name__ == "__main__":
    QUESTIONS = {"describe": _describe, "parse": _parse}
    print(json.dumps(QUESTIONS[sys.argv[1]](sys.argv[2], *map(json.loads, sys.argv[3:]))))
