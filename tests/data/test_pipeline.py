import numpy as np
import pytest
from aae.data.pipeline import evaluation_batches, half_labelled_batches, training_batches
from aae.errors import InputError

N = 25
# Image i is filled with i, so that a batch tells which images it holds.
IMAGES = np.repeat(np.arange(N, dtype=np.uint8), 4).reshape(N, 2, 2, 1)
LABELS = (np.arange(N) % 10).astype(np.int32)


def take(dataset, n):
    """Indices of the images, and labels, of the first ``n`` batches."""
    batches = list(dataset.take(n).as_numpy_iterator())
    indices = [np.rint((images[:, 0, 0, 0] + 1) * 127.5).astype(int) for images, _ in batches]
    return indices, [labels for _, labels in batches]


def test_an_epoch_holds_every_image_at_most_once_with_its_label():
    indices, labels = take(training_batches(IMAGES, LABELS, 6, seed=0), 4)
    assert all(len(batch) == 6 for batch in indices)
    assert len(set(np.concatenate(indices))) == 24
    assert np.array_equal(LABELS[np.concatenate(indices)], np.concatenate(labels))


def test_every_epoch_has_an_order_of_its_own_drawn_by_the_seed():
    first = np.concatenate(take(training_batches(IMAGES, LABELS, 5, seed=0), 10)[0]).reshape(2, N)
    assert not np.array_equal(first[0], first[1])
    assert sorted(first[0]) == sorted(first[1]) == list(range(N))
    assert np.array_equal(first.ravel(), np.concatenate(take(training_batches(IMAGES, LABELS, 5, seed=0), 10)[0]))
    assert not np.array_equal(first[0], np.concatenate(take(training_batches(IMAGES, LABELS, 5, seed=1), 5)[0]))


def test_a_later_epoch_is_that_of_a_run_that_had_come_so_far():
    whole = take(training_batches(IMAGES, LABELS, 5, seed=3), 15)[0]
    resumed = take(training_batches(IMAGES, LABELS, 5, seed=3, first_epoch=2), 5)[0]
    assert np.array_equal(whole[10:], resumed)


def test_grey_levels_become_minus_one_to_one():
    images = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
    ((scaled, _),) = evaluation_batches(images, np.zeros(3, int)).as_numpy_iterator()
    assert scaled.dtype == np.float32
    assert scaled.ravel() == pytest.approx([-1, -0.6, 1])


def test_evaluation_holds_every_image_once_in_order():
    indices, labels = take(evaluation_batches(IMAGES, LABELS, 10), 9)
    assert [len(batch) for batch in indices] == [10, 10, 5]
    assert np.array_equal(np.concatenate(indices), np.arange(N))
    assert np.array_equal(np.concatenate(labels), LABELS)


def test_half_of_a_mixed_batch_is_labelled():
    labels = np.where(np.arange(N) < 5, LABELS, -1)
    indices, shown = take(half_labelled_batches(IMAGES, labels, 7, seed=0), 30)
    for batch, batch_labels in zip(indices, shown, strict=True):
        assert (batch_labels >= 0).sum() == 3
        assert np.array_equal(labels[batch], batch_labels)
    assert set(np.concatenate(indices)) == set(range(N))


@pytest.mark.parametrize("batch_size", [0, 26])
def test_batches_that_cannot_be_filled(batch_size):
    with pytest.raises(InputError, match="expected 1 to 25"):
        training_batches(IMAGES, LABELS, batch_size, seed=0)


def test_a_labelled_half_larger_than_the_labelled_images():
    with pytest.raises(InputError, match="batches of 6 from 5 images"):
        half_labelled_batches(IMAGES, np.where(np.arange(N) < 5, LABELS, -1), 12, seed=0)
