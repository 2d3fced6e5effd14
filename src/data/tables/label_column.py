"""Which column of a table holds the labels, and which classes they name."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...errors import InputError
from ..labels import UNLABELLED
from .columns import RawTable, is_number, is_text
from .limits import reason

NO_LABELS = "none"
MAX_CLASSES = 1000
ROWS_PER_CLASS = 2
SETTING = "data.label_column"


def take_labels(table, label_column=None):
    """Tells the labels of a ``RawTable`` from its features.

    Args:
        table: The ``RawTable``.
        label_column: Name of the column of labels, or its index, counted from 0, or from the end below 0; "none" for no
            labels; None for the labels that the file has apart, or the last column.

    Returns:
        A ``RawTable`` of the features alone, and the labels as an array [n] of NumPy or ``pyarrow.ChunkedArray``, None
        where there are none.

    Raises:
        InputError: If there is no such column, there are several, or no feature would be left.
    """
    if label_column == NO_LABELS:
        return replace(table, labels=None), None
    if table.labels is not None:
        if label_column is not None:
            raise InputError(
                f"{table.path}: label column {label_column}: its labels are an array of their own; leave it out, or "
                f"{NO_LABELS}",
                setting=SETTING,
            )
        return replace(table, labels=None), table.labels
    index = _index(table, label_column)
    others = [each for each in range(len(table.names)) if each != index]
    if not others:
        raise InputError(
            f"{table.path}: one column, taken for the labels: expected features beside it, or label column {NO_LABELS}",
            setting=SETTING,
        )
    names, columns = tuple(table.names[each] for each in others), [table.columns[each] for each in others]
    return RawTable(table.path, names, columns), table.columns[index]


def _index(table, label_column):
    n_columns = len(table.names)
    if label_column is None:
        return n_columns - 1
    named = [index for index, name in enumerate(table.names) if name == label_column]
    if len(named) == 1:
        return named[0]
    if not named:
        try:
            return range(n_columns)[int(label_column)]
        except (ValueError, IndexError):
            pass
    shown = ", ".join(map(reason, table.names[:8])) + (" …" if n_columns > 8 else "")
    raise InputError(
        f"{table.path}: label column {label_column!r}: {'several have' if named else 'no column has'} that name; "
        f"expected one of {shown}, an index below {n_columns:,}, or {NO_LABELS}",
        setting=SETTING,
    )


def classes_of(path, column, known=None):
    """The classes that a column of labels names.

    Integers are counted in their order, text in the order of the alphabet. An empty entry is no label.

    Args:
        path: The file, for messages.
        column: Array [n] of NumPy or ``pyarrow.ChunkedArray``: integers, floats that are whole, bools, or text.
        known: Names of the classes of the training rows; None for those that the column itself has.

    Returns:
        Labels int32 [n], -1 where there is none, and the names of the classes, a tuple of strings.

    Raises:
        InputError: If it holds anything else, one class alone, hardly fewer classes than rows, or one that is not
            ``known``.
    """
    encoded = _encoded(path, column)
    values, codes = encoded.dictionary.to_pylist(), encoded.indices.fill_null(UNLABELLED).to_numpy()
    labels = np.where(codes >= 0, codes, len(values))
    classes = sorted(value for value in values if value not in ("", None))
    if known is None:
        _require_classes(path, classes, int((codes >= 0).sum()))
        known = tuple(map(str, classes))
    place = {name: label for label, name in enumerate(known)}
    strange = next((value for value in classes if str(value) not in place), None)
    if strange is not None:
        raise InputError(
            f"{path}: a label {reason(strange)!r} that no training row has: expected {_listed(known)}", setting=SETTING
        )
    translated = [UNLABELLED if value in ("", None) else place[str(value)] for value in values] + [UNLABELLED]
    return np.array(translated, np.int32)[labels], known


def _encoded(path, column):
    """A column as an ``pyarrow.DictionaryArray`` of integers or text."""
    where = f"{path}: the column of labels"
    try:
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else _arrow(where, column)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        kind = column.type
        if pa.types.is_floating(kind):
            column = column.cast(pa.int64())
        elif is_text(kind):
            column = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
        elif pa.types.is_null(kind):
            raise InputError(f"{where} is empty; name another one, or {NO_LABELS}", setting=SETTING)
        elif not (is_number(kind) or pa.types.is_boolean(kind)):
            raise InputError(f"{where}: {kind}, expected integers or text; name another", setting=SETTING)
        return column.dictionary_encode()
    except (pa.ArrowException, UnicodeDecodeError) as error:
        expected = f"expected whole numbers or text; name another one, or {NO_LABELS} if there are no labels"
        raise InputError(f"{where}: {reason(error)}: {expected}", setting=SETTING) from None


def _arrow(where, array):
    if array.dtype.kind == "S":
        return pa.array(array.tolist(), pa.binary())
    if array.dtype.kind not in "biufU":
        raise InputError(f"{where}: {array.dtype}, expected integers or text; name another", setting=SETTING)
    return pa.array(np.ascontiguousarray(array, array.dtype.newbyteorder("=")), from_pandas=True)


def _require_classes(path, classes, n_labelled):
    if len(classes) < 2:
        found = f"the class {reason(classes[0])!r} alone" if classes else "no label"
        raise InputError(
            f"{path}: the column of labels holds {found}: expected two classes or more; name another, or {NO_LABELS}",
            setting=SETTING,
        )
    if len(classes) > min(MAX_CLASSES, n_labelled // ROWS_PER_CLASS):
        raise InputError(
            f"{path}: the column of labels holds {len(classes):,} values in {n_labelled:,} rows, too many for classes: "
            f"expected at most {MAX_CLASSES:,}, each twice or more; name another one, or {NO_LABELS}",
            setting=SETTING,
        )


def _listed(names):
    return ", ".join(map(reason, names[:8])) + (" …" if len(names) > 8 else "")
