"""How much a file of a table may hold, so that a small one cannot fill the memory."""

import contextlib
import math
import os
import re
import resource
from pathlib import Path

from ...errors import InputError

MAX_FEATURES = 100_000
# Of CSV and Parquet files, whose reader takes kilobytes for a column, however short.
MAX_COLUMNS = 10_000
# A file unpacks to more than the first only if that is no more than the second times its size.
SMALL_BYTES = 64 * 1024**2
MAX_RATIO = 100
REASON_LENGTH = 160
# What the process holds in memory of its own, as Linux says it.
STATUS, OWN_MEMORY = Path("/proc/self/status"), re.compile(r"^VmData:\s*(\d+) kB$", re.MULTILINE)


def require_columns(path, n_columns, most=MAX_COLUMNS):
    """Refuses a file of too many columns.

    Raises:
        InputError: If it has more than ``most``.
    """
    if n_columns > most:
        remedy = " or, for wider tables, a NumPy file" if most < MAX_FEATURES else ""
        raise InputError(f"{path}: {n_columns:,} columns: expected at most {most:,}{remedy}")


def require_unpacked_size(path, n_bytes):
    """Refuses a compressed file that promises a hundred times its size, and much, as zip bombs do.

    Raises:
        InputError: If it does.
    """
    size = os.path.getsize(path)
    if n_bytes > max(SMALL_BYTES, MAX_RATIO * size):
        raise InputError(
            f"{path}: its {size:,} bytes promise {n_bytes:,} unpacked, more than {MAX_RATIO} times as many; "
            "save it without compression"
        )


def require_held(path, shape, itemsize, n_held):
    """Refuses an array whose header promises another number of bytes than the ``n_held`` that are there.

    Raises:
        InputError: If it does, or the array has no entries.
    """
    size = math.prod(shape)
    if min(shape, default=0) < 1 or size < 1:
        raise InputError(f"{path}: an array of shape {shape}: expected rows and columns")
    if size * itemsize != n_held:
        raise InputError(
            f"{path}: its header promises {size * itemsize:,} bytes, the file holds {n_held:,}; get the file again"
        )


@contextlib.contextmanager
def limited_memory(n_bytes):
    """Lets this process allocate no more than ``n_bytes`` inside, for a reader that trusts what a file says.

    An allocation beyond fails, as where memory has run out. Only on Linux; elsewhere nothing is limited.
    """
    held = OWN_MEMORY.search(STATUS.read_text()) if STATUS.exists() else None
    if held is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = int(held[1]) * 1024 + n_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def reason(error):
    """What a library's error says, in one line that can be printed."""
    line = (str(error).strip() or type(error).__name__).split("\n")[0]
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    return line if len(line) <= REASON_LENGTH else f"{line[: REASON_LENGTH - 1]}…"
