"""Drawn pictures of shapes, read again by Pillow."""

import colorsys
import math

import numpy as np
import pytest
from aae.data import load_split
from aae.data.shapes import OUTLINES, draw_shape, write_shapes
from aae.errors import InputError
from PIL import Image

from tests.cli.process import call

CORNERS = {"square": 4, "triangle": 3, "star": 10, "cross": 12}


def area(corners):
    """Of a polygon, by the shoelace formula."""
    x, y = corners.T
    return 0.5 * abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def covered(picture):
    """How much of every pixel the shape covers, float [height, width]: how far its colour is from the background's."""
    pixels = np.asarray(picture, float)
    distance = np.abs(pixels - pixels[0, 0]).sum(axis=2)
    return distance / distance.max()


def test_outlines_lie_within_the_unit_circle_and_touch_it():
    for name, corners in OUTLINES.items():
        assert np.linalg.norm(corners, axis=1).max() == pytest.approx(1)
        assert len(corners) == CORNERS.get(name, 90)
    areas = {name: area(corners) for name, corners in OUTLINES.items()}
    assert areas["circle"] == pytest.approx(math.pi, rel=0.01)
    assert areas["square"] == pytest.approx(2)
    assert areas["triangle"] == pytest.approx(3 * math.sqrt(3) / 4)
    # Five squares of the side 2 · 0.35 and 1 - 0.35 beside them, in units of the corner's distance.
    assert areas["cross"] == pytest.approx((0.7**2 + 4 * 0.7 * 0.65) / (1 + 0.35**2))
    assert areas["star"] == pytest.approx(10 * 0.5 * 0.45 * math.sin(math.pi / 5))


@pytest.mark.parametrize("name", OUTLINES)
def test_a_picture_is_the_shape_wholly_inside_on_one_background(name):
    for seed in range(10):
        picture = draw_shape(name, 64, np.random.default_rng(seed))
        assert (picture.size, picture.mode) == ((64, 64), "RGB")
        share = covered(picture)
        # It may touch the border of the picture; what were cut off would cover pixels there.
        assert max(share[0].max(), share[-1].max(), share[:, 0].max(), share[:, -1].max()) < 0.98
        radius = math.sqrt(share.sum() / area(OUTLINES[name])) / 64
        assert 0.215 < radius < 0.39
        assert 0 < np.mean((share > 0.02) & (share < 0.98)) < 0.12


def test_place_size_and_colours_differ_from_picture_to_picture():
    pictures = [draw_shape("circle", 32, np.random.default_rng(seed)) for seed in range(200)]
    shares = [covered(picture) for picture in pictures]
    places = np.arange(32) + 0.5
    middles = np.array([[np.average(places, weights=share.sum(axis)) for axis in (0, 1)] for share in shares])
    assert middles.min() < 11
    assert middles.max() > 21
    radii = np.array([math.sqrt(share.sum() / math.pi) for share in shares]) / 32
    assert radii.min() < 0.24
    assert radii.max() > 0.36
    for colours in (
        [picture.getpixel((0, 0)) for picture in pictures],
        [picture.getpixel(tuple(map(int, middle))) for picture, middle in zip(pictures, middles, strict=True)],
    ):
        hues = [colorsys.rgb_to_hsv(*(part / 255 for part in colour))[0] for colour in colours]
        assert np.histogram(hues, 4, (0, 1))[0].min() > 25


def test_a_set_is_read_as_training_and_test_images_of_six_classes(tmp_path):
    write_shapes(tmp_path / "shapes", 20, 12, size=16)
    train, test = (load_split(name, tmp_path / "shapes") for name in ("train", "test"))
    assert train.images.shape == (20, 16, 16, 3)
    assert np.bincount(train.labels).tolist() == [4, 4, 3, 3, 3, 3]
    assert np.bincount(test.labels).tolist() == [2] * 6
    assert list(train.class_names) == ["circle", "cross", "heart", "square", "star", "triangle"]
    digests = {image.tobytes() for image in (*train.images, *test.images)}
    assert len(digests) == 32


def test_one_seed_draws_the_same_pictures_and_another_draws_others(tmp_path):
    for name, count, seed in (("one", 6, 3), ("same", 12, 3), ("other", 6, 4)):
        write_shapes(tmp_path / name, count, 6, size=16, seed=seed)
    one, same, other = (
        np.asarray(Image.open(tmp_path / name / "train/star/000004.png")) for name in ("one", "same", "other")
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, np.asarray(Image.open(tmp_path / "one/test/star/000004.png")))


def test_what_is_stopped_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(Image.Image, "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_shapes(tmp_path / "shapes", 6, 6)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(InputError, match="holds something already: expected a new or empty folder"):
            write_shapes(folder, 6, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--ntrain=5"], "5 and 1200 pictures: expected at least 6, one of every class"),
        (["--ntest=0"], "6000 and 0 pictures: expected at least 6"),
        (["--size=7"], "pictures of 7 × 7 pixels: expected at least 8"),
        (["--save_path=/proc/shapes"], "/proc"),
        (["--seed=-1"], "seed"),
    ],
)
def test_the_script_refuses_in_one_line(flags, words, tmp_path):
    result = call("--save_path=shapes", *flags, script="make_shapes.py", cwd=tmp_path)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr
    assert not list(tmp_path.iterdir())


def test_the_script_needs_a_folder_and_says_what_it_drew(tmp_path):
    assert "save_path" in call(script="make_shapes.py", cwd=tmp_path).stderr
    result = call("--save_path=a/b", "--ntrain=6", "--ntest=7", "--size=8", script="make_shapes.py", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith("a/b: 6 pictures to train on and 7 to test on, of 6 classes: circle, cross, heart")
    assert len(list((tmp_path / "a/b").glob("t*/*/*.png"))) == 13
