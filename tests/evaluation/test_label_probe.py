import numpy as np
import pytest
from aae.evaluation.label_probe import label_probe

LABELS = np.arange(2000) % 10
NOISE = np.random.default_rng(0).normal(size=(2000, 2))


def test_codes_that_say_nothing_of_the_label_leave_a_guess():
    for accuracy in label_probe(NOISE, LABELS).values():
        assert accuracy == pytest.approx(0.1, abs=0.03)


def test_codes_that_are_the_label_give_it_away():
    angles = 2 * np.pi * LABELS / 10
    codes = 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.1 * NOISE
    assert min(label_probe(codes, LABELS).values()) > 0.99


def test_a_leak_that_no_line_shows_is_found_by_the_neighbours():
    """Two classes in a chequerboard."""
    labels = (NOISE[:, 0] * NOISE[:, 1] > 0).astype(int)
    probes = label_probe(NOISE, labels)
    assert probes["linear"] < 0.7
    assert probes["nearest_neighbours"] > 0.9
