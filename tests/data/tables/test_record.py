import json
from dataclasses import replace

import numpy as np
import pytest
from aae.data.splits import Split, hold_out
from aae.data.tables.record import as_recorded, scaling_and_names, table_record
from aae.data.tables.scaling import Scaling
from aae.errors import InputError

SCALING = Scaling(("height", "weight"), np.array([1.0, 50]), np.array([2.0, 50]))


def split_of(rows, labels, scaling=SCALING, class_names=("ash", "elm")):
    rows, labels = np.array(rows, np.float32), np.array(labels, np.int32)
    return Split("test", rows, labels, "a table", class_names=class_names, scaling=scaling)


def test_a_record_gives_ranges_and_names_back():
    record = json.loads(json.dumps(table_record(split_of([[0, 0]], [1]))))
    scaling, names = scaling_and_names(record)
    assert scaling == SCALING
    assert names == ("ash", "elm")
    assert scaling_and_names(None) == (None, None)


def test_a_table_is_scaled_and_its_classes_are_counted_as_in_the_run():
    other = Scaling(SCALING.names, np.array([0.0, 40]), np.array([4.0, 60]))
    split = split_of([[0.5, 0.5], [0.25, 1]], [1, -1], other, ("elm", "oak", "ash")[:2])
    record = table_record(split_of([[0, 0]], [0], class_names=("ash", "elm", "oak")))
    found = as_recorded(split, record)
    # A height of 2 m and 1 m; a weight of 50 kg is the lowest and, of width 1, 60 kg ten above it.
    assert found.images.tolist() == [[1, 0], [0, 10]]
    assert found.labels.tolist() == [2, -1]
    assert found.class_names == ("ash", "elm", "oak")
    assert found.scaling == SCALING


def test_what_the_run_was_not_made_with_is_refused():
    images = Split("test", np.zeros((1, 4, 4, 1), np.uint8), np.zeros(1, np.int32), "pictures")
    split = split_of([[0, 0]], [1])
    record = table_record(split)
    with pytest.raises(InputError, match="a table, and the run is one of images"):
        as_recorded(split, None)
    with pytest.raises(InputError, match="images, and the run is one of a table"):
        as_recorded(images, record)
    assert as_recorded(images, None) is images
    with pytest.raises(InputError, match="class 'oak': expected those of the run, ash, elm"):
        as_recorded(replace(split, class_names=("ash", "oak")), record)
    with pytest.raises(InputError, match="feature 1 is 'age': expected 'weight'"):
        as_recorded(replace(split, scaling=Scaling(("height", "age"), SCALING.lowest, SCALING.highest)), record)
    with pytest.raises(InputError, match="the record of a run says no range for each feature"):
        as_recorded(split, record | {"lowest": [1]})


def test_validation_rows_are_drawn_from_those_with_a_label():
    split = split_of(np.zeros((40, 2)), np.where(np.arange(40) % 4, -1, 1))
    rest, valid = hold_out(split, 6, seed=0)
    assert valid.labels.tolist() == [1] * 6
    assert (rest.labels == 1).sum() == 4
    with pytest.raises(InputError, match="10 validation rows of 10: expected 0 to 9"):
        hold_out(split, 10, seed=0)


def test_the_record_of_a_split_changes_with_its_rows():
    one, other = split_of([[0, 0]], [1]), split_of([[0, 0.5]], [1])
    assert one.record()["image_shape"] == [2]
    assert one.record()["digests"]["labels"] == other.record()["digests"]["labels"]
    assert one.record()["digests"]["rows"] != other.record()["digests"]["rows"]
