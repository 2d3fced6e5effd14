import numpy as np
import pytest
from aae.data import Split, hold_out, require_classes
from aae.errors import InputError

N = 60
SPLIT = Split(
    "train", np.arange(N, dtype=np.uint8).reshape(N, 1, 1, 1), np.arange(N, dtype=np.int32), "made up", "note"
)


def test_validation_images_are_drawn_from_the_others_and_keep_their_labels():
    remaining, valid = hold_out(SPLIT, 20, seed=0)
    assert (len(remaining), len(valid)) == (40, 20)
    for part in (remaining, valid):
        assert np.array_equal(part.images.ravel(), part.labels)
        assert (part.source, part.notice) == ("made up", "note")
    assert sorted([*remaining.labels, *valid.labels]) == list(range(N))
    assert (remaining.name, valid.name) == ("train", "valid")
    assert valid.labels.tolist() != list(range(40, 60))


def test_the_seed_draws_them():
    chosen = [hold_out(SPLIT, 20, seed)[1].labels.tolist() for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_none_held_out_leaves_the_split():
    assert hold_out(SPLIT, 0, seed=0) == (SPLIT, None)


@pytest.mark.parametrize("n_held_out", [-1, N, N + 1])
def test_numbers_out_of_range_are_refused(n_held_out):
    with pytest.raises(InputError, match="expected 0 to 59"):
        hold_out(SPLIT, n_held_out, seed=0)


def labelled(name, labels):
    return Split(name, np.zeros((len(labels), 1, 1, 1), np.uint8), np.array(labels, np.int32), f"{name} set")


@pytest.mark.parametrize(
    ("train", "test", "words"),
    [
        ([0, 1, 3], [0], "train set: a training label of 3, but no image of class 2"),
        ([0, 1, 2], [0, 3], "test set: a test label of 3: expected 0 to 2"),
        ([0, 1, -1], [0], "train set: a train label of -1"),
    ],
)
def test_labels_that_name_no_class_of_the_training_images(train, test, words):
    with pytest.raises(InputError, match=words):
        require_classes(labelled("train", train), labelled("test", test))


def test_test_images_may_lack_a_class():
    require_classes(labelled("train", [2, 0, 1]), labelled("test", [1, 1]))
