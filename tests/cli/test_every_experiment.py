"""Every experiment of the two source repositories, by the commands of their texts, on a few real digits.

The commands are those of the texts, placeholders filled in; the data, a number of epochs and a batch that few digits
allow are added.
"""

import csv
import json
import shlex

import numpy as np
import pytest
from PIL import Image

from tests.cli.process import RECIPES, call, error_line, run, script_of

EXPERIMENTS = {
    "1 gaussian": [
        "--train --ncode 2 --dist_type gaussian",
        "--generate --ncode 2 --dist_type gaussian --load 1",
        "--viz --ncode 2 --dist_type gaussian --load 1",
    ],
    "1 gmm": [
        "--train --ncode 2 --dist_type gmm",
        "--generate --ncode 2 --dist_type gmm --load 1",
        "--viz --ncode 2 --dist_type gmm --load 1",
    ],
    "2 gaussian": [
        "--train --label --ncode 2 --dist_type gaussian",
        "--generate --ncode 2 --label --dist_type gaussian --load 1",
        "--viz --label --ncode 2 --dist_type gaussian --load 1",
    ],
    "2 gmm": [
        "--train --label --ncode 2 --dist_type gmm",
        "--generate --ncode 2 --label --dist_type gmm --load 1",
        "--viz --label --ncode 2 --dist_type gmm --load 1",
    ],
    "3": ["--train_supervised --ncode 10", "--generate --supervise --ncode 10 --load 1"],
    "4": ["--ncode 10 --train_semisupervised --lr 2e-4 --maxepoch 250", "--evaluate --ncode 10 --load 1"],
}
PICTURES = {
    "--generate --supervise": ["sample_style.png", "disentanglement.png"],
    "--generate": ["generate_im.png"],
    "--viz": ["generate_im.png", "latent.png"],
    "--evaluate": ["confusion.png", "sample_style.png"],
}
SHORT = ["--maxepoch=1", "--bsize=50", "--plot_every=1", "--nhidden=64"]


