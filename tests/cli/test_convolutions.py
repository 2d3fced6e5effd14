"""Convolutional networks from the command line."""

import csv
import json

import keras
import numpy as np
import pytest
from aae.cli import aae_mnist, vae_mnist
from aae.cli.script import parsed
from aae.cli.train import compiled_model
from aae.data.shapes import write_shapes
from aae.training.run_folder import RunFolder
from PIL import Image

from tests.cli.process import RECIPES, call, error_line

SHORT = ["--maxepoch=1", "--bsize=50", "--nhidden=16", "--nfilters=4"]
CONV = [path for path in RECIPES if path.stem.startswith("conv")]


@pytest.fixture
def shapes(tmp_path):
    """A folder of 60 pictures of 19 x 19 pixels to train on, and 36 to test on."""
    write_shapes(tmp_path / "shapes", 60, 36, size=19)
    return tmp_path / "shapes"


def widths(network):
    return [layer.filters for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]


def test_flags_of_convolutions(few_digits):
    values, _ = parsed(aae_mnist.SCRIPT, ["--train", "--network=conv", "--nfilters=6", "--nhidden=20"])
    model = compiled_model(aae_mnist.config(values, "aae"), few_digits)
    assert widths(model.encoder) == [6, 12]
    assert [layer.units for layer in model.discriminator.layers] == [20, 20, 1]
    values, _ = parsed(vae_mnist.SCRIPT, ["--train", "--network=conv"])
    config = vae_mnist.config(values).model
    assert (config.network, config.filters, config.batch_norm) == ("conv", 32, "autoencoder")
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    assert aae_mnist.config(values, "aae").model.network == "mlp"


@pytest.mark.parametrize(
    ("script", "flags", "words"),
    [
        ("vae_mnist.py", ["--train", "--nfilters=8"], "--nfilters is used only under --network conv; leave it out"),
        ("compare_codes.py", ["--nfilters=8"], "--nfilters is used only under --network conv; leave it out"),
        ("vae_mnist.py", ["--train", "--network=conv", "--nhidden=8"], "--nhidden is used only for discriminators"),
    ],
)
def test_widths_of_networks_that_are_not_there_are_refused(script, flags, words, tmp_path):
    assert words in error_line(call(*flags, script=script, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


def test_pictures_that_are_too_small_are_refused_in_one_line(tmp_path):
    for name in ("train", "test"):
        (tmp_path / "small" / name / "a").mkdir(parents=True)
        Image.new("RGB", (30, 7)).save(tmp_path / "small" / name / "a" / "0.png")
    result = call("--train", "--network=conv", "--data_path=small", "--save_path=run", cwd=tmp_path)
    assert "convolutions on images [7, 30, 3]: expected [height, width, channels], of 8 pixels" in error_line(result)


@pytest.mark.slow
def test_a_run_on_colour_pictures_resumes_draws_and_measures_and_what_needs_perceptrons_says_so(shapes, tmp_path):
    flags = [f"--data_path={shapes}", "--save_path=run", "--network=conv", "--update=joint", *SHORT]
    for more in ([], ["--resume", "--maxepoch=2"]):
        result = call("--train_supervised", *flags, *more, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader((tmp_path / "run/metrics.csv").open()))
    assert len(rows) == 2
    assert np.isfinite([float(value) for row in rows for value in row.values()]).all()
    model, _ = RunFolder(tmp_path / "run").load()
    assert (model.image_shape, widths(model.encoder)) == ((19, 19, 3), [4, 8])
    for action in (["--generate", "--supervise"], ["--viz"], ["--evaluate"]):
        result = call(*action, "--save_path=run", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    line = error_line(call("--explore", "--save_path=run", cwd=tmp_path))
    assert "a page of a network with convolutions (Conv2D" in line
    packing = ["--name=mine", "--title=Mine", "--dataset=shapes", "--out=zoo", f"--data_path={shapes}"]
    line = error_line(call("--save_path=run", *packing, script="pack.py", cwd=tmp_path))
    assert "a model to pack is one of multilayer perceptrons" in line
    assert not (tmp_path / "zoo").exists()


@pytest.mark.slow
@pytest.mark.parametrize("recipe", CONV, ids=lambda path: path.stem)
def test_every_recipe_of_convolutions_trains_an_epoch(recipe, idx_folder, tmp_path):
    result = call(f"--flagfile={recipe}", *SHORT, f"--data_path={idx_folder}", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads((tmp_path / "run/config.json").read_text())["flags"]["network"] == "conv"
    assert (tmp_path / "run/sample_style.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["vae", "dae", "ae"])
def test_models_without_a_game(kind, idx_folder, tmp_path):
    flags = ["--network=conv", "--nfilters=4", "--maxepoch=1", "--bsize=50", f"--data_path={idx_folder}"]
    result = call("--train", f"--model={kind}", *flags, script="vae_mnist.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
