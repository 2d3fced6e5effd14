"""Whether every component of a mixture holds one class, and how style runs along it (paper, figures 3 and 4)."""

import numpy as np


def share_in_own_component(codes, labels, n_components):
    """Share of images whose code lies in the sector of its label's component.

    Args:
        codes: float [n, 2].
        labels: int [n], in [0, n_components).
        n_components: Number of components, component k around the angle 2πk / n_components.

    Returns:
        Float in [0, 1].
    """
    turns = np.arctan2(codes[:, 1], codes[:, 0]) * n_components / (2 * np.pi)
    return float(np.mean(np.rint(turns).astype(int) % n_components == labels))


def ink(images):
    """Ink of each image: the sum of its pixels on a scale from 0 (ground) to 1 (stroke).

    Args:
        images: uint8 [n, height, width, channels].

    Returns:
        float [n].
    """
    return _stroke(images).sum(axis=(1, 2))


def slant(images):
    """Slant of each image: columns to the right for each row upwards, by the moments of its ink.

    Args:
        images: uint8 [n, height, width, channels].

    Returns:
        float [n]; 0 is upright, 1 leans to the right by 45°.
    """
    weights = _stroke(images)
    weights = weights / weights.sum(axis=(1, 2), keepdims=True)
    height, width = weights.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    rows = rows - (weights * rows).sum(axis=(1, 2))[:, None, None]
    columns = columns - (weights * columns).sum(axis=(1, 2))[:, None, None]
    return -(weights * rows * columns).sum(axis=(1, 2)) / (weights * rows**2).sum(axis=(1, 2))


def _stroke(images):
    """Pixels from 0 (ground) to 1 (stroke), colours averaged."""
    return images.mean(axis=-1) / 255