@pytest.mark.slow
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_commands_of_the_tf_repository(experiment, idx_folder, tmp_path):
    training, *others = EXPERIMENTS[experiment]
    result = call(*shlex.split(training), *SHORT, f"--data_path={idx_folder}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    for command in others:
        result = call(*shlex.split(command), cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        expected = next(names for start, names in PICTURES.items() if command.startswith(start))
        for name in expected:
            assert f"{folder.name}/{name}: from the model after epoch 1" in result.stdout
            assert Image.open(folder / name).size[0] > 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "recipe", [path for path in RECIPES if path.stem.startswith("pytorch_repo")], ids=lambda path: path.stem
)
def test_the_experiments_of_the_pytorch_repository(recipe, digits_folder, tmp_path):
    sizes = {"semisupervised": ["--nlabel=100", "--nvalid=200"], "supervised": ["--nlabel=300"]}
    size = next((flags for kind, flags in sizes.items() if kind in recipe.stem), [])
    flags = ["--maxepoch=1", "--bsize=50", *size, f"--data_path={digits_folder}", "--save_path=run"]
    result = call(f"--flagfile={recipe}", *flags, script=script_of(recipe), cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert config["flags"]["output"] == "sigmoid"
    (row,) = csv.DictReader((tmp_path / "run/metrics.csv").open())
    assert np.isfinite([float(value) for value in row.values()]).all()
    # From the cross-entropy of grey images, 0.69 a pixel, downwards.
    assert 50 < float(row["test_reconstruction_loss"]) < 600
    if recipe.stem == "pytorch_repo_aae":
        result = call("--viz", "--save_path=run", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert (tmp_path / "run/generate_im.png").exists()


@pytest.fixture(scope="module")
def semisupervised(digits_folder, tmp_path_factory):
    """A semi-supervised run: its working folder, its run folder, and what it said."""
    cwd = tmp_path_factory.mktemp("semisupervised")
    flags = ["--train_semisupervised", "--nlabel=100", "--nvalid=100", "--maxepoch=2", "--bsize=50", "--average=0.9"]
    result = call(*flags, "--nhidden=64", f"--data_path={digits_folder}", "--plot_every=1", cwd=cwd)
    assert result.returncode == 0, result.stderr
    (folder,) = (cwd / "runs").iterdir()
    return cwd, folder, result


@pytest.mark.slow
def test_accuracies_come_after_every_epoch(semisupervised):
    _, folder, result = semisupervised
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert len(rows) == 2
    for row in rows:
        for name in ("labelled_accuracy", "valid_accuracy", "test_accuracy"):
            assert 0 <= float(row[name]) <= 1
            assert f"{name}: {float(row[name]):.4f}" in result.stdout


@pytest.mark.slow
def test_the_record_says_how_many_images_were_what(semisupervised):
    config = json.loads((semisupervised[1] / "config.json").read_text())
    sizes = {name: config["data"][name]["images"] for name in ("train", "valid", "test")}
    assert sizes == {"train": 900, "valid": 100, "test": 500}
    assert config["data"]["labelled_images"] == 100
    assert config["experiment"]["model"] == "semisupervised"


@pytest.mark.slow
def test_a_semisupervised_run_ends_with_its_pictures(semisupervised):
    names = {path.name for path in semisupervised[1].glob("*.png")}
    assert names >= {"confusion.png", "mistakes.png", "sample_style.png", "sample_style_1.png", "sample_style_2.png"}


@pytest.mark.slow
def test_evaluation_prints_the_figures_of_the_training_again(semisupervised):
    cwd, folder, trained = semisupervised
    before = json.loads((folder / "evaluation.json").read_text())
    assert before["epoch"] == 2
    evaluated = call("--evaluate", "--load=2", cwd=cwd)
    assert evaluated.returncode == 0, evaluated.stderr
    assert json.loads((folder / "evaluation.json").read_text()) == before
    assert trained.stdout.split("test images:")[1] == evaluated.stdout.split("test images:")[1]
    last = list(csv.DictReader((folder / "metrics.csv").open()))[-1]
    assert before["figures"]["accuracy"] == pytest.approx(float(last["test_accuracy"]))
    assert before["figures"]["reconstruction_loss"] == pytest.approx(float(last["test_reconstruction_loss"]), rel=1e-4)
    result = call("--evaluate", "--load=1", cwd=cwd)
    assert json.loads((folder / "evaluation.json").read_text())["epoch"] == 1
    assert "accuracy" in result.stdout


@pytest.mark.slow
def test_runs_of_another_kind_are_refused_in_a_line(semisupervised, digits_folder):
    cwd, folder, _ = semisupervised
    data = f"--data_path={digits_folder}"
    cases = [
        (["--train", data], "aae_mnist.py", "holds a run with model semisupervised, asked for model aae"),
        (["--train_supervised", data], "aae_mnist.py", "asked for model supervised"),
        (["--generate", "--load=1", "--dist_type=gmm"], "aae_mnist.py", "asked for dist_type gmm"),
        (["--evaluate", "--load=1"], "vae_mnist.py", "holds a run with model semisupervised, asked for model vae or"),
    ]
    before = sorted(folder.rglob("*"))
    for flags, script, words in cases:
        line = error_line(call(*flags, f"--save_path={folder}", script=script, cwd=cwd))
        assert words in line
    line = error_line(call("--generate", "--supervise", cwd=cwd))
    assert "no trained run of model supervised" in line
    assert sorted(folder.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("model", ["vae", "dae", "ae"])
def test_the_other_models_train_sample_draw_and_measure(model, idx_folder, tmp_path):
    flags = [f"--model={model}", "--maxepoch=1", "--bsize=50", "--nhidden=64", f"--data_path={idx_folder}"]
    result = call("--train", *flags, script="vae_mnist.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith(f"{model}-2-")
    for action in ("--generate", "--viz", "--evaluate"):
        result = call(action, f"--model={model}", script="vae_mnist.py", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert {"generate_im.png", "latent.png", "evaluation.json"} <= {path.name for path in folder.iterdir()}
    assert ("kl_divergence" in json.loads((folder / "evaluation.json").read_text())["figures"]) == (model == "vae")
    assert "no trained run" in error_line(call("--generate", "--ncode=3", script="vae_mnist.py", cwd=tmp_path))
    if model == "ae":
        line = error_line(call("--generate", f"--save_path={folder}", cwd=tmp_path))
        assert "holds a run with model ae, asked for model aae or supervised or semisupervised" in line
        line = error_line(call("--generate", "--supervise", f"--save_path={folder}", cwd=tmp_path))
        assert "asked for model supervised or semisupervised" in line


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--train", "--model=gan"], "<vae|dae|ae>"),
        (["--train", "--model=ae", "--noise"], "--model dae"),
        (["--train", "--model=dae", "--prior_std=5"], "normalised"),
        (["--viz", "--ncode=3"], "--ncode 2"),
        (["--train", "--label"], "label"),
        ([], "expected one of --train, --generate, --viz, --evaluate"),
    ],
)
def test_bad_flags_of_the_other_models_get_one_line(flags, words, tmp_path):
    assert words in error_line(call(*flags, script="vae_mnist.py", cwd=tmp_path))


@pytest.mark.slow
def test_codes_side_by_side_by_one_command(idx_folder, tmp_path):
    # In a process of its own: what it says of the scripts beside it depends on how it was started.
    flags = ["--maxepoch=1", "--bsize=50", f"--data_path={idx_folder}", "--save_path=run"]
    result = run(*flags, script="compare_codes.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert Image.open(tmp_path / "run/compare_codes.png").size[0] > 1000
    assert "run/compare_codes.png: from the models after epoch 1\n" in result.stdout
    for script, kind in (("aae_mnist.py", "aae"), ("vae_mnist.py", "vae"), ("vae_mnist.py", "ae")):
        assert f"{script} --generate --save_path run/{kind}\n" in result.stdout
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.glob("run/*/config.json")}
    assert {path.parent.name for path in stamps} == {"aae", "vae", "ae"}
    result = call(*flags, script="compare_codes.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert "planes of codes" in error_line(call("--ncode=3", script="compare_codes.py", cwd=tmp_path))


@pytest.mark.slow
def test_supervised_runs_with_a_plane_of_codes_are_drawn_class_by_class(idx_folder, tmp_path):
    flags = ["--train_supervised", *SHORT, f"--data_path={idx_folder}", "--save_path=run"]
    assert call(*flags, cwd=tmp_path).returncode == 0
    result = call("--viz", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert {f"generate_im_class{k}.png" for k in range(10)} <= {path.name for path in (tmp_path / "run").iterdir()}
