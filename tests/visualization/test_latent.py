import matplotlib
import numpy as np
import pytest
from aae.models.priors import Gaussian, Uniform
from aae.visualization.density import mass_levels
from aae.visualization.latent import save_latent, save_latent_animation, save_latents
from aae.visualization.palette import class_colours
from PIL import Image

NONE = np.empty((0, 2))


def test_contours_hold_their_share_of_the_mass():
    ticks = np.linspace(-5, 5, 301, dtype=np.float32)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    density = np.exp(Gaussian(2).log_prob(plane).numpy()).reshape(301, 301)
    # The circle that holds a share s of a plane's standard Gaussian has the density (1 - s) / 2π.
    assert mass_levels(density) == pytest.approx([(1 - s) / (2 * np.pi) for s in (0.99, 0.9, 0.5)], rel=0.03)


def test_points_are_drawn_where_the_codes_are_in_the_colour_of_their_class(tmp_path):
    codes = np.concatenate([np.full((50, 2), 2.0), np.full((50, 2), -2.0)])
    path = save_latent(tmp_path / "latent.png", codes, np.repeat([0, 1], 50), 3.5, "title", Gaussian(2).log_prob)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    for label, colour in enumerate(class_colours(2)):
        wanted = np.rint(255 * np.array(matplotlib.colors.to_rgb(colour)))
        rows, columns = np.where(np.abs(pixels - wanted).max(axis=-1) <= 2)
        assert (rows.mean() < 320) == (label == 0)
        assert (columns.mean() > 320) == (label == 0)


def test_more_than_ten_classes_are_drawn_in_shapes_and_named_in_a_legend(tmp_path):
    codes, filled, widths = np.array([[-2.0, 0.0], [2.0, 0.0]]), [], []
    for labels in (np.array([3, 3]), np.array([3, 13])):
        path = save_latent(tmp_path / "latent.png", codes, labels, 3.5, "title", heads=NONE)
        pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
        widths.append(pixels.shape[1])
        inked = np.abs(pixels - np.rint(255 * np.array(class_colours(4)[3]))).max(axis=-1) < 80
        for columns in (slice(100, 300), slice(330, 560)):
            rows, across = np.where(inked[80:560, columns])
            filled.append(len(rows) / ((np.ptp(rows) + 1) * (np.ptp(across) + 1)))
        in_legend = inked[:, 640:].any(axis=1)
        assert np.count_nonzero(np.diff(in_legend.astype(int)) > 0) == (2 if 13 in labels else 0)
    # Of the square round it a disc fills π / 4.
    assert filled == pytest.approx([np.pi / 4] * 3 + [1], abs=0.06)
    assert widths[0] == 640
    assert widths[1] > 690


def test_no_class_of_a_shape_lies_on_top_of_the_others(tmp_path):
    # Of two points in one place the later is seen, whichever has the lower class.
    for labels in (np.array([2, 14]), np.array([14, 2])):
        path = save_latent(tmp_path / "latent.png", np.zeros((2, 2)), labels, 3.5, "title", heads=NONE)
        pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
        middle = pixels[312, 60:-120]
        on_top = np.rint(255 * np.array(class_colours(15)[labels[1]]))
        assert (np.abs(middle - on_top).max(axis=-1) < 3).sum() >= 3


def test_an_animation_has_a_frame_for_each_epoch_and_holds_the_last(tmp_path):
    frames = {epoch: np.random.default_rng(epoch).normal(size=(30, 2)) for epoch in (0, 1, 2)}
    path = save_latent_animation(tmp_path / "latent.gif", frames, np.arange(30) % 3, 3.5)
    with Image.open(path) as animation:
        assert animation.n_frames == 3
        durations = []
        for frame in range(3):
            animation.seek(frame)
            durations.append(animation.info["duration"])
    assert durations[0] == durations[1] < durations[2]


def test_panels_stand_side_by_side(tmp_path):
    codes, labels = np.random.default_rng(0).normal(size=(50, 2)), np.arange(50) % 10
    panel = ("model", codes, 3.5, None)
    widths = [Image.open(save_latents(tmp_path / f"{n}.png", [panel] * n, labels, "title")).size[0] for n in (2, 3)]
    assert widths[1] == pytest.approx(1.5 * widths[0], rel=0.01)


def test_the_edge_of_an_even_prior_is_drawn(tmp_path):
    codes, labels = np.zeros((1, 2)), np.zeros(1, int)
    pictures = [
        np.asarray(Image.open(save_latent(tmp_path / f"{name}.png", codes, labels, 2.5, "title", density)).convert("L"))
        for name, density in (("with", Uniform(2, 2.0).log_prob), ("without", None))
    ]
    assert (pictures[0] != pictures[1]).sum() > 1000


def test_heads_are_marked_where_they_are_and_replace_the_names_of_classes(tmp_path):
    codes, labels = np.full((20, 2), -2.0), np.zeros(20, int)
    pictures = {}
    for name, heads in (("with", np.array([[2.0, 2.0]])), ("without", np.empty((0, 2)))):
        path = save_latent(tmp_path / f"{name}.png", codes, labels, 3.5, "title", heads=heads, head_names=["7"])
        pictures[name] = np.asarray(Image.open(path).convert("L")).astype(int)
    rows, columns = np.where(np.abs(pictures["with"] - pictures["without"]) > 60)
    assert len(rows) > 50
    # The upper right, where (2, 2) lies.
    assert rows.max() < 300
    assert columns.min() > 340
