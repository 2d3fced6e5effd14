"""Tables of every format, read against values written here by hand, and every mistake in them in one line."""

import csv

import numpy as np
import pyarrow as pa
import pytest
from aae.data import load_split
from aae.data.pipeline import evaluation_batches, training_batches
from aae.data.tables.csv_file import read_csv
from aae.errors import InputError
from pyarrow import parquet

N_ROWS = 30
NAMES = ("height", "weight", "flag")


@pytest.fixture
def rows():
    """30 rows of three features, 10 of each of three classes; the last feature is constant."""
    generator = np.random.default_rng(0)
    features = np.column_stack(
        [generator.normal(1.7, 0.1, N_ROWS), generator.integers(50, 90, N_ROWS), np.ones(N_ROWS)]
    )
    return features, np.array(["oak", "ash", "elm"] * 10)


def write_csv(path, names, features, labels=(), delimiter=","):
    with path.open("w", newline="") as file:
        table = csv.writer(file, delimiter=delimiter)
        table.writerow(names)
        for index, row in enumerate(features.tolist()):
            table.writerow([*row, *([labels[index]] if len(labels) else [])])
    return path


def both(path, **settings):
    return [load_split(split, path, **settings) for split in ("train", "test")]


def write(path, features, labels):
    """The same table in the format that the ending of ``path`` names."""
    if path.suffix == ".csv":
        return write_csv(path, [*NAMES, "tree"], features, labels)
    if path.suffix == ".npz":
        np.savez_compressed(path, x=features, y=labels)
    elif path.suffix == ".parquet":
        columns = dict(zip(NAMES, features.T, strict=True)) | {"tree": labels}
        parquet.write_table(pa.table(columns), path)
    else:
        np.save(path, np.column_stack([features, np.unique(labels, return_inverse=True)[1]]))
    return path


@pytest.mark.parametrize("ending", ["csv", "npy", "npz", "parquet"])
def test_every_row_is_in_one_split_scaled_by_the_training_rows(rows, tmp_path, ending):
    features, labels = rows
    train, test = both(write(tmp_path / f"trees.{ending}", features, labels))
    assert (len(train), len(test)) == (25, 5)
    assert train.images.dtype == np.float32
    restored = np.concatenate([split.scaling.restore(split.images) for split in (train, test)])
    expected = features[np.lexsort(features.T)]
    np.testing.assert_allclose(restored[np.lexsort(restored.T)], expected, atol=1e-5)
    own = train.scaling.restore(train.images)
    low, high = own.min(axis=0), own.max(axis=0)
    np.testing.assert_allclose(
        test.images[:, :2], ((test.scaling.restore(test.images) - low) / (high - low + [0, 0, 1]))[:, :2], atol=1e-5
    )
    np.testing.assert_allclose(train.images[:, :2].min(axis=0), 0)
    np.testing.assert_allclose(train.images[:, :2].max(axis=0), 1)
    assert not train.images[:, 2].any()
    # The feature of a row leads to its class.
    of_height = dict(zip(np.round(features[:, 0], 6), labels, strict=True))
    names = np.array(train.class_names if ending != "npy" else ("ash", "elm", "oak"))
    assert [of_height[round(height, 6)] for height in own[:, 0]] == names[train.labels].tolist()
    assert train.class_names == (("0", "1", "2") if ending == "npy" else ("ash", "elm", "oak"))
    assert train.scaling.names == (NAMES if ending in ("csv", "parquet") else ("x0", "x1", "x2"))


def test_a_sixth_of_every_class_is_to_test_on_and_always_the_same(tmp_path):
    labels = np.repeat(list("abcdefgh"), [60, 12, 6, 6, 6, 6, 6, 6])
    values = np.arange(108.0)[:, None]
    path = write_csv(tmp_path / "t.csv", ["x", "y"], values, labels)
    train, test = both(path)
    assert np.bincount(test.labels).tolist() == [10, 2, 1, 1, 1, 1, 1, 1]
    assert len(train) == 90
    np.testing.assert_array_equal(both(path)[1].images, test.images)
    # They are drawn: not every sixth row of the file.
    positions = test.scaling.restore(test.images)[:, 0].round().astype(int)
    assert len(set(np.diff(np.sort(positions)[:10]))) > 1
    # What they hold does not touch the range by which all are scaled.
    values[positions] += 1000
    train, test = both(write_csv(path, ["x", "y"], values, labels))
    assert train.images.max() == 1
    assert test.images.min() > 9


def test_a_class_of_one_row_is_one_to_train_on(tmp_path):
    labels = np.repeat(["a", "b"], [23, 1])
    train, test = both(write_csv(tmp_path / "t.csv", ["x", "y"], np.arange(24.0)[:, None], labels))
    assert train.labels.max() == 1
    assert test.labels.max() == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_parted_by_semicolons_and_tabs(rows, tmp_path, delimiter):
    train, _ = both(write_csv(tmp_path / "t.csv", [*NAMES, "tree"], *rows, delimiter=delimiter))
    assert train.scaling.names == NAMES


