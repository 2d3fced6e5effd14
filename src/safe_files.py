"""Files that appear whole or not at all, whatever stops the process that writes them."""

import contextlib
import json
import os
from pathlib import Path

UNFINISHED = ".unfinished-"


@contextlib.contextmanager
def whole_file(path):
    """Gives a path beside ``path`` to write to; what was written there takes its place once it is on the disk.

    Where the block ends in an error, what stood at ``path`` still does.

    Args:
        path: The file to write.
    """
    path = Path(path)
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        yield unfinished
        _sync(unfinished)
        os.replace(unfinished, path)
        _sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text(text, path):
    """Writes a text file, whole or not at all."""
    with whole_file(path) as unfinished:
        unfinished.write_text(text)


def write_json(content, path):
    """Writes a JSON file, whole or not at all."""
    write_text(json.dumps(content, indent=2) + "\n", path)


def remove_unfinished(folder):
    """Removes what processes that were killed left unfinished in a folder."""
    for path in Path(folder).glob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
