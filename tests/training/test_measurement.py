import json

import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.training.measurement import MEANINGS, describe, measure_run
from aae.training.run_folder import RunFolder
from aae.training.snapshots import decode_styles, take_snapshot
from sklearn.metrics import confusion_matrix

from tests.conftest import WITH_CLASSES, kinds_of_which

METRICS = {
    "ae": {"reconstruction_loss", "prior_fit"},
    "vae": {"reconstruction_loss", "prior_fit", "kl_divergence"},
    "aae": {"reconstruction_loss", "prior_fit"},
}
CONDITIONAL = {"read_as_asked", "reader_accuracy", "label_from_code_linear", "label_from_code_nearest_neighbours"}
METRICS["supervised"] = METRICS["aae"] | CONDITIONAL
METRICS["semisupervised"] = METRICS["dimreduction"] = METRICS["supervised"] | {"accuracy"}
METRICS["clustering"] = METRICS["aae"] | {
    "clustering_error",
    "clustering_error_by_majority",
    "clusters_used",
    "normalized_mutual_information",
    "adjusted_rand_index",
}


@kinds_of_which("vae", "clustering")
def test_every_kind_is_measured_by_what_it_can_do(model_of_kind, few_digits, tmp_path, kind):
    folder = RunFolder(tmp_path)
    model = model_of_kind(kind)
    metrics, paths = measure_run(folder, model, 3, lambda: few_digits, lambda: few_digits, few_digits, seed=0)
    assert set(metrics) == METRICS[kind]
    assert np.isfinite(list(metrics.values())).all()
    assert all(path.exists() for path in paths)
    assert json.loads(folder.evaluation.read_text()) == {"epoch": 3, "images": 300, "figures": metrics}
    images = to_range(few_digits.images)
    error = 0.5 * ((images - model.reconstruct(images, few_digits.labels)) ** 2).numpy().sum() / 300
    assert metrics["reconstruction_loss"] == pytest.approx(error, rel=1e-4)
    assert len(list(describe(metrics))) == len(metrics)
    if kind == "clustering":
        found = confusion_matrix(few_digits.labels, np.asarray(model.classify(images)).argmax(axis=1))
        assert metrics["clustering_error_by_majority"] == pytest.approx(1 - found.max(axis=0).sum() / 300)


@pytest.mark.slow
def test_the_oracle_is_trained_once(model_of_kind, few_digits, tmp_path):
    calls = []

    def split():
        calls.append(1)
        return few_digits

    folder = RunFolder(tmp_path)
    model = model_of_kind("supervised")
    first, second = (measure_run(folder, model, 1, split, lambda: None, few_digits, seed=0)[0] for _ in range(2))
    assert first == second
    assert calls == [1]


def test_figures_are_said_with_their_units():
    lines = list(describe({"accuracy": 0.97104, "reconstruction_loss": 26.61, "prior_fit": 1.25}))
    assert [line.split()[0] for line in lines] == ["26.610", "97.10%", "1.250"]
    assert all(meaning for meaning in MEANINGS.values())
    (line,) = describe({"clustering_error": 0.5}, "rows")
    assert line.strip().startswith("50.00%   rows whose cluster")


@pytest.mark.parametrize("kind", WITH_CLASSES)
def test_a_style_sheet_has_one_class_per_row_and_one_code_per_column(model_of_kind, kind):
    model = model_of_kind(kind)
    model.decode = lambda codes, labels: (codes[:, :1] * 1000 + labels[:, None])[:, None, None]
    model.prior.sample = lambda n, seed: np.arange(n)[:, None] * np.ones((1, 2))
    model.image_range = (0.0, 255 * 100.0)
    sheet = decode_styles(model, 0)
    assert sheet.shape == (10, 10, 1, 1, 1)
    np.testing.assert_array_equal(sheet[:, 3, 0, 0, 0], np.rint((3000 + np.arange(10)) / 100))
    np.testing.assert_array_equal(sheet[0, :, 0, 0, 0], 10 * np.arange(10))


@kinds_of_which("aae", "supervised", "dimreduction")
def test_a_snapshot_leaves_the_model_as_it_was(model_of_kind, few_digits, kind):
    model = model_of_kind(kind, dropout=0.5)
    before = [variable.numpy() for variable in model.variables]
    snapshot = take_snapshot(model, few_digits, 1)
    assert (snapshot.styles is not None) == (kind in WITH_CLASSES)
    assert snapshot.samples.dtype == snapshot.reconstructions.dtype == np.uint8
    for variable, value in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)
