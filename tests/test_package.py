"""The package as it is built and installed: what travels in it, and that it trains outside the checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from aae.cli.program import INSTALLED

ROOT = Path(__file__).parents[1]
BUILD = "from setuptools import build_meta; print(build_meta.build_{}({!r}))"
IGNORED = shutil.ignore_patterns(".*", "runs", "build", "dist", "*.egg-info", "__pycache__")


def build(what, source, out):
    """Builds an sdist or a wheel of ``source`` by the project's own build backend; gives its path."""
    command = [sys.executable, "-c", BUILD.format(what, str(out))]
    result = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return out / result.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist of the checkout, and the wheel of that sdist."""
    folder = tmp_path_factory.mktemp("built")
    # A copy, because building leaves its traces.
    shutil.copytree(ROOT, folder / "checkout", symlinks=True, ignore=IGNORED)
    sdist = build("sdist", folder / "checkout", folder)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    return sdist, build("wheel", source, folder)


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The folder of commands of an environment in which the wheel is installed, its requirements those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    (site,) = folder.glob("lib/*/site-packages")
    # As a path alone: what is installed here in editable form stays out of it.
    (site / "requirements.pth").write_text(sysconfig.get_path("purelib"))
    command = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", built[1]]
    subprocess.run(command, check=True, env=clean())
    return folder / "bin"


def clean():
    """The environment of this process without what would lead to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(command, *flags, cwd):
    return subprocess.run([command, *flags], cwd=cwd, env=clean(), capture_output=True, text=True)


@pytest.mark.slow
def test_recipes_and_published_figures_travel_in_the_wheel(built):
    names = set(zipfile.ZipFile(built[1]).namelist())
    recipes = {f"aae/recipes/{path.name}" for path in (ROOT / "experiment/recipes").glob("*.cfg")}
    assert recipes <= names
    assert {"aae/py.typed", "aae/results/published.json", "aae/cli/aae_mnist.py"} <= names
    assert {f"aae/results/{path.parent.name}/repeated.json" for path in ROOT.glob("results/*/repeated.json")} <= names
    assert not [name for name in names if name.endswith(".png") or name.startswith(("tests", "experiment"))]


@pytest.mark.slow
def test_trained_models_and_the_explorer_travel_in_the_wheel(built):
    names = set(zipfile.ZipFile(built[1]).namelist())
    assert {f"aae/zoo/models/{path.name}" for path in (ROOT / "src/zoo/models").iterdir()} <= names
    assert {f"aae/explorer/static/{path.name}" for path in (ROOT / "src/explorer/static").iterdir()} <= names
    assert built[1].stat().st_size < 40e6


@pytest.mark.slow
def test_an_installed_copy_trains_resumes_draws_and_measures_outside_the_checkout(installed, idx_folder, tmp_path):
    where = run(installed / "python", "-c", "import aae; print(aae.__file__)", cwd=tmp_path).stdout
    assert where.startswith(str(installed.parent))
    flags = [f"--data_path={idx_folder}", "--nhidden=16", "--bsize=50", "--maxepoch=1", "--save_path=run"]
    trained = run(installed / "aae-mnist", "--recipe=fig1_gaussian", "--ncode=2", *flags, cwd=tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert "  more         aae-mnist --generate --save_path run\n" in trained.stdout
    record = json.loads((tmp_path / "run/config.json").read_text())
    assert record["command"].startswith("aae-mnist --recipe=fig1_gaussian --ncode=2 ")
    resumed = run(installed / "aae-mnist", "--train", "--resume", "--save_path=run", "--maxepoch=2", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    drawn = run(installed / "aae-mnist", "--viz", "--save_path=run", cwd=tmp_path)
    assert "run/generate_im.png: from the model after epoch 2" in drawn.stdout
    measured = run(installed / "vae-mnist", "--evaluate", "--save_path=run", cwd=tmp_path)
    assert measured.stderr.startswith("vae-mnist: error: run: holds a run with model aae, asked for model vae or dae")


@pytest.mark.slow
def test_an_installed_copy_shows_a_trained_model(installed, idx_folder, tmp_path):
    shown = run(installed / "aae-show", f"--data_path={idx_folder}", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "runs/pretrained/mnist_gmm_2d/explorer.html").stat().st_size > 3e6


@pytest.mark.slow
def test_every_command_is_installed_and_helps(installed, tmp_path):
    for name in INSTALLED.values():
        result = run(installed / name, "--help", cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
        assert f"\n{name} --" in result.stdout
    refused = run(installed / "aae-reproduce", "--recipe=table9", cwd=tmp_path)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "expected one of table2_mnist_100," in refused.stderr
    # There is no checkout to publish in.
    refused = run(installed / "aae-reproduce", "--recipe=table2_mnist_100", "--publish", cwd=tmp_path)
    assert "--publish writes to results/ of a checkout" in refused.stderr
