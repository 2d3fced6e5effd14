import numpy as np
from aae.visualization import learning_curves
from aae.visualization.learning_curves import save_learning_curves
from PIL import Image


def coloured_rows(path):
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    return np.where(np.ptp(pixels, axis=-1) > 60)


def test_a_falling_error_falls_in_the_picture(tmp_path):
    errors = list(np.geomspace(0.2, 0.02, 30))
    rows, columns = coloured_rows(save_learning_curves(tmp_path / "curves.png", {"seed 0": errors}, "title"))
    on_the_left, on_the_right = rows[columns < 200].mean(), rows[(columns > 400) & (rows > 100)].mean()
    assert on_the_left < on_the_right - 50


def test_more_runs_than_colours_and_a_level_are_drawn(tmp_path):
    errors = {f"seed {seed}": [0.2, 0.1, 0.05] for seed in range(12)}
    path = save_learning_curves(tmp_path / "curves.png", errors, "title", "test", 0.019, "the paper")
    assert min(Image.open(path).size) >= 400


def test_epochs_are_whole_numbers(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(learning_curves, "save_figure", lambda figure, path: figures.append(figure))
    save_learning_curves(tmp_path / "curves.png", {"seed 0": list(np.geomspace(0.2, 0.02, 20))}, "title")
    ticks = figures[0].axes[0].get_xticks()
    assert len(ticks) > 2
    np.testing.assert_array_equal(ticks, np.round(ticks))


def test_errors_are_written_at_the_axis_where_they_lie_close_together(tmp_path, monkeypatch):
    figures = []
    monkeypatch.setattr(learning_curves, "save_figure", lambda figure, path: figures.append(figure))
    save_learning_curves(tmp_path / "curves.png", {"seed 0": [0.205, 0.17, 0.15, 0.14]}, "title")
    (axis,) = figures[0].axes
    low, high = axis.get_ylim()
    assert sum(low <= tick <= high for tick in axis.get_yticks()) >= 3
