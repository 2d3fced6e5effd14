"""A run folder written by an earlier version is evaluated and resumed, to the metrics that that version had.

``run_saved_before.tar.gz`` holds the folder after 2 epochs, its images, and the metrics of the run that the earlier
version, before the phases were objects and its words renamed, resumed to epoch 3.
"""

import csv
import json
import tarfile
from pathlib import Path

import pytest

from tests.cli.process import call

ARCHIVE = Path(__file__).with_name("run_saved_before.tar.gz")
# Not those of the oracle classifier, which is trained for every folder anew.
METRICS = ("reconstruction_loss", "accuracy", "prior_fit")
TIMES = {"seconds"}
# A head has a bias before batch normalisation, whose gradient is nothing but rounding error, of which Adam makes whole
# steps: on another CPU the error of the test images differs by 2e-4. The epoch itself lowered it by 3 in 100.
TOLERANCE = 1e-3


@pytest.fixture
def place(tmp_path):
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.mark.slow
def test_an_earlier_run_is_evaluated(place):
    before = json.loads((place / "run/evaluation.json").read_text())["figures"]
    (place / "run/evaluation.json").unlink()
    result = call("--evaluate", "--save_path=run", cwd=place)
    assert result.returncode == 0, result.stderr
    today = json.loads((place / "run/evaluation.json").read_text())["figures"]
    for name in METRICS:
        assert today[name] == pytest.approx(before[name], rel=1e-4), name


@pytest.mark.slow
def test_a_run_with_nothing_left_to_train_keeps_what_it_was_trained_by(place):
    before = json.loads((place / "run/config.json").read_text())
    result = call("--train_semisupervised", "--resume", "--save_path=run", "--maxepoch=2", cwd=place)
    assert result.returncode == 0, result.stderr
    today = json.loads((place / "run/config.json").read_text())
    for name in ("git_commit", "versions", "machine"):
        assert today[name] == before[name], name


@pytest.mark.slow
def test_an_earlier_run_is_resumed_to_the_same_metrics(place):
    result = call("--train_semisupervised", "--resume", "--save_path=run", "--maxepoch=3", cwd=place)
    assert result.returncode == 0, result.stderr
    with (place / "run/metrics_epoch_3.csv").open() as earlier, (place / "run/metrics.csv").open() as today:
        expected, given = list(csv.DictReader(earlier)), list(csv.DictReader(today))
    assert [row["epoch"] for row in given] == ["0", "1", "2"]
    for name in expected[-1].keys() - TIMES:
        assert float(given[-1][name]) == pytest.approx(float(expected[-1][name]), rel=TOLERANCE), name
