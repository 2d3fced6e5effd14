import numpy as np
import pytest
from aae.estimators.early_stopping import MOST, held_out_rows


def test_a_share_of_the_samples_is_held_out():
    assert held_out_rows(np.full(200, -1), 0.1, seed=0).sum() == 20


def test_no_more_are_held_out_than_suffice():
    assert held_out_rows(np.full(100_000, -1), 0.1, seed=0).sum() == MOST


def test_those_without_a_label_come_first():
    labels = np.r_[np.zeros(50, int), np.full(50, -1)]
    assert (labels[held_out_rows(labels, 0.3, seed=1)] == -1).all()


@pytest.mark.parametrize("fraction", [0.5, 0.99])
def test_every_class_keeps_a_sample(fraction):
    labels = np.r_[np.zeros(97, int), 1, 2, 3]
    assert set(labels[~held_out_rows(labels, fraction, seed=2)]) == {0, 1, 2, 3}


def test_of_few_samples_none_are_held_out():
    assert not held_out_rows(np.zeros(19, int), 0.5, seed=0).any()


def test_the_seed_draws_them():
    labels = np.full(100, -1)
    first, again, other = (held_out_rows(labels, 0.2, seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
