"""CSV files: numbers and text parted by commas, semicolons or tabs, with or without a line of names."""

import csv

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ...errors import InputError
from .columns import RawTable, unnamed
from .limits import MAX_COLUMNS, reason, require_columns

DELIMITERS = ",;\t"
MAX_LINE = 1024**2
BLOCK_BYTES = 4 * 1024**2


def read_csv(path):
    """Reads a CSV file in UTF-8; its first line are names unless it has numbers.

    Numbers that count the columns from 0, as pandas writes them beside names, are names too.

    Args:
        path: The file.

    Returns:
        A ``RawTable``; the types of its columns are those of all their entries.

    Raises:
        InputError: If it is no text, ragged, too wide, without rows, or a column has no name or that of another.
    """
    with open(path, "rb") as file:
        first = _first_line(path, file)
        delimiter = max(DELIMITERS, key=first.count)
        require_columns(path, first.count(delimiter) + 1, MAX_COLUMNS)
        cells = _cells(path, first, delimiter)
        has_names = _are_names(cells)
        file.seek(0)
        try:
            table = arrow_csv.read_csv(
                file,
                # One thread holds one block at a time.
                arrow_csv.ReadOptions(
                    use_threads=False, block_size=BLOCK_BYTES, autogenerate_column_names=not has_names
                ),
                arrow_csv.ParseOptions(delimiter=delimiter),
            )
        except (pa.ArrowException, UnicodeDecodeError) as error:
            raise InputError(f"{path}: cannot be read as CSV: {reason(error)}") from None
    if not table.num_rows:
        raise InputError(f"{path}: no row below its first line; expected names, then one row a line")
    names = table.column_names if has_names else unnamed(table.num_columns)
    names = tuple(name.strip() for name in names)
    if "" in names:
        raise InputError(f"{path}: column {names.index('')} has no name; if it numbers the rows, leave it out")
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InputError(f"{path}: two columns are called {reason(name)!r}; give each a name of its own")
    return RawTable(path, names, table.columns)


def _first_line(path, file):
    line = file.readline(MAX_LINE)
    while line and not line.strip():
        line = file.readline(MAX_LINE)
    if len(line) == MAX_LINE and not line.endswith(b"\n"):
        raise InputError(f"{path}: a first line of more than {MAX_LINE:,} bytes: expected CSV")
    if not line:
        raise InputError(f"{path}: empty; expected names, then one row a line")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file in UTF-8; save it as CSV in UTF-8") from None
    if "\0" in text:
        raise InputError(f"{path}: a binary file, or text in UTF-16; save it as CSV in UTF-8")
    return text


def _cells(path, line, delimiter):
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{path}: cannot be read as CSV: {reason(error)}") from None


def _are_names(cells):
    numbers = [cell for cell in cells if _is_number(cell)]
    are_counted = [cell.strip() for cell in numbers] == [str(index) for index in range(len(numbers))]
    return len(numbers) < len(cells) and are_counted


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
