"""Tables through the scripts: every action on them, and what cannot be done in one line."""

import csv
import json

import numpy as np
import pytest

from tests.cli.process import call, error_line
from tests.conftest import slow

SHORT = ["--maxepoch=2", "--bsize=20", "--nhidden=8", "--plot_every=2", "--save_path=run"]
NAMES = ["height", "weight", "age", "tree"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A folder with trees.csv, 120 rows of three features and two classes, and bare.csv, the same without classes."""
    folder = tmp_path_factory.mktemp("tables")
    generator = np.random.default_rng(0)
    labels = np.array(["ash", "oak"] * 60)
    rows = generator.normal(size=(120, 3)) + 3 * (labels == "oak")[:, None]
    with (folder / "trees.csv").open("w", newline="") as file:
        csv.writer(file).writerows([NAMES, *([*row, label] for row, label in zip(rows.tolist(), labels, strict=True))])
    with (folder / "bare.csv").open("w", newline="") as file:
        csv.writer(file).writerows([NAMES[:3], *rows.tolist()])
    return folder


def done(*flags, cwd, **settings):
    result = call(*flags, cwd=cwd, **settings)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(
    "training",
    [
        slow(["--train", "--ncode=2"]),
        slow(["--train", "--label", "--ncode=2", "--dist_type=gmm", "--nlabel=40"]),
        slow(["--train_supervised", "--ncode=2"]),
        slow(["--train_semisupervised", "--ncode=2", "--nlabel=20"]),
        slow(["--train_clustering", "--ncode=2", "--nclusters=3"]),
        slow(["--train_dimreduction", "--ncode=2", "--nlabel=20"]),
        slow(["--train_dimreduction", "--ncode=2", "--nclusters=3"]),
    ],
)
def test_every_model_trains_on_a_table_and_is_looked_at(tables, tmp_path, training):
    data = [f"--data_path={tables / 'trees.csv'}"]
    assert "On 20 test rows" in done(*training, *SHORT, *data, cwd=tmp_path)
    record = json.loads((tmp_path / "run/config.json").read_text())
    assert record["table"]["features"] == NAMES[:3]
    assert record["table"]["classes"] == ["ash", "oak"]
    assert "On 20 test rows" in (tmp_path / "run/report.html").read_text()
    generated = done("--generate", "--save_path=run", cwd=tmp_path)
    assert "run/samples.csv: from the model after epoch 2" in generated
    header, *rows = csv.reader((tmp_path / "run/samples.csv").open())
    assert (header, len(rows)) == (NAMES[:3], 400)
    assert "manifold" in done("--viz", "--save_path=run", cwd=tmp_path)
    assert "feature_errors.png" in done("--evaluate", "--save_path=run", cwd=tmp_path)
    assert "run/interpolation.gif: from 3 to 8" in done("--interpolate", "3", "8", "--save_path=run", cwd=tmp_path)
    refused = error_line(call("--explore", "--save_path=run", cwd=tmp_path))
    assert "a model of 3 features: the page draws images" in refused
    more = [*data, "--label_column=none"] if "--nlabel" in "".join(training) else [*data, "--resume", "--maxepoch=3"]
    if "--resume" in more:
        done(*training, *SHORT[1:], *more, cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("training", [["--train"], ["--train_clustering", "--nclusters=3"]])
def test_a_table_without_labels_is_trained_on(tables, tmp_path, training):
    data = [f"--data_path={tables / 'bare.csv'}", "--label_column=none"]
    said = done(*training, "--ncode=2", *SHORT, *data, cwd=tmp_path)
    assert "accuracy  " not in said
    assert "error of" in said
    assert "another class" not in said
    done("--evaluate", "--save_path=run", cwd=tmp_path)


@pytest.mark.slow
def test_vae_and_autoencoder_train_on_a_table(tables, tmp_path):
    data = [f"--data_path={tables / 'trees.csv'}", "--label_column=tree"]
    for model in ("vae", "dae", "ae"):
        path = f"--save_path={model}"
        bernoulli = ["--output=sigmoid", "--likelihood=bernoulli"] if model == "vae" else []
        flags = ["--train", f"--model={model}", *SHORT[:-1], path, *data, *bernoulli]
        assert "On 20 test rows" in done(*flags, script="vae_mnist.py", cwd=tmp_path)


@pytest.mark.slow
def test_a_model_measures_another_table_by_its_own_ranges(tables, tmp_path):
    done("--train", "--ncode=2", *SHORT, f"--data_path={tables / 'trees.csv'}", cwd=tmp_path)
    lines = (tables / "trees.csv").read_text().splitlines()
    wide = [*lines, "90,90,90,oak", "-90,-90,-90,ash"]
    errors = []
    for name, training in (("same", lines), ("wide", wide)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.csv").write_text("\n".join(training) + "\n")
        (tmp_path / name / "test.csv").write_text("\n".join(lines[:50]) + "\n")
        done("--evaluate", "--save_path=run", f"--data_path={tmp_path / name}", cwd=tmp_path)
        errors.append(json.loads((tmp_path / "run/evaluation.json").read_text())["figures"]["reconstruction_loss"])
    # Through the wider range and back, in float32.
    assert errors[0] == pytest.approx(errors[1], rel=1e-4)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (
            ["--train_semisupervised", "--label_column=none"],
            "no labels, and this model learns from them: name the column",
        ),
        (["--train", "--label", "--label_column=none"], "no labels, and this model learns from them: name the column"),
        (["--train", "--label_column=leaf"], "label column 'leaf': no column has that name; .* (--label_column)"),
        (["--train", "--bsize=128"], "batches of 128 from 100 rows: expected 1 to 100 (--bsize, --nvalid)"),
        (["--train", "--cache=disk"], "a table is held in memory: expected no other cache (--cache)"),
        (["--train", "--data_path=none.csv"], "none.csv: no such file (--data_path)"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tables, tmp_path, flags, message):
    bare = "bare.csv" if "--label_column=none" in flags else "trees.csv"
    data = [] if any(flag.startswith("--data_path") for flag in flags) else [f"--data_path={tables / bare}"]
    line = error_line(call(*flags, "--bsize=20" if "--bsize=128" not in flags else "--nhidden=8", *data, cwd=tmp_path))
    for part in message.split(".*"):
        assert part in line
    assert not (tmp_path / "runs").exists()
