"""A run's record, read without TensorFlow, which takes seconds to import."""

import json
from pathlib import Path

from ..config import OptimizerConfig
from ..errors import InputError
from ..settings import settings_of

NAME = "config.json"
PARTS = "experiment", "flags", "data"
# Values of flags that were renamed: by flag, from the name that earlier versions recorded to today's.
RENAMED_VALUES = {"update": settings_of(OptimizerConfig)["update"].aliases}


def read_record(folder):
    """The record of the run in a folder, a dictionary; empty where there is none.

    Flags have today's values where earlier versions had other names for them.

    Raises:
        InputError: If it cannot be read.
    """
    path = Path(folder) / NAME
    try:
        record = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        raise InputError(f"{folder}: not a folder; give another one", setting="run.path") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    if not isinstance(record, dict) or not all(isinstance(record.get(name, {}), dict) for name in PARTS):
        raise InputError(f"{path}: cannot be read: it holds no record of a run")
    flags = record.get("flags", {})
    for name, renamed in RENAMED_VALUES.items():
        if isinstance(flags.get(name), str):
            flags[name] = renamed.get(flags[name], flags[name])
    return record
