"""What a run on a table draws and writes, of small models of every kind."""

import csv

import keras
import numpy as np
import pytest
from aae.config import ModelConfig
from aae.data.splits import Split
from aae.data.tables.scaling import Scaling
from aae.errors import InputError
from aae.evaluation.feature_errors import feature_errors
from aae.models.build import build_model
from aae.training.measurement import measure_run
from aae.training.pictures import RunPictures
from aae.training.projector import METADATA, SPRITE, ProjectorFiles
from aae.training.run_folder import RunFolder
from aae.training.snapshots import take_snapshot
from aae.training.summaries import snapshot_summaries, summary_writer
from aae.training.table_pictures import pictures_of
from PIL import Image

from tests.conftest import kinds_of_which

N_ROWS, N_FEATURES = 60, 5
NAMES = ("ash", "elm", "oak")
SCALING = Scaling(tuple("abcde"), np.arange(5.0), np.arange(5.0) + 10)


def table(has_labels=True):
    rows = np.random.default_rng(0).uniform(size=(N_ROWS, N_FEATURES)).astype(np.float32)
    labels = np.arange(N_ROWS, dtype=np.int32) % 3 if has_labels else np.full(N_ROWS, -1, np.int32)
    return Split("test", rows, labels, "a table", class_names=NAMES if has_labels else None, scaling=SCALING)


def small(kind, **settings):
    keras.utils.set_random_seed(0)
    clusters = 4 if kind == "clustering" else None
    return build_model(ModelConfig(kind, hidden=(8,), n_clusters=clusters, **settings), (N_FEATURES,), 3)


def size(path):
    with Image.open(path) as picture:
        return picture.size


@kinds_of_which("clustering")
def test_a_trained_model_is_measured_and_drawn(tmp_path, kind):
    split, model, folder = table(), small(kind), RunFolder(tmp_path)
    metrics, paths = measure_run(folder, model, 1, lambda: split, lambda: split, split, seed=0)
    assert np.isfinite(list(metrics.values())).all()
    names = {path.name for path in paths}
    assert {"reconstructions.png", "feature_errors.png"} <= names
    assert ("styles.csv" in names) == (kind in ("supervised", "semisupervised", "clustering", "dimreduction"))
    assert ("confusion.png" in names) == (kind in ("semisupervised", "dimreduction"))
    assert ("clusters.png" in names) == (kind == "clustering")
    assert all(min(size(path)) > 150 for path in paths if path.suffix == ".png")


@kinds_of_which("aae")
def test_a_snapshot_is_drawn_and_written_to_the_log(tmp_path, kind):
    split, model = table(), small(kind)
    snapshot = take_snapshot(model, split, 3)
    # From all over the table, first row and last row among them.
    assert snapshot.inputs.shape == snapshot.reconstructions.shape == (24, N_FEATURES)
    np.testing.assert_array_equal(snapshot.inputs[[0, -1]], split.images[[0, -1]])
    pictures_of(tmp_path, model, split).write(snapshot)
    snapshot_summaries(summary_writer(tmp_path / "log"))(snapshot)
    drawn = {path.name for path in tmp_path.glob("*.png")}
    assert {"reconstructions_3.png", "samples_3.png", "latent_3.png"} <= drawn
    assert ("styles_3.png" in drawn) == model.has_styles


@kinds_of_which("aae")
def test_the_plane_of_codes_is_drawn_feature_by_feature(tmp_path, kind):
    model = small(kind)
    paths = pictures_of(tmp_path, model, table()).write_manifolds()
    by_class = kind in ("supervised", "semisupervised", "clustering")
    n_expected = {"clustering": 4}.get(kind, 3) if by_class else 1
    assert [path.name for path in paths] == (
        [f"manifold_class{label}.png" for label in range(n_expected)] if by_class else ["manifold.png"]
    )
    assert all(min(size(path)) > 400 for path in paths)


def test_samples_are_written_in_the_units_of_the_table(tmp_path):
    model = small("aae")
    picture, path = pictures_of(tmp_path, model, table()).write_generated(seed=4)
    names, *rows = csv.reader(path.open())
    assert tuple(names) == SCALING.names
    # From [-1, 1] to a range of 10 that begins at 0, 1, 2 …
    expected = (model.sample(400, 4).numpy() + 1) / 2 * 10 + np.arange(5)
    np.testing.assert_allclose(np.array(rows, float), expected, rtol=1e-4)
    assert min(size(picture)) > 150


def test_styles_are_written_with_their_class(tmp_path):
    _, path = pictures_of(tmp_path, small("supervised"), table()).write_styles(0)
    rows = list(csv.DictReader(path.open()))
    assert [row["class"] for row in rows] == np.repeat(NAMES, 10).tolist()


def test_errors_are_those_of_every_feature(tmp_path):
    split, model = table(), small("supervised", output="sigmoid")
    found = feature_errors(model, split)
    decoded = model.reconstruct(split.images, split.labels).numpy()
    np.testing.assert_allclose(found.reconstructions, decoded, atol=1e-6)
    expected = [np.sqrt(np.mean((decoded[:, index] - split.images[:, index]) ** 2)) for index in range(N_FEATURES)]
    np.testing.assert_allclose(found.errors, expected, rtol=1e-5)
    np.testing.assert_allclose(found.spreads, split.images.std(axis=0), rtol=1e-5)


@pytest.mark.parametrize("kind", ["vae", pytest.param("clustering", marks=pytest.mark.slow)])
def test_without_labels_nothing_is_said_of_classes(tmp_path, kind):
    split, model = table(has_labels=False), small(kind)
    metrics, paths = measure_run(RunFolder(tmp_path), model, 1, None, None, split, seed=0)
    others = {"clustering": {"clusters_used"}, "vae": {"kl_divergence"}}[kind]
    assert set(metrics) == {"reconstruction_loss", "prior_fit"} | others
    assert all(path.exists() for path in paths)
    assert size(pictures_of(tmp_path, model, split).write_latent(split))[0] > 400


@pytest.mark.parametrize("kind", ["supervised", "semisupervised", "dimreduction"])
def test_a_model_of_classes_is_not_measured_without_labels(tmp_path, kind):
    with pytest.raises(InputError, match="a table: no labels, which this model is measured by"):
        measure_run(RunFolder(tmp_path), small(kind), 1, None, None, table(has_labels=False), seed=0)


@pytest.mark.parametrize("has_labels", [True, False])
def test_the_projector_has_rows_without_thumbnails(tmp_path, has_labels):
    split, model = table(has_labels), small("aae")
    ProjectorFiles(tmp_path, model, split).write(take_snapshot(model, split, 1))
    first, second, *_ = (tmp_path / METADATA).read_text().splitlines()
    assert (first, second) == (("class\trow", "ash\t0") if has_labels else ("row", "0"))
    assert not (tmp_path / SPRITE).exists()


def test_images_have_the_pictures_of_images(tmp_path, small_model):
    images = Split("test", np.zeros((1, 28, 28, 1), np.uint8), np.zeros(1, np.int32), "pictures")
    assert type(pictures_of(tmp_path, small_model(), images)) is RunPictures
