"""How far apart colours are for eyes of every kind, worked by hand."""

import numpy as np

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear sRGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# sRGB to CIE XYZ, and its white, D65.
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = XYZ.sum(axis=1)


def lab(colours, vision):
    """CIELAB [n, 3] of sRGB colours in [0, 1], [n, 3], as somebody of one of ``VISIONS`` sees them."""
    colours = np.asarray(colours, float)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    share = np.clip(linear @ VISIONS[vision].T, 0, 1) @ XYZ.T / WHITE
    x, y, z = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def least_distance(colours, vision):
    """The CIELAB distance of the two colours that are most alike; just noticeable is one of 2.3."""
    seen = lab(colours, vision)
    distances = np.linalg.norm(seen[:, None] - seen, axis=2)
    return distances[~np.eye(len(seen), dtype=bool)].min()


def require_told_apart(colours, shapes, least):
    """Any two classes differ in shape, or in colour by a CIELAB distance of ``least``, whoever looks."""
    for shape in set(shapes):
        alike = [colour for colour, other in zip(colours, shapes, strict=True) if other == shape]
        for vision in VISIONS:
            assert len(alike) < 2 or least_distance(alike, vision) >= least, (shape, vision)
