import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import (
    classification_batches,
    evaluation_batches,
    half_labelled_batches,
    to_range,
    to_uint8,
    training_batches,
)
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
    resumed = take(training_batches(IMAGES, LABELS, 5, seed=3, first_step=2 * (len(IMAGES) // 5)), 5)[0]
    assert np.array_equal(whole[10:], resumed)


@pytest.mark.parametrize("stream", [training_batches, classification_batches])
def test_beside_every_image_comes_one_of_its_neighbours(stream):
    table = np.stack([(np.arange(N) + 1) % N, (np.arange(N) + 2) % N], axis=1).astype(np.int32)
    labels = np.where(np.arange(N) < 7, LABELS, -1)
    batches = list(stream(IMAGES, labels, 5, seed=3, neighbours=table).take(20).as_numpy_iterator())
    images, near = (
        np.concatenate([np.rint((pair[which][:, 0, 0, 0] + 1) * 127.5).astype(int) for pair, _ in batches])
        for which in (0, 1)
    )
    plain = [batch for batch, _ in stream(IMAGES, labels, 5, seed=3).take(20).as_numpy_iterator()]
    np.testing.assert_array_equal(images, np.rint((np.concatenate(plain)[:, 0, 0, 0] + 1) * 127.5))
    steps = (near - images) % N
    assert set(steps) == {1, 2}
    # Four epochs: an image does not come with the same neighbour in all of them.
    of_image = [set(steps[images == image]) for image in range(N)]
    assert sum(len(each) == 2 for each in of_image) > N / 2
    resumed = next(iter(stream(IMAGES, labels, 5, seed=3, first_step=13, neighbours=table)))
    np.testing.assert_array_equal(resumed[0][1], batches[13][0][1])


def test_beside_every_image_come_as_many_neighbours_as_asked_for():
    table = ((np.arange(N)[:, None] + [1, 2, 3]) % N).astype(np.int32)
    batches = training_batches(IMAGES, LABELS, 5, seed=3, neighbours=table, n_beside=4).take(20)
    images, near = (
        np.concatenate([np.rint((pair[which][..., 0, 0, 0].numpy() + 1) * 127.5) for pair, _ in batches])
        for which in (0, 1)
    )
    assert near.shape == (100, 4)
    steps = (near - images[:, None]) % N
    counts = np.array([(steps == step).mean(axis=0) for step in (1, 2, 3)])
    # Each is drawn for itself: about a third of each of the four are the first neighbour, and so on.
    np.testing.assert_allclose(counts, 1 / 3, atol=0.16)
    assert len({tuple(row) for row in steps}) > 30


@pytest.mark.parametrize("stream", [training_batches, half_labelled_batches, classification_batches])
def test_a_stream_resumes_in_the_middle_of_an_epoch(stream):
    labels = np.where(np.arange(N) < 7, LABELS, -1)

    def batches(first_step, n):
        stream_from = stream(IMAGES, labels, 6, seed=3, first_step=first_step)
        return [np.concatenate([np.ravel(part) for part in tf.nest.flatten(batch)]) for batch in stream_from.take(n)]

    np.testing.assert_array_equal(batches(0, 12)[5:], batches(5, 7))


def test_grey_levels_become_minus_one_to_one():
    images = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
    ((scaled, _),) = evaluation_batches(images, np.zeros(3, int)).as_numpy_iterator()
    assert scaled.dtype == np.float32
    assert scaled.ravel() == pytest.approx([-1, -0.6, 1])


def test_scaled_features_become_the_range_and_new_ones_may_leave_it():
    features = np.array([[0, 0.25, 1], [-1, 0.5, 2]], np.float32)
    np.testing.assert_array_equal(to_range(features), [[-1, -0.5, 1], [-3, 0, 3]])
    np.testing.assert_array_equal(to_range(features, (0, 1)), features)


def test_rows_of_features_are_batched_like_images():
    features = np.random.default_rng(0).random((N, 3), np.float32)
    found = list(training_batches(features, np.arange(N), 5, seed=1, image_range=(0, 1)).take(N // 5))
    for rows, which in found:
        np.testing.assert_array_equal(rows, features[which])
    assert sorted(np.concatenate([which for _, which in found])) == list(range(N))


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


@pytest.mark.parametrize("image_range", [(-1.0, 1.0), (0.0, 1.0)])
def test_every_stream_gives_images_in_the_range_asked_for(image_range):
    low, high = image_range
    labels = np.where(np.arange(N) < 5, LABELS, -1)
    dark_and_light = np.where(np.arange(N)[:, None, None, None] % 2, np.uint8(255), np.uint8(0)) * np.ones_like(IMAGES)
    streams = [
        training_batches(dark_and_light, labels, 8, 0, image_range=image_range),
        half_labelled_batches(dark_and_light, labels, 8, 0, image_range=image_range),
        classification_batches(dark_and_light, labels, 8, 0, image_range=image_range),
        evaluation_batches(dark_and_light, labels, 8, image_range),
    ]
    for stream in streams:
        (first, _) = next(stream.as_numpy_iterator())
        assert set(np.unique(first)) == {np.float32(low), np.float32(high)}
    (_, (labelled, _)) = next(streams[2].as_numpy_iterator())
    assert set(np.unique(labelled)) == {np.float32(low), np.float32(high)}


@pytest.mark.parametrize("image_range", [(-1.0, 1.0), (0.0, 1.0)])
def test_levels_undo_scale_and_clip_what_lies_outside(image_range):
    images = np.arange(256, dtype=np.uint8).reshape(256, 1, 1, 1)
    np.testing.assert_array_equal(to_uint8(to_range(images, image_range), image_range), images)
    assert to_uint8(np.array([-7.0, 7.0]), image_range).tolist() == [0, 255]


def test_labelled_images_come_beside_all_of_them():
    labels = np.where(np.arange(N) < 7, LABELS, -1)
    batches = list(classification_batches(IMAGES, labels, 5, seed=0).take(70).as_numpy_iterator())
    every = [np.rint((images[:, 0, 0, 0] + 1) * 127.5).astype(int) for images, _ in batches]
    beside = [np.rint((images[:, 0, 0, 0] + 1) * 127.5).astype(int) for _, (images, _) in batches]
    for indices, (_, (_, shown)) in zip(beside, batches, strict=True):
        assert np.array_equal(labels[indices], shown)
    # An epoch of all images is one of 5 batches, whether they have a label or not; of the labelled ones, 1 batch.
    assert sorted(np.concatenate(every[:5])) == list(range(N))
    assert set(np.concatenate(beside)) == set(range(7))
    assert len(set(beside[0])) == 5


def test_fewer_labelled_images_than_a_batch_come_all_at_once():
    labels = np.where(np.arange(N) < 3, LABELS, -1)
    _, (images, shown) = next(classification_batches(IMAGES, labels, 5, seed=0).as_numpy_iterator())
    assert len(images) == 3
    assert sorted(shown) == [0, 1, 2]


def test_classification_without_a_label_is_refused():
    with pytest.raises(InputError, match="no image has a label"):
        classification_batches(IMAGES, np.full(N, -1), 5, seed=0)


@pytest.mark.parametrize("batch_size", [0, 26])
def test_batches_that_cannot_be_filled(batch_size):
    with pytest.raises(InputError, match="expected 1 to 25"):
        training_batches(IMAGES, LABELS, batch_size, seed=0)


def test_a_labelled_half_larger_than_the_labelled_images():
    with pytest.raises(InputError, match="batches of 6 from 5 images"):
        half_labelled_batches(IMAGES, np.where(np.arange(N) < 5, LABELS, -1), 12, seed=0)


MEMORY_OF_A_STREAM = """
import numpy as np
import tensorflow as tf
from aae.data.arrays import rows
from aae.data.pipeline import evaluation_batches, training_batches

def megabytes():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

next(iter(training_batches(np.zeros((200, 28, 28, 1), np.uint8), np.zeros(200, int), 100, seed=0)))
images = rows(np.zeros((1, 28, 28, 1), np.uint8), np.zeros(300_000, int))
labels = np.zeros(len(images), int)
before = megabytes()
streams = [iter(training_batches(images, labels, 100, seed=0)), iter(evaluation_batches(images, labels))]
for _ in range(20):
    for stream in streams:
        next(stream)
print(megabytes() - before)
"""


@pytest.mark.slow
def test_streams_hold_no_copy_of_images_in_memory():
    result = subprocess.run([sys.executable, "-c", MEMORY_OF_A_STREAM], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    # The images are 235 MB.
    assert float(result.stdout) < 100
