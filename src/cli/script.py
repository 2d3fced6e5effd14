"""Running a script: flags parsed, a command called, and what goes wrong said in one line."""

import importlib
import os
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from absl import flags

from ..backend import require_tensorflow
from ..errors import AAEError
from ..training.stopping import TrainingStopped
from .advice import advice
from .flag_group import GROUPS, require_one_action
from .given import adopt_recorded_flags
from .program import INSTALLED, Program
from .recipes import with_recipe

# Flags that are followed by two values.
PAIRS = ("--interpolate",)
HELP = {"--help", "-help", "--helpshort", "-h", "-?"}
BAD_INPUT = 2
INTERRUPTED = 130


class Invocation(NamedTuple):
    """One call of a script.

    Attributes:
        program: How it was started.
        arguments: All that it was given, a list of strings.
        values: Its flags, parsed.
        passed_on: What none of its flags reads, a list of strings; empty for scripts that pass nothing on.
    """

    program: Program
    arguments: list
    values: flags.FlagValues
    passed_on: list

    @property
    def command(self):
        """The whole command, for the record of a run."""
        return shlex.join([*self.program.words, *self.arguments])


@dataclass(frozen=True)
class Script:
    """What makes a script.

    Attributes:
        name: Its module's name, a key of ``program.INSTALLED``.
        help: What --help says before it lists the flags; its installed name in it is replaced by how it was started.
        define_flags: Function that defines its flags on a ``FlagValues``.
        command: Function of an ``Invocation`` that does the work.
        check: Function of the ``FlagValues`` that refuses flags that do not go together.
        passes_on: Whether flags that it does not know are passed on to another script.
    """

    name: str
    help: str
    define_flags: Callable
    command: Callable
    check: Callable = lambda values: None
    passes_on: bool = False


class Refused(Exception):  # noqa: N818 - it is no error of the code
    """The flags cannot be parsed; says why."""


class Ended(Exception):  # noqa: N818 - it is no error
    """Ends a script with the exit status ``status``; there is nothing left to say."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def run(script, argv=None):
    """Runs a script; what was given wrong, or keeps it from continuing, ends in one line on stderr.

    Args:
        script: The ``Script``.
        argv: Its arguments, a list of strings without a program's name; None for those of this process.

    Returns:
        Exit status: 0; 2 after an error that was explained; 128 + the signal's number after one that stopped it.
    """
    program = Program.started(script.name) if argv is None else Program.as_module(script.name)
    arguments = [str(word) for word in (sys.argv[1:] if argv is None else argv)]
    if HELP & set(arguments):
        try:
            _print_help(script, program)
            sys.stdout.flush()
        except BrokenPipeError:
            # Its reader, such as head, has seen enough; Python would say so again when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    values = None
    try:
        values, passed_on = _parse(script, program, arguments)
        adopt_recorded_flags(values)
        script.check(values)
        _start_tensorflow()
        script.command(Invocation(program, arguments, values, passed_on))
    except Ended as ended:
        return ended.status
    except TrainingStopped as stopped:
        folder = values.save_path or stopped.folder
        print(f"{stopped}; to resume, give the same command again with --resume --save_path {folder}", file=sys.stderr)
        return 128 + stopped.signal_number
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return INTERRUPTED
    except (AAEError, Refused) as error:
        return _fail(program, f"{error}{advice(error, values)}")
    except OSError as error:
        # A file that was already open has no name, as where the disk fills up.
        if error.strerror is None:
            raise
        return _fail(program, error.strerror if error.filename is None else f"{error.filename}: {error.strerror}")
    return 0


def parsed(script, arguments):
    """The flags of a script, and what none of them reads.

    Args:
        script: The ``Script``.
        arguments: List of strings.

    Raises:
        InputError: If there is no recipe of the name given.
        Refused: If a flag is unknown or its value is not right.
    """
    return _parse(script, Program.as_module(script.name), arguments)


def _parse(script, program, arguments):
    values = flags.FlagValues()
    script.define_flags(values)
    expanded = arguments if script.passes_on else with_recipe(_one_value_each(arguments), script.name)
    try:
        surplus = values([program.name, *expanded], known_only=script.passes_on)[1:]
    except flags.Error as error:
        raise Refused(_in_plain_words(error)) from None
    except UnicodeDecodeError:
        raise Refused("--flagfile: not a text file: expected one flag a line") from None
    if surplus and not script.passes_on:
        raise Refused(f"{' '.join(surplus)!r}: expected flags only, each with -- before its name")
    require_one_action(values)
    return values, surplus


def _one_value_each(arguments):
    """``--interpolate A B`` as absl takes it, ``--interpolate=A --interpolate=B``."""
    expanded, rest = [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word in PAIRS:
            n_values = next((index for index, each in enumerate(rest[:2]) if each.startswith("--")), 2)
            expanded += [f"{word}={value}" for value in rest[:n_values]] or [word]
            del rest[:n_values]
        else:
            expanded.append(word)
    return expanded


def _in_plain_words(error):
    """What absl says of a flag, without the words of Python's own conversions."""
    line = str(error).removeprefix("ERROR:: ").replace("could not convert string to float:", "expected a number, not")
    return line.replace("invalid literal for int() with base 10:", "expected an integer, not")


def _print_help(script, program):
    values = flags.FlagValues()
    script.define_flags(values)
    print(script.help.replace(f"{INSTALLED[script.name]} ", f"{program} "))
    for group in filter(values.flags_by_module_dict().get, GROUPS):
        print(values.module_help(group))


def _start_tensorflow():
    """Imports TensorFlow without the messages in which an error of one line would drown."""
    require_tensorflow()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Some messages ignore the level: they come from C++, past sys.stderr.
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            # Strategies tell of every exchange between workers.
            importlib.import_module("tensorflow").get_logger().setLevel("WARNING")
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _fail(program, message):
    line = " ".join(str(message).split())
    print(f"{program.name}: error: {line}", file=sys.stderr)
    return BAD_INPUT
