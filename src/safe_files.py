"""Atomic writes: a file is replaced by a complete one or not at all, whatever stops the process that writes it."""

import contextlib
import json
import os
from pathlib import Path

PREFIX = ".temporary-"
# The second is the one of earlier versions.
PREFIXES = (PREFIX, ".unfinished-")


@contextlib.contextmanager
def atomic_write(path):
    """Gives a temporary path beside ``path`` to write to; once that file is on the disk, it replaces ``path``.

    If the block ends in an error, the file that was at ``path`` stays.

    Args:
        path: The file to write.
    """
    path = Path(path)
    temporary = path.with_name(f"{PREFIX}{os.getpid()}-{path.name}")
    try:
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text, path):
    """Writes a text file atomically."""
    with atomic_write(path) as temporary:
        temporary.write_text(text)


def write_json(content, path):
    """Writes a JSON file atomically."""
    write_text(json.dumps(content, indent=2) + "\n", path)


def remove_temporary(folder):
    """Removes the temporary files that killed processes left in a folder."""
    for prefix in PREFIXES:
        for path in Path(folder).glob(f"{prefix}*"):
            path.unlink(missing_ok=True)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
