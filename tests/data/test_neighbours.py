import numpy as np
import pytest
from aae.data.neighbours import mutual_neighbours
from aae.data.on_disk_images import OnDiskImages
from aae.errors import InputError


def by_hand(images, n_nearest):
    """The set of mutual neighbours of every image, from all distances."""
    points = images.reshape(len(images), -1).astype(np.int64)
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.iinfo(np.int64).max)
    nearest = [set(row.tolist()) for row in np.argsort(distances, axis=1)[:, :n_nearest]]
    return [{j for j in nearest[i] if i in nearest[j]} or {i} for i in range(len(images))]


@pytest.mark.parametrize("n_nearest", [1, 2, 7])
def test_every_row_holds_the_mutual_neighbours_of_an_image_about_equally_often(few_digits, n_nearest):
    images = few_digits.images[:200]
    table = mutual_neighbours(images, n_nearest)
    assert (table.dtype, table.shape) == (np.int32, (200, n_nearest))
    expected = by_hand(images, n_nearest)
    assert [set(row.tolist()) for row in table] == expected
    for row in table:
        counts = np.unique(row, return_counts=True)[1]
        assert counts.max() - counts.min() <= 1
    if n_nearest > 1:
        assert len({len(each) for each in expected}) > 1


def test_an_image_that_is_no_neighbour_of_its_nearest_has_itself():
    images = np.array([0, 1, 200], np.uint8).reshape(3, 1, 1, 1)
    assert mutual_neighbours(images, 1).tolist() == [[1], [0], [2]]


def test_an_image_of_which_there_are_two_is_not_its_own_neighbour():
    images = np.array([5, 5, 90, 91], np.uint8).reshape(4, 1, 1, 1)
    assert mutual_neighbours(images, 1).tolist() == [[1], [0], [3], [2]]


@pytest.mark.parametrize("n_nearest", [0, 4])
def test_a_count_out_of_range_is_refused(n_nearest):
    with pytest.raises(InputError, match=f"{n_nearest} nearest of 4 images: expected 1 to 3"):
        mutual_neighbours(np.zeros((4, 2, 2, 1), np.uint8), n_nearest)


def test_images_on_disk_are_refused():
    with pytest.raises(InputError, match="images on disk: expected images in memory"):
        mutual_neighbours(object.__new__(OnDiskImages), 3)
