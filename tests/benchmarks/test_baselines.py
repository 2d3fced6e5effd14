"""Few images whose clusters and neighbours are plain to see, so that the errors of the baselines are known."""

from pathlib import Path

import numpy as np
import pytest
from aae.data.splits import Split


@pytest.fixture
def baselines(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import baselines

    return baselines


def split_of(greys, labels, name="train"):
    """Images of 2 × 2 pixels, each of one grey level."""
    images = np.repeat(np.array(greys, np.uint8), 4).reshape(-1, 2, 2, 1)
    return Split(name, images, np.array(labels), "made up")


def test_labels_spread_along_neighbours(baselines):
    train = split_of([*range(20), *range(200, 220)], [0] * 20 + [1] * 20)
    test = split_of([5, 10, 205, 210], [0, 0, 1, 0], "test")
    assert baselines.spread_labels(train, 2, test, seed=0) == pytest.approx(1 / 4)


def test_a_cluster_is_named_by_its_nearest_image_or_by_most_of_them(baselines):
    train = split_of([0, 10, 20, 200, 210, 220], [0, 0, 0, 1, 1, 1])
    # The nearest to the centre at 10 is a one, though most there are noughts.
    valid = split_of([10, 0, 20, 210], [1, 0, 0, 1], "valid")
    test = split_of([0, 10, 20, 210], [0, 0, 0, 1], "test")
    assert baselines.cluster(train, valid, test, 2, seed=0) == [3 / 4, 0]
