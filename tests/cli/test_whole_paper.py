"""What the paper has and the source repositories lack: other priors, clustering, embedding, likelihood, repeats."""

import csv
import json
import shlex

import numpy as np
import pytest
from PIL import Image

from tests.cli.board import board, trials
from tests.cli.process import RECIPES, call, error_line, run
from tests.conftest import write_idx_folder

SHORT = ["--maxepoch=1", "--bsize=50", "--plot_every=1"]
SMALL = [*SHORT, "--nhidden=32"]


def metrics_of(folder):
    return json.loads((folder / "evaluation.json").read_text())["figures"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "recipe", [path for path in RECIPES if path.stem.startswith(("fig", "table"))], ids=lambda path: path.stem
)
def test_every_recipe_of_the_paper_trains_an_epoch(recipe, digits_folder, tmp_path):
    text = recipe.read_text()
    few = ["--nvalid=200"] if "--nvalid" in text else []
    few += ["--nlabel=100"] if "--nlabel=1" in text else []
    few += ["--parzen_samples=300"] if "--parzen_samples" in text else []
    result = call(f"--flagfile={recipe}", *SMALL, *few, f"--data_path={digits_folder}", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    (row,) = csv.DictReader((tmp_path / "run/metrics.csv").open())
    assert np.isfinite([float(value) for value in row.values()]).all()
    metrics = metrics_of(tmp_path / "run")
    assert ("parzen_log_likelihood" in metrics) == ("--parzen_samples" in text)
    assert ("clustering_error" in metrics) == ("--nclusters" in text)
    assert (tmp_path / "run/clusters.png").exists() == ("--nclusters" in text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("training", "others"),
    [
        (
            "--train --label --dist_type swiss_roll --nlabel 100",
            ["--generate --label --dist_type swiss_roll", "--viz --label --dist_type swiss_roll --load 1"],
        ),
        ("--train --dist_type uniform --posterior universal", ["--viz --dist_type uniform"]),
        ("--train --dist_type gmm --ncomponents 3 --posterior deterministic", ["--viz --dist_type gmm"]),
    ],
)
def test_other_priors_train_sample_and_are_drawn(training, others, idx_folder, tmp_path):
    result = call(*shlex.split(training), *SMALL, f"--data_path={idx_folder}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    for command in others:
        result = call(*shlex.split(command), cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert f"{folder.name}/generate_im.png: from the model after epoch 1" in result.stdout
    sheet = Image.open(folder / "generate_im.png").size
    components = {path.stem for path in folder.glob("generate_im_component*.png")}
    if "swiss_roll" in training:
        # A walk of ten rows and twenty columns.
        assert 1.6 < sheet[0] / sheet[1] < 2.2
    assert components == ({f"generate_im_component{k}" for k in range(3)} if "gmm" in training else set())


@pytest.fixture(scope="module")
def clustered(digits_folder, tmp_path_factory):
    """A clustering run: its working folder, its run folder, and what it said."""
    cwd = tmp_path_factory.mktemp("clustered")
    flags = ["--train_clustering", "--nclusters=12", "--ncode=3", "--batch_norm=encoder", "--maxepoch=2", "--bsize=50"]
    result = call(*flags, "--nhidden=64", f"--data_path={digits_folder}", cwd=cwd)
    assert result.returncode == 0, result.stderr
    (folder,) = (cwd / "runs").iterdir()
    return cwd, folder, result


@pytest.mark.slow
def test_clusters_are_measured_after_every_epoch_and_drawn(clustered):
    _, folder, result = clustered
    assert folder.name.startswith("aae-clustering-12clusters-gaussian-3-")
    assert json.loads((folder / "config.json").read_text())["data"]["labelled_images"] == 0
    assert "--nvalid is 10,000 by default: of 1,000 images a sixth, 166" in result.stdout
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert len(rows) == 2
    for split in ("valid", "test"):
        assert all(0 < float(row[f"{split}_clustering_error"]) < 1 for row in rows)
        assert all(1 <= float(row[f"{split}_clusters_used"]) <= 12 for row in rows)
    metrics = metrics_of(folder)
    assert metrics["clustering_error"] == pytest.approx(float(rows[-1]["test_clustering_error"]))
    assert "clusters that hold a test image" in result.stdout
    # Twelve rows of a head and sixteen members.
    assert Image.open(folder / "clusters.png").size[0] > 17 * 28


@pytest.mark.slow
def test_evaluation_names_the_clusters_by_the_same_validation_images(clustered):
    cwd, folder, trained = clustered
    before = metrics_of(folder)
    result = call("--evaluate", "--nclusters=12", "--ncode=3", cwd=cwd)
    assert result.returncode == 0, result.stderr
    assert metrics_of(folder) == before
    assert trained.stdout.split("test images:")[1] == result.stdout.split("test images:")[1]
    assert "no trained run of model" in error_line(call("--evaluate", "--nclusters=30", cwd=cwd))


@pytest.mark.slow
def test_a_likelihood_without_validation_images_is_refused_and_with_them_comes_by_evaluation(clustered, idx_folder):
    cwd, folder, _ = clustered
    result = call("--evaluate", f"--save_path={folder}", "--parzen_samples=300", cwd=cwd)
    assert result.returncode == 0, result.stderr
    metrics = metrics_of(folder)
    assert metrics["parzen_samples"] == 300
    assert metrics["parzen_standard_error"] > 0
    assert "Parzen-window log-likelihood" in result.stdout
    flags = ["--train", *SMALL, f"--data_path={idx_folder}", "--save_path=no_valid"]
    assert call(*flags, cwd=cwd).returncode == 0
    line = error_line(call("--evaluate", "--save_path=no_valid", "--parzen_samples=300", cwd=cwd))
    assert "no validation images" in line


@pytest.mark.slow
@pytest.mark.parametrize(("flags", "names"), [([], 5), (["--nlabel=100", "--cls_every=1"], 10)])
def test_an_embedding_is_drawn_with_its_heads(flags, names, digits_folder, tmp_path):
    clusters = [] if flags else ["--nclusters=5"]
    result = call(
        *["--train_dimreduction", *flags, *clusters, *SMALL, f"--data_path={digits_folder}", "--save_path=run"],
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "run"
    config = json.loads((folder / "config.json").read_text())
    assert config["experiment"].get("nclusters") == (None if flags else 5)
    metrics = metrics_of(folder)
    assert ("accuracy" in metrics) == bool(flags)
    assert ("clustering_error" in metrics) != bool(flags)
    drawn = {path.name for path in folder.iterdir()}
    assert {"latent.png", "latent.gif", "latent_1.png"} <= drawn
    result = call("--viz", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert len(list(folder.glob("generate_im_class*.png"))) == names


@pytest.fixture(scope="module")
def four_classes(digits, tmp_path_factory):
    """A set like Fashion-MNIST's files, of four classes."""
    chosen = digits.take(digits.labels < 4)
    return write_idx_folder(tmp_path_factory.mktemp("four"), chosen, 400, 100)


@pytest.mark.slow
@pytest.mark.parametrize(
    "training",
    [
        "--train --label --dist_type gmm --nlabel 100",
        "--train --label --dist_type swiss_roll --nlabel 100",
        "--train_supervised",
        "--train_semisupervised --nlabel 40 --nvalid 50",
        "--train_clustering --nclusters 6 --nvalid 50",
        "--train_dimreduction --nlabel 40 --nvalid 50",
    ],
)
def test_the_number_of_classes_is_that_of_the_set(training, four_classes, tmp_path):
    flags = [*shlex.split(training), *SMALL, f"--data_path={four_classes}", "--save_path=run"]
    result = call(*flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    result = call("--viz", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "run"
    if "gmm" in training:
        assert len(list(folder.glob("generate_im_component*.png"))) == 4
    elif "supervised" in training or "dimreduction" in training:
        assert len(list(folder.glob("generate_im_class*.png"))) == 4


@pytest.mark.slow
def test_repeats_give_mean_and_standard_error_and_are_not_run_twice(digits_folder, tmp_path):
    flags = ["--save_path=runs", "--train_clustering", *SMALL, f"--data_path={digits_folder}"]
    result = run("--seeds=0-1", *flags, script="repeat.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    values = [metrics_of(tmp_path / f"runs/seed_{seed}")["clustering_error"] for seed in (0, 1)]
    summary = json.loads((tmp_path / "runs/repeated.json").read_text())
    assert summary["seeds"] == [0, 1]
    assert values[0] != values[1]
    found = summary["figures"]["clustering_error"]
    assert found["values"] == values
    assert found["mean"] == pytest.approx(sum(values) / 2)
    # Of two values: half of their difference.
    assert found["standard_error"] == pytest.approx(abs(values[0] - values[1]) / 2)
    assert f"{100 * sum(values) / 2:.2f}% ± " in result.stdout
    with board(tmp_path / "runs") as ask:
        assert trials(ask, "seed", "evaluation/clustering_error", 2) == {
            seed: pytest.approx(values[seed]) for seed in (0, 1)
        }
        assert len(ask("plugin/projector/runs")) == 2
        phases = [category["title"] for category in ask("plugin/custom_scalars/layout")["category"]]
        assert "Regularisation of y" in phases
    again = run("--seeds=0,1", *flags, script="repeat.py", cwd=tmp_path)
    assert "seed 0: there already" in again.stdout
    assert "Epoch" not in again.stdout
    other = run("--seeds=0", "--save_path=runs", "--train", "--bsize=0", script="repeat.py", cwd=tmp_path)
    assert other.returncode == 2
    assert "seed 0 ended with exit status 2" in other.stderr.splitlines()[-1]


@pytest.mark.slow
def test_a_recipe_is_reproduced_two_seeds_at_a_time_and_resumed(digits_folder, tmp_path):
    flags = ["--recipe=table2_mnist_100", "--jobs=2", *SMALL, "--nvalid=200", f"--data_path={digits_folder}"]
    result = run("--seeds=0-1", *flags, script="reproduce.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    root = tmp_path / "runs/reproduce/table2_mnist_100"
    errors = [100 * (1 - metrics_of(root / f"seed_{seed}")["accuracy"]) for seed in (0, 1)]
    assert f"  here           {sum(errors) / 2:.2f} % ± {abs(errors[0] - errors[1]) / 2:.2f}\n" in result.stdout
    assert "  paper          1.90 % ± 0.10\n" in result.stdout
    assert "validation error of 3% reached by 0 of 2 seeds" in result.stdout
    assert "Trained aae-semisupervised" in (root / "seed_1.log").read_text()
    again = run("--seeds=0-1", *flags, script="reproduce.py", cwd=tmp_path)
    assert "seed 1: there already" in again.stdout
    failing = run("--seeds=2", *flags, "--bsize=0", script="reproduce.py", cwd=tmp_path)
    assert f"seed 2 ended with exit status 2: {root.relative_to(tmp_path)}/seed_2.log says why" in error_line(failing)


def test_after_a_failure_no_other_seed_begins(tmp_path):
    result = call("--seeds=0-3", "--save_path=runs", "--train", "--bsize=0", script="repeat.py", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == "seed 0:\n"
    assert "seed 0 ended with exit status 2" in result.stderr.splitlines()[-1]


def test_a_recipe_that_nobody_published_is_refused(tmp_path):
    line = error_line(call("--recipe=table9", script="reproduce.py", cwd=tmp_path))
    assert "result 'table9': nothing is published of it; expected one of table2_mnist_100," in line


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--jobs=0", "--save_path=r", "--train"], "jobs"),
        (["--seeds=3-1", "--save_path=r", "--train"], "expected a range such as 0-9"),
        (["--seeds=1,1", "--save_path=r", "--train"], "expected a range such as 0-9"),
        (["--seeds=one", "--save_path=r", "--train"], "expected a range such as 0-9"),
        (["--seeds=0-1", "--train"], "save_path"),
        (["--seeds=0-1", "--save_path=r"], "give the flags of one"),
    ],
)
def test_bad_repeats_get_one_line_and_write_nothing(flags, words, tmp_path):
    assert words in error_line(call(*flags, script="repeat.py", cwd=tmp_path))
    assert not list(tmp_path.iterdir())
