"""Parquet files."""

import contextlib
import re

import pyarrow as pa
from pyarrow import parquet

from ...errors import InputError
from .columns import RawTable, is_text
from .limits import limited_memory, reason, require_columns, require_unpacked_size

BYTES_PER_VALUE = 8
# Memory that reading takes beside the values, and how often it holds these.
ROOM, COPIES = 64 * 1024**2, 2
# pandas writes a data frame's index, which is no feature, under this name.
INDEX = re.compile(r"__index_level_\d+__")
UNREADABLE = (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, MemoryError)


def read_parquet(path):
    """Reads a Parquet file, no more of it than it may promise for its size.

    Args:
        path: The file.

    Returns:
        A ``RawTable``.

    Raises:
        InputError: If it is no Parquet file, damaged, has no rows, nested columns, or promises more than it holds.
    """
    try:
        with _system_memory(), parquet.ParquetFile(path) as file:
            chosen = _columns(path, file)
            n_promised = file.metadata.num_rows
            # Pages and texts may unpack to more than the file says.
            with limited_memory(ROOM + COPIES * n_promised * len(chosen) * BYTES_PER_VALUE):
                table = _read(path, chosen, _texts(file, chosen))
                table.validate(full=True)
    except InputError:
        raise
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as Parquet: {reason(error)}") from None
    if table.num_rows != n_promised:
        raise InputError(f"{path}: promises {n_promised:,} rows and holds {table.num_rows:,}; get the file again")
    return RawTable(path, tuple(chosen), table.columns)


def _texts(file, chosen):
    return [name for name in chosen if is_text(file.schema_arrow.field(name).type)]


def _read(path, chosen, texts):
    """The columns ``chosen``; of ``texts`` each text is held once, however often it stands in a column."""
    with parquet.ParquetFile(path, read_dictionary=texts) as file:
        return file.read(chosen, use_threads=False)


def _columns(path, file):
    """The names of the columns to read, once nothing is promised that cannot be held."""
    require_columns(path, file.metadata.num_columns)
    n_rows = file.metadata.num_rows
    chosen = [field for field in file.schema_arrow if not INDEX.fullmatch(field.name)]
    if n_rows < 1 or not chosen:
        raise InputError(f"{path}: {n_rows:,} rows of {len(chosen)} columns: expected at least one of each")
    for field in chosen:
        if pa.types.is_nested(field.type):
            raise InputError(f"{path}: column {reason(field.name)!r} holds {reason(field.type)}: expected numbers")
    require_unpacked_size(path, n_rows * len(chosen) * BYTES_PER_VALUE)
    names = [field.name for field in chosen]
    if len(set(names)) < len(names):
        raise InputError(f"{path}: two columns of one name: expected each once")
    return names


@contextlib.contextmanager
def _system_memory():
    """Arrow takes memory from the system as it needs it, not in advance: what it may take can then be limited."""
    pool = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
