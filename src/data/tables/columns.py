"""A table as its file has it: named columns, not yet told apart into features and labels."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ...errors import InputError
from .limits import reason

DECIMAL_COMMA = re.compile(r"'\s*[-+]?\d+,\d+\s*'$")


@dataclass(frozen=True)
class RawTable:
    """What was read of a file.

    Attributes:
        path: The file.
        names: Name of each column; of a file without names "x0", "x1" and so on.
        columns: For each an array [n], of NumPy or a ``pyarrow.ChunkedArray``.
        labels: Labels that do not stand in a column, as an array [n]; None where there are none.
    """

    path: str
    names: tuple[str, ...]
    columns: list
    labels: np.ndarray | None = None

    def __len__(self):
        return len(self.columns[0])

    @property
    def has_names(self):
        """Whether its columns have names of their own."""
        return self.names != unnamed(len(self.names))


def unnamed(n_columns):
    """Names of columns that have none."""
    return tuple(f"x{index}" for index in range(n_columns))


def from_matrix(path, matrix, labels=None):
    """The ``RawTable`` of an array of numbers [n, n_columns], whose columns have no names."""
    return RawTable(path, unnamed(matrix.shape[1]), list(matrix.T), labels)


def numbers(path, name, column):
    """A column as float64 [n].

    Args:
        path: The file, for messages.
        name: The column's name.
        column: As in ``RawTable``.

    Raises:
        InputError: If it holds anything but finite numbers; the first such row is named, counted from 1.
    """
    where = f"{path}: column {name!r}"
    values = column.astype(np.float64) if isinstance(column, np.ndarray) else _from_arrow(where, column)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        value = values[wrong[0]]
        found = "nothing" if np.isnan(value) else f"{value:g}"
        raise InputError(
            f"{where}, row {wrong[0] + 1}: {found}, expected a finite number; fill it in, or leave out the row"
        )
    return values


def _from_arrow(where, column):
    kind = column.type
    if pa.types.is_null(kind):
        raise InputError(f"{where}: empty, expected numbers; leave it out")
    if is_text(kind):
        first = _first_text(column)
        remedy = "encode or leave out the column"
        if DECIMAL_COMMA.search(first):
            remedy = "write numbers with a decimal point"
        raise InputError(f"{where}{first}: expected numbers; {remedy}")
    if not (is_number(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind)):
        raise InputError(f"{where}: values of type {kind}, expected numbers; encode or leave out the column")
    if pa.types.is_boolean(kind):
        column = column.cast(pa.uint8())
    try:
        # Not safe: integers beyond 2⁵³ are rounded. What is missing becomes NaN.
        return column.cast(pa.float64(), safe=False).to_numpy()
    except (pa.ArrowException, ValueError) as error:
        raise InputError(f"{where}: cannot be read as numbers: {reason(error)}") from None


def is_text(kind):
    """Whether an Arrow type is text, or bytes that are to be text; of a dictionary, whether its values are."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    texts = pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary
    return any(is_kind(kind) for is_kind in texts)


def is_number(kind):
    """Whether an Arrow type is integers or floats."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _first_text(column):
    """Row and text of the first entry that is not a number."""
    row = 0
    for chunk in column.chunks:
        for value in chunk:
            row += 1
            try:
                text = value.as_py()
                float(text)
            except (TypeError, ValueError):
                shown = "bytes that are not UTF-8" if isinstance(text, bytes) else reason(repr(text))
                return f", row {row}: {shown}"
    return ": text"
