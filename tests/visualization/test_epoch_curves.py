import io

import numpy as np
import pytest
from aae.visualization.epoch_curves import Panel, draw_panel
from aae.visualization.palette import class_colours
from PIL import Image


def pixels_of(picture, colour):
    """Rows and columns of the pixels that have one of ``class_colours``, by its number."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    wanted = 255 * np.array(class_colours(4)[colour])
    return np.where(np.abs(pixels - wanted).max(axis=-1) <= 3)


def test_a_falling_loss_falls_in_the_picture():
    rows, columns = pixels_of(draw_panel(Panel("loss", {"training": list(np.linspace(9, 1, 20))})), 0)
    plot = rows < 0.6 * rows.max()
    assert np.corrcoef(rows[plot], columns[plot])[0, 1] > 0.9


def test_a_part_that_is_missing_leaves_the_others_their_colours():
    picture = draw_panel(Panel("error", {"training": None, "valid": [0.5, 0.25]}, is_share=True))
    assert not len(pixels_of(picture, 0)[0])
    assert len(pixels_of(picture, 1)[0]) > 200


def test_lines_differ_in_more_than_their_colour():
    shares = []
    for number in range(4):
        curves = {str(place): [1.0] * 40 if place == number else None for place in range(4)}
        shares.append(len(pixels_of(draw_panel(Panel("line", curves)), number)[0]))
    assert len(set(shares)) == 4


@pytest.mark.parametrize("values", [[3.0], [16.0, 16.0], [np.nan, 1.0], [1e6, 1e-6]])
def test_few_and_odd_values_are_drawn(values):
    picture = Image.open(io.BytesIO(draw_panel(Panel("odd", {"training": values}, levels={"level": 2.0}))))
    assert picture.format == "PNG"
    assert min(picture.size) >= 600
