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


def test_an_uneven_number_is_spread_as_evenly_as_can_be():
    counts = np.bincount(keep_labels(LABELS, 203, seed=0)[keep_labels(LABELS, 203, seed=0) >= 0])
    assert sorted(counts) == [20] * 7 + [21] * 3


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
        (np.array([0] * 50 + [1] * 5), 20, "class 1 has 5 images; keep at most 10, or all"),
    ],
)
def test_numbers_that_cannot_be_kept(labels, n_kept, words):
    with pytest.raises(InputError, match=words):
        keep_labels(labels, n_kept, seed=0)
