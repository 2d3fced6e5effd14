"""Tables of rows and features, from one file or from one for each split."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ...errors import InputError
from ..splits import Split
from .columns import RawTable
from .csv_file import read_csv
from .label_column import NO_LABELS, SETTING, classes_of, take_labels
from .numpy_file import read_npy, read_npz
from .parquet_file import read_parquet
from .scaling import Scaling

READERS = {
    ".csv": lambda path: {"all": read_csv(path)},
    ".npy": lambda path: {"all": read_npy(path)},
    ".npz": read_npz,
    ".parquet": lambda path: {"all": read_parquet(path)},
}
# Of the rows of one file so many go to training for each one to test on.
ROWS_PER_TEST_ROW = 6
SPLIT_SEED = 0


def is_table(path):
    """Whether a path is a file, or a folder of one table for each split."""
    path = Path(path)
    return (path.suffix.lower() in READERS and not path.is_dir()) or path.is_file() or bool(_files(path, "train"))


def load_table(path, split, label_column=None):
    """Loads a split of a table whose rows are feature vectors.

    A file that is not divided itself gives a sixth of its labelled rows to the test split, of every class as large a
    share as of the others; they are the same whenever it is loaded. Features are scaled to [0, 1] by the range of the
    training rows.

    Args:
        path: A CSV, NPY, NPZ or Parquet file, or a folder with one called train and one called test.
        split: "train" or "test".
        label_column: As in ``label_column.take_labels``.

    Returns:
        A ``Split`` with a ``Scaling``; labels are -1 where there are none.

    Raises:
        InputError: If a file is missing, damaged or not as expected, or has too few rows.
    """
    path = Path(path)
    parts = _folder(path) if path.is_dir() else _read(path)
    if "all" in parts:
        table, column = take_labels(parts["all"], label_column)
        labels, names = _classes(table, column)
        is_test = _drawn(table, labels, has_labels=names is not None)
        train, test = (table, np.flatnonzero(~is_test)), (table, np.flatnonzero(is_test))
        labels = labels[is_test] if split == "test" else labels[~is_test]
    else:
        tables = {part: take_labels(parts[part], label_column) for part in ("train", "test")}
        train, test = ((table, np.arange(len(table))) for table, _ in tables.values())
        labels, names = _classes(*tables["train"])
        if split == "test":
            labels = _labels_of_test(*tables["test"], names)
    scaling = Scaling.of(*train)
    rows = scaling.scale(*(train if split == "train" else test))
    return Split(split, rows, labels, _in_words(path, label_column), class_names=names, scaling=scaling)


def read_rows(path, scaling):
    """All rows of a table, scaled as those that a model was trained on.

    Args:
        path: A CSV, NPY, NPZ or Parquet file. Its columns are those of ``scaling``, by their names, in any order, and
            perhaps others, such as labels, which are not read. Columns without names are the features alone, in the
            order of the training rows, or stand where they stood there.
        scaling: The ``Scaling`` of the training rows.

    Returns:
        float32 [n, n_features], in [0, 1] where they lie in the range of the training rows.

    Raises:
        InputError: If the file is missing or damaged, lacks a feature, or a feature is no finite number.
    """
    parts = _read(Path(path))
    if "all" not in parts:
        raise InputError(f"{path}: holds train and test rows: expected one table; save the rows to encode alone")
    table = parts["all"]
    if len(table.names) == len(scaling.names) and not table.has_names:
        return scaling.scale(replace(table, names=scaling.names), np.arange(len(table)))
    missing = [name for name in scaling.names if name not in table.names]
    if missing:
        raise InputError(f"{path}: no column {missing[0]!r}: expected the features of the run's table, by their names")
    columns = [table.columns[table.names.index(name)] for name in scaling.names]
    return scaling.scale(RawTable(table.path, scaling.names, columns), np.arange(len(table)))


def _read(path):
    if path.suffix.lower() not in READERS:
        raise InputError(f"{path}: expected a file ending in {', '.join(READERS)}, or a folder", setting="data.path")
    if not path.is_file():
        raise InputError(f"{path}: {'not a file' if path.exists() else 'no such file'}", setting="data.path")
    return READERS[path.suffix.lower()](path)


def _folder(folder):
    parts = {}
    for part in ("train", "test"):
        files = _files(folder, part)
        if len(files) != 1:
            found = ", ".join(file.name for file in files) or f"no {part} table"
            raise InputError(f"{folder}: {found}: expected one table called {part}, such as {part}.csv")
        read = _read(files[0])
        if "all" not in read:
            raise InputError(f"{files[0]}: holds both splits itself: give this file alone", setting="data.path")
        parts[part] = read["all"]
    return parts


def _files(folder, part):
    return sorted(file for file in folder.glob(f"{part}.*") if file.suffix.lower() in READERS)


def _classes(table, column):
    if column is None:
        return np.full(len(table), -1, np.int32), None
    return classes_of(table.path, column)


def _labels_of_test(table, column, names):
    if names is None:
        return np.full(len(table), -1, np.int32)
    if column is None:
        raise InputError(f"{table.path}: no labels, which the training rows have", setting=SETTING)
    labels, _ = classes_of(table.path, column, names)
    if (labels < 0).any():
        raise InputError(f"{table.path}: row {labels.argmin() + 1} has no label: expected one in every test row")
    return labels


def _drawn(table, labels, has_labels):
    """Which rows are to test on, bool [n]: every sixth, by class, of those that have a label if any has."""
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    if has_labels:
        counts = np.bincount(labels[labels >= 0])
        # A class of one row is one to train on.
        order = order[(labels[order] >= 0) & (counts[labels[order]] > 1)]
        order = order[np.argsort(labels[order], kind="stable")]
    chosen = order[ROWS_PER_TEST_ROW - 1 :: ROWS_PER_TEST_ROW]
    if not len(chosen):
        kind = "rows with a label" if has_labels else "rows"
        raise InputError(f"{table.path}: {len(order)} {kind}: expected at least {ROWS_PER_TEST_ROW}")
    is_test = np.zeros(len(labels), bool)
    is_test[chosen] = True
    return is_test


def _in_words(path, label_column):
    labels = "" if label_column is None else f", labels in its column {label_column}"
    return f"table {path}" + (", without labels" if label_column == NO_LABELS else labels)
