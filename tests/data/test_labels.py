import numpy as np
import pytest
from aae.data import keep_labels
from aae.errors import InputError

LABELS = np.random.default_rng(0).integers(0, 10, 5000).astype(np.int32)


def test_kept_labels_are_true_and_balanced():
    kept = keep_labels(LABELS, 200, seed=0)
    assert kept.dtype == np.int32
    assert np.array_equal(kept[kept >= 0], LABELS[kept >= 0])
    assert np.bincount(kept[kept >= 0]).tolist() == [20] * 10
    assert set(kept[kept < 0]) == {-1}


def test_the_seed_draws_them():
    assert np.array_equal(keep_labels(LABELS, 100, seed=1), keep_labels(LABELS, 100, seed=1))
    assert not np.array_equal(keep_labels(LABELS, 100, seed=1), keep_labels(LABELS, 100, seed=2))


def test_all_of_them():
    assert np.array_equal(keep_labels(LABELS, len(LABELS), seed=0), LABELS)


@pytest.mark.parametrize(
    ("labels", "n_kept", "words"),
    [
        (LABELS, 0, "expected 1 to 5,000"),
        (LABELS, 5001, "expected 1 to 5,000"),
        (LABELS, 105, "105 labels to keep: 10 classes do not divide it; try 100 or 110, or all"),
        (LABELS, 3, "3 labels to keep: 10 classes do not divide it; try 10, or all"),
        (np.array([0] * 50 + [1] * 5), 20, "class 1 has 5 images; keep at most 10, or all"),
    ],
)
def test_numbers_that_cannot_be_kept(labels, n_kept, words):
    with pytest.raises(InputError, match=words):
        keep_labels(labels, n_kept, seed=0)


def test_every_label_of_the_smallest_class_can_be_kept():
    labels = np.array([0, 0, 1, 1, 1])
    kept = keep_labels(labels, 4, 0)
    assert (kept[:2] == 0).all()
    assert (kept == 1).sum() == 2
