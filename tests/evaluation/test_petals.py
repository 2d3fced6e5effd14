import numpy as np
import pytest
from aae.evaluation.petals import ink, share_in_own_component, slant
from aae.models.priors import PetalMixture


def test_samples_of_a_component_lie_in_its_sector():
    labels = np.arange(5000) % 10
    codes = PetalMixture(2).sample_conditional(labels, seed=0).numpy()
    assert share_in_own_component(codes, labels, 10) > 0.97
    assert share_in_own_component(codes, (labels + 1) % 10, 10) < 0.03


def test_ink_counts_white_pixels():
    images = np.zeros((2, 5, 5, 1), np.uint8)
    images[1, 2, :3] = 255
    assert ink(images) == pytest.approx([0, 3])


@pytest.mark.parametrize("columns_per_row", [-1, 0, 1])
def test_slant_is_columns_to_the_right_for_each_row_upwards(columns_per_row):
    image = np.zeros((1, 21, 21, 1), np.uint8)
    for up in range(-6, 7):
        image[0, 10 - up, 10 + columns_per_row * up] = 255
    assert slant(image) == pytest.approx([columns_per_row])