def test_a_first_line_of_numbers_is_a_row(tmp_path):
    (tmp_path / "t.csv").write_text("".join(f"{row},{row % 2}\n" for row in range(12)))
    train, test = both(tmp_path / "t.csv")
    assert len(train) + len(test) == 12
    assert train.scaling.names == ("x0",)


@pytest.mark.parametrize("column", ["tree", "0", "-4"])
def test_the_label_column_is_told_by_name_or_index(rows, tmp_path, column):
    features, labels = rows
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"tree": labels} | dict(zip(NAMES, features.T, strict=True))), path)
    train, _ = both(path, label_column=column)
    assert train.scaling.names == NAMES
    assert train.class_names == ("ash", "elm", "oak")


def test_without_labels_every_column_is_a_feature(rows, tmp_path):
    features, labels = rows
    train, test = both(write_csv(tmp_path / "t.csv", NAMES, features), label_column="none")
    assert train.images.shape == (25, 3)
    assert (len(test), train.has_labels, train.n_classes, train.class_names) == (5, False, 1, None)
    np.savez(tmp_path / "t.npz", x=features, y=labels)
    assert both(tmp_path / "t.npz", label_column="none")[0].images.shape == (25, 3)


def test_rows_without_a_label_are_to_train_on(tmp_path):
    labels = ["", "2", "10"] * 12
    train, test = both(write_csv(tmp_path / "t.csv", ["x", "y"], np.arange(36.0)[:, None], labels))
    assert np.bincount(train.labels + 1).tolist() == [12, 10, 10]
    assert np.bincount(test.labels + 1).tolist() == [0, 2, 2]
    # As numbers 2 comes before 10.
    assert train.class_names == ("2", "10")


def test_two_files_are_the_two_splits(tmp_path):
    write_csv(tmp_path / "train.csv", ["x", "y"], np.array([[10.0], [20], [15], [15]]), list("abab"))
    write_csv(tmp_path / "test.csv", ["x", "y"], np.array([[30.0], [5]]), list("ba"))
    train, test = both(tmp_path)
    assert train.images.tolist() == [[0], [1], [0.5], [0.5]]
    assert test.images.tolist() == [[2], [-0.5]]
    assert test.labels.tolist() == [1, 0]


def test_an_npz_file_may_hold_both_splits(tmp_path):
    x = np.array([[0, 1], [4, 3]] * 2)
    np.savez(tmp_path / "t.npz", X_train=x, y_train=[1, 2, 2, 1], X_test=x[:1] + 1, y_test=[2])
    train, test = both(tmp_path / "t.npz")
    assert train.images.tolist() == [[0, 0], [1, 1]] * 2
    assert test.images.tolist() == [[0.25, 0.5]]
    assert test.labels.tolist() == [1]


def test_batches_are_rows_in_the_range_of_the_model(rows, tmp_path):
    train, test = both(write(tmp_path / "t.csv", *rows))
    batch, _ = next(iter(training_batches(train.images, train.labels, 25, seed=0)))
    np.testing.assert_allclose(np.sort(batch[:, 0]), np.sort(2 * train.images[:, 0] - 1), atol=1e-6)
    (whole,) = evaluation_batches(test.images, test.labels, image_range=(0, 1))
    np.testing.assert_allclose(whole[0], test.images)


