"""A set of colour pictures to try models on: drawn shapes, each class in every place, size, turn and colour."""

import colorsys
import math
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ..errors import InputError

# Drawn so many times larger and averaged, so that edges are smooth.
OVERSAMPLING = 4
SMALLEST = 8
# What is drawn of a picture, each uniform: the radius of the shape, in widths of the picture; how far it is turned, in
# radians; and what its colour and that of the background have of saturation and value; hues are any.
RADIUS = 0.22, 0.38
TURN = -math.pi / 6, math.pi / 6
SHAPE_COLOUR = (0.7, 1.0), (0.65, 0.95)
BACKGROUND = (0.1, 0.35), (0.85, 1.0)


def _regular(n_corners, inner=None):
    """Corners of a regular polygon, or of a star whose inner corners lie at the radius ``inner``."""
    radii = [1.0] if inner is None else [1.0, inner]
    angles = np.arange(n_corners * len(radii)) * 2 * math.pi / (n_corners * len(radii))
    return np.resize(radii, len(angles))[:, None] * np.stack([np.sin(angles), -np.cos(angles)], axis=1)


def _heart():
    angle = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    upwards = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    points = np.stack([16 * np.sin(angle) ** 3, -2.5 - upwards], axis=1)
    return points / np.linalg.norm(points, axis=1).max()


def _cross(arm=0.35):
    corners = [(arm, -arm), (arm, -1), (-arm, -1)]
    for _ in range(3):
        corners += [(y, -x) for x, y in corners[-3:]]
    return np.array(corners) / math.hypot(arm, 1)


# Corners of each class, float [n, 2], within the unit circle; y points downwards.
OUTLINES = {
    "circle": _regular(90),
    "cross": _cross(),
    "heart": _heart(),
    "square": np.array([(1, -1), (1, 1), (-1, 1), (-1, -1)]) / math.sqrt(2),
    "star": _regular(5, inner=0.45),
    "triangle": _regular(3),
}


def draw_shape(name, size, generator):
    """A picture of one shape, wholly inside, its place, size, turn and colours drawn at random.

    Args:
        name: A key of ``OUTLINES``.
        size: Height and width in pixels.
        generator: NumPy's ``Generator``.

    Returns:
        A picture of Pillow, RGB.
    """
    radius = generator.uniform(*RADIUS)
    centre = generator.uniform(radius, 1 - radius, 2)
    turn = generator.uniform(*TURN)
    shape_colour, background = (_colour(ranges, generator) for ranges in (SHAPE_COLOUR, BACKGROUND))
    rotation = np.array([(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))])
    corners = (centre + radius * OUTLINES[name] @ rotation) * size * OVERSAMPLING
    picture = Image.new("RGB", (size * OVERSAMPLING, size * OVERSAMPLING), background)
    ImageDraw.Draw(picture).polygon([tuple(corner) for corner in corners.tolist()], shape_colour)
    return picture.reduce(OVERSAMPLING)


def _colour(ranges, generator):
    saturation, value = (generator.uniform(*bounds) for bounds in ranges)
    return tuple(round(255 * part) for part in colorsys.hsv_to_rgb(generator.uniform(), saturation, value))


def write_shapes(folder, n_train, n_test, size=64, seed=0):
    """Writes a set of pictures as ``load_split`` reads them, in train/CLASS and test/CLASS; all of it or nothing.

    Args:
        folder: Path of the folder, which must be new or empty.
        n_train: Pictures to train on, at least one of every class; classes have equally many, but for one.
        n_test: Those to test on.
        size: Height and width in pixels.
        seed: Of everything that is drawn at random; one picture is the same however many there are.

    Raises:
        InputError: If the folder holds something, or a number is too small.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds something already: expected a new or empty folder")
    if min(n_train, n_test) < len(OUTLINES):
        raise InputError(f"{n_train} and {n_test} pictures: expected at least {len(OUTLINES)}, one of every class")
    if size < SMALLEST:
        raise InputError(f"pictures of {size} × {size} pixels: expected at least {SMALLEST}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        written = Path(temporary) / "set"
        for index, (split, count) in enumerate({"train": n_train, "test": n_test}.items()):
            _write_split(written / split, count, size, [seed, index])
        written.rename(folder)


def _write_split(folder, count, size, seed):
    names = list(OUTLINES)
    for name in names:
        (folder / name).mkdir(parents=True)
    for number in range(count):
        name = names[number % len(names)]
        picture = draw_shape(name, size, np.random.default_rng([*seed, number]))
        picture.save(folder / name / f"{number:06d}.png")
