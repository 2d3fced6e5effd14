import json
from pathlib import Path

import pytest
from aae.errors import InputError
from aae.training.reproduction import (
    error_curves,
    minutes_to,
    read_published,
    report,
    write_curves,
    written_metric,
)
from aae.training.run_folder import RunFolder
from PIL import Image

ROOT = Path(__file__).parents[2]
METRICS = "epoch,valid_accuracy,seconds\n0,0.9,60\n1,0.97,90.0\n2,0.965,30\n3,0.981,60\n"
SUMMARY = {"accuracy": {"values": [0.97, 0.99]}, "parzen": {"values": [340.0, 344.0]}}
PUBLISHED = {"figure": "error", "seeds": "0-1", "paper": "1.90 % ± 0.10", "elsewhere": None}


@pytest.mark.parametrize(("error", "minutes"), [(0.1, 1.0), (0.03, 2.5), (0.02, 4.0), (0.01, None)])
def test_the_time_is_that_of_all_epochs_up_to_the_first_below_the_error(tmp_path, error, minutes):
    path = tmp_path / "metrics.csv"
    path.write_text(METRICS)
    assert minutes_to(path, error) == minutes


def test_without_validation_accuracy_no_time_is_known(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,seconds\n0,60\n")
    assert minutes_to(path, 0.5) is None


def test_errors_are_in_per_cent_and_likelihoods_in_nats():
    # Of two values the standard error is half of their difference.
    assert written_metric(SUMMARY, "error") == "2.00 % ± 1.00"
    assert written_metric(SUMMARY, "parzen") == "342.00 nats ± 2.00"


def test_curves_are_the_validation_errors_of_every_epoch(tmp_path):
    contents = {
        "0": METRICS,
        "1": "epoch,valid_clustering_error,seconds\n0,0.4,1\n1,0.25,1\n",
        "2": "epoch,seconds\n0,1\n",
    }
    folders = {seed: RunFolder(tmp_path / seed) for seed in contents}
    for seed, text in contents.items():
        folders[seed].path.mkdir()
        folders[seed].metrics.write_text(text)
    curves = error_curves(folders)
    assert curves == {"seed 0": pytest.approx([0.1, 0.03, 0.035, 0.019]), "seed 1": [0.4, 0.25]}
    path = write_curves(tmp_path / "curves.png", "table", folders, PUBLISHED)
    assert Image.open(path).size == (700, 460)
    assert write_curves(tmp_path / "none.png", "table", {"2": folders["2"]}, PUBLISHED) is None
    assert not (tmp_path / "none.png").exists()


def test_runs_that_hold_nothing_out_have_curves_of_the_test_images_and_no_times(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    folder.metrics.write_text("epoch,test_accuracy,seconds\n0,0.9,60\n1,0.99,60\n")
    assert error_curves({0: folder}, "test") == {"seed 0": pytest.approx([0.1, 0.01])}
    assert write_curves(tmp_path / "curves.png", "table", {0: folder}, PUBLISHED).exists()
    lines = list(report("table", {0: folder}, SUMMARY, PUBLISHED, tmp_path / "repeated.json"))
    assert lines[0] == "table: error on test images, one seed"
    assert lines[-1] == "  paper          1.90 % ± 0.10"


def test_a_report_sets_the_figures_side_by_side(tmp_path):
    folders = {seed: RunFolder(tmp_path / str(seed)) for seed in (0, 1)}
    for folder in folders.values():
        folder.path.mkdir()
        folder.metrics.write_text(METRICS)
    in_results = tmp_path / "repeated.json"
    lines = list(report("table", folders, SUMMARY, PUBLISHED, in_results))
    assert lines == [
        "table: error on test images, mean ± standard error over 2 seeds",
        "  here           2.00 % ± 1.00",
        "  paper          1.90 % ± 0.10",
        "  validation error of 3% reached by 2 of 2 seeds, in 2, 2 minutes",
        "  validation error of 2% reached by 2 of 2 seeds, in 4, 4 minutes",
    ]
    in_results.write_text(json.dumps({"seeds": [0], "figures": {"accuracy": {"values": [0.9532]}}}))
    assert "  in results/    4.68 %, one seed" in report("table", folders, SUMMARY, PUBLISHED, in_results)


def test_every_published_figure_is_that_of_a_recipe():
    file = ROOT / "results/published.json"
    recipes = {entry.get("recipe", name) for name, entry in json.loads(file.read_text()).items()}
    assert {f"{recipe}.cfg" for recipe in recipes} <= {path.name for path in (ROOT / "experiment/recipes").iterdir()}
    assert read_published(file, "table2_mnist_100")["paper"] == "1.90 % ± 0.10"
    assert read_published(file, "fashion_100")["images"] == "Fashion-MNIST"
    with pytest.raises(InputError, match="result 'table4': nothing is published of it; expected one of table2_mnist"):
        read_published(file, "table4")
