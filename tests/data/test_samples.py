import os

import numpy as np
import pytest
from aae.data.samples import load_samples
from aae.data.tables.scaling import Scaling
from aae.errors import InputError
from PIL import Image

from tests.conftest import idx_bytes

GREY, COLOUR = (8, 8, 1), (8, 8, 3)
SCALING = Scaling(("width", "height"), np.array([0.0, 10.0]), np.array([2.0, 20.0]))


@pytest.fixture
def pictures(tmp_path):
    """A folder of grey pictures, one of them in a folder of its own, of twice the size; and their pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8), np.uint8)
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for name, image in zip(("a.png", "b.png", "more/c.png"), pixels, strict=True):
        large = np.kron(image, np.ones((2, 2), np.uint8)) if name == "b.png" else image
        Image.fromarray(large).save(folder / name)
    return folder, pixels


def test_pictures_of_a_folder_and_its_folders_come_by_path_scaled_to_the_model(pictures):
    folder, pixels = pictures
    samples = load_samples(folder, GREY)
    assert samples.names == ["a.png", "b.png", "more/c.png"]
    np.testing.assert_array_equal(samples.images[[0, 2], :, :, 0], pixels[[0, 2]])
    assert samples.images.shape == (3, *GREY)
    in_colour = load_samples(folder, COLOUR).images
    np.testing.assert_array_equal(in_colour[0], np.repeat(pixels[0, :, :, None], 3, axis=2))


def test_one_picture_is_a_sample(pictures):
    folder, pixels = pictures
    samples = load_samples(folder / "a.png", GREY)
    assert samples.names == ["a.png"]
    np.testing.assert_array_equal(samples.images[0, :, :, 0], pixels[0])


def test_a_damaged_picture_is_named_or_left_out(pictures):
    folder, _ = pictures
    (folder / "bad.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"bad.png: cannot be read as a picture"):
        load_samples(folder, GREY)
    samples = load_samples(folder, GREY, skip_damaged=True)
    assert samples.names == ["a.png", "b.png", "more/c.png"]
    (line,) = samples.damaged
    assert "bad.png" in line


def test_nothing_but_damaged_pictures_is_refused(tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"none of 1 pictures can be read; the first: .*bad.png"):
        load_samples(tmp_path, GREY, skip_damaged=True)


def test_a_link_that_leads_out_is_refused(pictures, tmp_path):
    folder, _ = pictures
    os.symlink(tmp_path, folder / "out")
    with pytest.raises(InputError, match=r"out: a link that leads out of"):
        load_samples(folder, GREY)


def test_images_of_an_idx_file_come_by_number(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (4, 8, 8), np.uint8)
    (tmp_path / "images-idx3-ubyte").write_bytes(idx_bytes(pixels))
    samples = load_samples(tmp_path / "images-idx3-ubyte", GREY)
    assert samples.names == ["0", "1", "2", "3"]
    np.testing.assert_array_equal(samples.images[..., 0], pixels)
    with pytest.raises(InputError, match=r"images of 8 × 8 × 1: expected 9 × 9 × 1, those of the model"):
        load_samples(tmp_path / "images-idx3-ubyte", (9, 9, 1))


def test_rows_of_a_table_are_scaled_as_in_training_whatever_their_order(tmp_path):
    (tmp_path / "rows.csv").write_text("height,kind,width\n10,a,1\n20,b,4\n")
    samples = load_samples(tmp_path / "rows.csv", (2,), SCALING)
    np.testing.assert_allclose(samples.images, [[0.5, 0], [2, 1]])
    assert samples.names == ["0", "1"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rows.csv", "height,kind\n1,a\n", r"no column 'width': expected the features of the run's table"),
        ("rows.csv", "height,width\n1,tall\n", r"column 'width'"),
        ("rows.txt", "height,width\n1,2\n", r"no table: expected one, as the model was trained on one"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        load_samples(tmp_path / name, (2,), SCALING)


def test_a_table_for_a_model_of_images_is_refused(tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"rows.csv: a table: expected pictures"):
        load_samples(tmp_path / "rows.csv", GREY)


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_nothing_to_encode_is_refused(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"missing: no such file or folder|empty: no picture; expected files ending"):
        load_samples(tmp_path / name, GREY)