GOOD = [f"{row}.5,{row % 2}" for row in range(12)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a,y", "1,x,3", *GOOD], "cannot be read as CSV: .*Expected 2 columns, got 3"),
        (["a,y", *GOOD, "1"], "cannot be read as CSV: .*Expected 2 columns, got 1"),
        (["a,y", *GOOD, "tall,1"], "column 'a', row 13: 'tall': expected numbers"),
        (
            ["a;y", *["1,5;2", "1,5;3"] * 6],
            "row 1: '1,5': expected numbers; write numbers with a decimal point",
        ),
        (["a,y", "nan,1", *GOOD], "column 'a', row 1: nothing, expected a finite number"),
        (["a,y", ",1", *GOOD], "column 'a', row 1: nothing, expected a finite number"),
        (["a,y", "1,1", "1e999,1", *GOOD], "column 'a', row 2: inf, expected a finite number"),
        (["a,y", "-1e308,1", "1e308,1", *GOOD, *GOOD], "column 'a' from -1e.308 to 1e.308: expected a range below"),
        (["day,y", *["2020-01-01,1", "2020-01-02,0"] * 6], "column 'day': values of type date32"),
        (["a,b,y", *[f",{line}" for line in GOOD]], "column 'a': empty, expected numbers"),
        (["a,y", *["1,only"] * 12], "holds the class 'only' alone: expected two classes or more"),
        (["a,y", *["1,"] * 12], "the column of labels is empty; name another one, or none"),
        (["a,y", *[f"1,{row}.5" for row in range(12)]], "column of labels: .*0.5.*expected whole numbers or text"),
        (["a,y", *[f"1,{row}" for row in range(12)]], "holds 12 values in 12 rows, too many for classes"),
        (["a,y", *GOOD[:5]], "5 rows with a label: expected at least 6"),
        (["y", *"01010101"], "one column, taken for the labels: expected features beside it"),
        ([",a,y", *[f"1,{line}" for line in GOOD]], "column 0 has no name; if it numbers the rows, leave it out"),
        (["a,y"], "no row below its first line"),
        (["", ""], "empty; expected names, then one row a line"),
        ([",".join(map(str, range(10_001)))], "10,001 columns: expected at most 10,000"),
        (["a" * 2**20], "a first line of more than 1,048,576 bytes"),
    ],
)
def test_a_csv_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, lines, message):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=message) as refused:
        load_split("train", path)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text file in UTF-8"),
        ("a,y\n1,2\n".encode("utf-16"), "not a text file in UTF-8"),
        ("a,y\n1,2\n".encode("utf-16-le"), "a binary file, or text in UTF-16"),
        (b"a,y\n" + b"1,0\n1,1\n" * 5 + b"\xff\xfe,1\n", "row 11: bytes that are not UTF-8"),
    ],
)
def test_a_binary_csv_file_is_refused(tmp_path, content, message):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_split("train", tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("leaf", "label column 'leaf': no column has that name; expected one of height, weight, flag, tree, an index "),
        ("4", "label column '4': no column has that name"),
        ("-5", "label column '-5': no column has that name"),
        ("height", "column of labels: .*expected whole numbers or text"),
    ],
)
def test_a_label_column_that_does_not_exist_or_fit_is_refused(rows, tmp_path, column, message):
    with pytest.raises(InputError, match=message) as refused:
        load_split("train", write(tmp_path / "t.csv", *rows), label_column=column)
    assert refused.value.setting == "data.label_column"


@pytest.mark.parametrize(
    ("test_rows", "message"),
    [
        ("x,y\n1,c\n", "a label 'c' that no training row has: expected a, b"),
        ("x,y\n1,a\n2,\n", "row 2 has no label: expected one in every test row"),
        ("z,y\n1,a\n", "feature 0 is 'z': expected 'x', as in the training rows"),
        ("x,z,y\n1,2,a\n", "2 features: expected 1, those of the training rows"),
    ],
)
def test_test_rows_of_another_kind_are_refused(tmp_path, test_rows, message):
    (tmp_path / "train.csv").write_text("x,y\n1,a\n2,b\n3,a\n4,b\n")
    (tmp_path / "test.csv").write_text(test_rows)
    load_split("train", tmp_path)
    with pytest.raises(InputError, match=message):
        load_split("test", tmp_path)


def test_a_value_that_the_range_of_the_training_rows_cannot_scale_is_refused(tmp_path):
    (tmp_path / "train.csv").write_text("x,y\n0,a\n1e-300,b\n0,a\n1e-300,b\n")
    (tmp_path / "test.csv").write_text("x,y\n5,a\n")
    with pytest.raises(InputError, match="column 'x': a value too far from 0 to 1e-300"):
        load_split("test", tmp_path)


def test_what_is_no_table_is_refused(rows, tmp_path):
    write(tmp_path / "train.csv", *rows)
    with pytest.raises(InputError, match=r"no test table: expected one table called test, such as test.csv"):
        load_split("train", tmp_path)
    write(tmp_path / "train.npy", *rows)
    with pytest.raises(InputError, match=r"train.csv, train.npy: expected one table called train"):
        load_split("train", tmp_path)
    with pytest.raises(InputError, match=r"none.csv: no such file"):
        load_split("train", tmp_path / "none.csv")
    (tmp_path / "table.xlsx").touch()
    with pytest.raises(InputError, match=r"expected a file ending in .csv, .npy, .npz, .parquet, or a folder"):
        load_split("train", tmp_path / "table.xlsx")
    with pytest.raises(InputError, match="a table is held in memory"):
        load_split("train", tmp_path / "train.npy", cache="disk")


def test_only_tables_have_a_label_column(tmp_path):
    with pytest.raises(InputError, match=r"label column tree of .*: only tables have one"):
        load_split("train", tmp_path, label_column="tree")


def test_a_first_line_with_numbers_is_a_row_and_counted_columns_are_names(tmp_path):
    (tmp_path / "rows.csv").write_text("5.1,3.5,setosa\n4.9,3.0,virginica\n")
    assert len(read_csv(tmp_path / "rows.csv")) == 2
    (tmp_path / "counted.csv").write_text("0,1,kind\n4.9,3.0,virginica\n")
    assert read_csv(tmp_path / "counted.csv").names == ("0", "1", "kind")


def test_two_columns_of_one_name_are_refused(tmp_path):
    (tmp_path / "rows.csv").write_text("a, a,kind\n1,2,x\n")
    with pytest.raises(InputError, match=r"two columns are called 'a'"):
        read_csv(tmp_path / "rows.csv")
