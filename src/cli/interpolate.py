"""The command that walks from one sample to another: a strip of pictures, and an animation."""

from pathlib import Path

import numpy as np

from ..data.pipeline import from_range, to_range, to_uint8
from ..data.samples import load_samples
from ..data.tables.record import scaling_and_names
from ..errors import InputError
from ..evaluation.encoding import label_probabilities
from ..visualization.feature_animation import save_feature_animation
from ..visualization.feature_rows import save_feature_rows
from ..visualization.image_animation import save_image_animation
from ..visualization.image_grid import save_image_grid
from .images import recorded_split, show_notices
from .trained import load_trained

PLACES = 10
FRAMES = 31
CHOSEN = np.linspace(0, FRAMES - 1, PLACES).round().astype(int)
STRIP, ANIMATION = "interpolation.png", "interpolation.gif"


def interpolate(config, ends):
    """Writes the way between two samples, decoded from the straight line between their codes.

    Args:
        config: The ``TrainedConfig`` of the model.
        ends: Two samples: each a number, of a test image or row counted from 0, or the path of a picture.

    Raises:
        InputError: If there are not two, or one is no sample.
    """
    if len(ends) != 2:
        raise InputError(f"{len(ends)} samples to walk between: expected two, as in --interpolate 3 8")
    trained = load_trained(config)
    scaling, _ = scaling_and_names(trained.folder.read_config().get("table"))
    test = None
    if scaling is not None or any(map(_is_number, ends)):
        test = recorded_split(trained.folder, "test", config.source)
        show_notices(test)
    first, second = (_sample(end, test, trained, scaling) for end in ends)
    paths = _write(trained, first, second, scaling)
    for path in paths:
        print(f"{path}: from {ends[0]} to {ends[1]}, by {trained.name}")


def _is_number(end):
    return end.removeprefix("-").isdecimal()


def _sample(end, test, trained, scaling):
    """One sample, [1, ...] as in a ``Split``; of a table a test row."""
    if _is_number(end):
        if not 0 <= int(end) < len(test):
            raise InputError(f"test {test.members[:-1]} {end}: expected a number from 0 to {len(test) - 1:,}")
        return test.take([int(end)]).images
    if scaling is not None:
        raise InputError(f"{end}: expected the number of a test row, from 0 to {len(test) - 1:,}")
    if Path(end).is_dir():
        raise InputError(f"{end}: a folder: expected one picture, or the number of a test image")
    return load_samples(end, trained.model.image_shape).images[:1]


def _write(trained, first, second, scaling):
    model = trained.model
    given = {}
    if model.is_given_labels:
        labels = (label_probabilities(model, each).argmax(axis=1).astype(np.int32) for each in (first, second))
        given = dict(zip(("first_labels", "second_labels"), labels, strict=True))
    ends = (to_range(each, model.image_range) for each in (first, second))
    way = np.asarray(model.interpolate(*ends, FRAMES, **given))[0]
    if scaling is None:
        return _write_images(trained, first, way, second)
    return _write_rows(trained, first, way, second, scaling.names)


def _write_images(trained, first, way, second):
    frames = to_uint8(way, trained.model.image_range)
    strip = np.concatenate([first, frames[CHOSEN], second])
    title = "From the left image to the right one, decoded between"
    return [
        save_image_grid(trained.folder.path / STRIP, strip, 1, len(strip), title),
        save_image_animation(trained.folder.path / ANIMATION, frames),
    ]


def _write_rows(trained, first, way, second, feature_names):
    rows = from_range(way, trained.model.image_range)
    panels = [("first row, decoded on the way, second row", np.concatenate([first, rows[CHOSEN], second]))]
    names = ["first", *[""] * PLACES, "second"]
    title, marked = "From one row to another", np.concatenate([first, second])
    return [
        save_feature_rows(trained.folder.path / STRIP, panels, feature_names, title, names, gaps=(1, PLACES + 1)),
        save_feature_animation(trained.folder.path / ANIMATION, rows, marked, feature_names, title),
    ]
