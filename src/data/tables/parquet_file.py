"""Parquet files."""

import re

import pyarrow as pa
from pyarrow import parquet

from ...errors import InputError
from .columns import RawTable
from .limits import reason, require_columns, require_unpacked_size

BYTES_PER_VALUE = 8
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
        with parquet.ParquetFile(path) as file:
            chosen = _columns(path, file)
            table = file.read(chosen, use_threads=False)
            table.validate(full=True)
            n_promised = file.metadata.num_rows
    except InputError:
        raise
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as Parquet: {reason(error)}") from None
    if table.num_rows != n_promised:
        raise InputError(f"{path}: promises {n_promised:,} rows and holds {table.num_rows:,}; get the file again")
    return RawTable(path, tuple(chosen), table.columns)


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
