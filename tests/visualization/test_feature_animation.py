"""The animation of rows: bars as long as the values, there and back."""

import numpy as np
from aae.visualization.feature_animation import save_feature_animation
from aae.visualization.palette import class_colours
from matplotlib.colors import to_rgb
from PIL import Image


def test_bars_grow_with_the_values_there_and_back(tmp_path):
    rows = np.stack([np.linspace(0.1, 0.9, 5), np.linspace(0.9, 0.1, 5)], axis=1)
    path = save_feature_animation(tmp_path / "way.gif", rows, rows[[0, -1]], ["up", "down"], "a way")
    colour = 255 * np.array(to_rgb(class_colours(1)[0]))
    areas = []
    with Image.open(path) as animation:
        assert animation.n_frames == 8
        for index in range(5):
            animation.seek(index)
            pixels = np.asarray(animation.convert("RGB"), float)
            is_bar = np.abs(pixels - colour).max(axis=-1) < 24
            # Without the legend, which is below.
            lines = np.flatnonzero(is_bar[: len(is_bar) * 3 // 4].sum(axis=1) > 4)
            half = (lines[0] + lines[-1]) // 2
            areas.append((is_bar[:half].sum(), is_bar[half : len(is_bar) * 3 // 4].sum()))
    up, down = np.array(areas, float).T
    np.testing.assert_allclose(up / up[-1], rows[:, 0] / 0.9, atol=0.06)
    np.testing.assert_allclose(down / down[0], rows[:, 1] / 0.9, atol=0.06)


def test_of_many_features_those_that_change_most_are_shown(tmp_path):
    rows = np.zeros((2, 100))
    rows[1, 60:] = 1
    many = save_feature_animation(tmp_path / "many.gif", rows, rows, [f"feature {n}" for n in range(100)], "many")
    few = save_feature_animation(tmp_path / "few.gif", rows[:, 60:], rows[:, 60:], range(60, 100), "many")
    with Image.open(many) as first, Image.open(few) as second:
        assert first.size == second.size
