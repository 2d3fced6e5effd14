"""Real data that scikit-learn carries, small enough for a fit within seconds."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


@pytest.fixture(scope="session")
def small_digits():
    """scikit-learn's 1,797 digits of 8 × 8 pixels in rows: train and test samples, train and test labels."""
    return train_test_split(*load_digits(return_X_y=True), random_state=0)


@pytest.fixture(scope="session")
def few_labels(small_digits):
    """Labels of the train samples, of which 5 of every class are left, -1 for the others."""
    labels = np.full(len(small_digits[2]), -1)
    for digit in range(10):
        chosen = np.flatnonzero(small_digits[2] == digit)[:5]
        labels[chosen] = digit
    return labels
