"""--load pretrained, --explore, aae-show and aae-pack, by their ``main``."""

import json

import aae
import numpy as np
import pytest
from aae.zoo import Pretrained
from PIL import Image

from tests.cli.process import call, error_line, run

NAME = "mnist_gmm_2d"


def test_generate_takes_a_pretrained_model_that_fits(tmp_path, idx_folder):
    result = call("--generate", "--dist_type=gmm", "--load=pretrained", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "runs/pretrained" / NAME
    assert result.stdout == f"runs/pretrained/{NAME}/generate_im.png: from pretrained {NAME}\n"
    sheet = np.asarray(Image.open(folder / "generate_im.png").convert("L"))
    assert min(sheet.shape) > 20 * 28
    assert sheet.std() > 20


def test_a_pretrained_model_is_measured_and_explored(tmp_path, idx_folder):
    flags = (f"--load=pretrained:{NAME}", f"--data_path={idx_folder}", "--save_path=out")
    for action in ("--evaluate", "--explore"):
        result = call(action, *flags, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert f"from pretrained {NAME}" in result.stdout
    assert (tmp_path / "out/explorer.html").exists()
    measured = json.loads((tmp_path / "out/evaluation.json").read_text())
    assert measured["images"] == 100
    # An own measure, against that of 10,000 images on the card.
    on_card = aae.pretrained.card(NAME).measured["test"]["metrics"]["reconstruction_loss"]
    assert measured["figures"]["reconstruction_loss"] == pytest.approx(on_card, rel=0.1)


@pytest.mark.slow
def test_a_pretrained_model_is_drawn(tmp_path, idx_folder):
    result = call("--viz", "--load=pretrained", "--dist_type=gmm", f"--data_path={idx_folder}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    pictures = {path.name for path in (tmp_path / "runs/pretrained" / NAME).glob("*.png")}
    assert pictures == {"latent.png", "generate_im.png", *(f"generate_im_component{k}.png" for k in range(10))}


def test_a_pretrained_model_that_is_not_there_is_refused(tmp_path):
    line = error_line(call("--generate", "--ncode=77", "--load=pretrained", cwd=tmp_path))
    assert "no pretrained model of model aae, ncode 77: there are " in line
    assert "(--load pretrained:NAME)" in line
    assert "'nothing': expected one of" in error_line(call("--viz", "--load=pretrained:nothing", cwd=tmp_path))
    for wrong in ("-1", "pretrained:", "pretrained:../x"):
        line = error_line(call("--viz", f"--load={wrong}", cwd=tmp_path))
        assert "expected an epoch, 0 or above, or pretrained" in line
    assert "no pretrained model of model vae" in error_line(
        call("--generate", "--load=pretrained", script="vae_mnist.py", cwd=tmp_path)
    )
    assert not list(tmp_path.iterdir())


def test_the_folder_of_a_run_is_left_alone(tmp_path):
    (tmp_path / "run").mkdir()
    record = '{"experiment": {"model": "aae"}}\n'
    (tmp_path / "run/config.json").write_text(record)
    line = error_line(call("--generate", "--load=pretrained", "--save_path=run", cwd=tmp_path))
    assert f"run: holds a run; for {NAME} give another folder (--save_path)" in line
    assert (tmp_path / "run/config.json").read_text() == record


@pytest.mark.slow
def test_explore_packs_and_shows_a_run(tmp_path, idx_folder):
    flags = ("--train", "--ncode=3", "--nhidden=16", "--bsize=50", "--maxepoch=1")
    result = call(*flags, f"--data_path={idx_folder}", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    result = call("--explore", "--save_path=run", cwd=tmp_path)
    assert result.stdout == "run/explorer.html: from the model after epoch 1\n", result.stderr
    assert "AAE of run" in (tmp_path / "run/explorer.html").read_text()

    packed = ("--save_path=run", "--name=mine", "--title=A try", "--out=models", "--dataset=a_few_digits")
    result = call(*packed, script="pack.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    pretrained = Pretrained(tmp_path / "models")
    card = pretrained.card("mine")
    assert card.record["command"] == f"aae-mnist {' '.join(flags)}"
    assert str(idx_folder) not in json.dumps(card.record)
    images = np.random.default_rng(0).uniform(-1, 1, (5, 28, 28, 1)).astype(np.float32)
    from aae.training.run_folder import RunFolder

    trained, _ = RunFolder(tmp_path / "run").load()
    np.testing.assert_allclose(pretrained("mine").encode(images), trained.encode(images), atol=5e-3)
    assert card.measured["test"]["source"] == "a_few_digits"
    assert list(card.measured) == ["test"]
    refused = {
        "no --title": packed[:2],
        "say by --dataset what the set is called": packed[:4],
        "models: holds a model 'mine'": packed,
        "--name ../mine: expected lower-case letters": (*packed, "--name=../mine"),
        "2 names of classes: expected 10": (*packed, "--replace", "--class_names=a,b"),
    }
    for message, wrong in refused.items():
        assert message in error_line(call(*wrong, script="pack.py", cwd=tmp_path))
    assert {path.name for path in (tmp_path / "models").iterdir()} == {"mine.json", "mine.npz"}


@pytest.mark.slow
def test_a_run_of_clusters_is_explored_with_their_classes(tmp_path, idx_folder):
    flags = ("--train_clustering", "--nclusters=4", "--nvalid=50", "--nhidden=16", "--bsize=50", "--maxepoch=1")
    result = call(*flags, f"--data_path={idx_folder}", "--save_path=run", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert call("--explore", "--save_path=run", cwd=tmp_path).returncode == 0
    assert '"cluster 3: ' in (tmp_path / "run/explorer.html").read_text()


@pytest.mark.slow
def test_names_of_classes_come_from_their_folders(tmp_path, few_digits):
    for split in ("train", "test"):
        for label, name in enumerate(["<b>nought<", "one"]):
            folder = tmp_path / "pictures" / split / name
            folder.mkdir(parents=True)
            for index, image in enumerate(few_digits.images[few_digits.labels == label]):
                Image.fromarray(image[..., 0]).save(folder / f"{index}.png")
    flags = ("--train", "--nhidden=16", "--bsize=20", "--maxepoch=1", "--data_path=pictures", "--save_path=run")
    assert call(*flags, cwd=tmp_path).returncode == 0
    assert call("--explore", "--save_path=run", cwd=tmp_path).returncode == 0
    assert r'"names":["\u003cb>nought\u003c","one"]' in (tmp_path / "run/explorer.html").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", [card.name for card in aae.pretrained.cards()])
def test_show_as_a_newcomer_runs_it(name, tmp_path, idx_folder):
    result = run(f"--model={name}", f"--data_path={idx_folder}", script="show.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "runs/pretrained" / name
    assert (folder / "samples.png").exists()
    assert (folder / "explorer.html").exists()
    assert (folder / "latent.png").exists() == name.endswith("_2d")


def test_show_lists_the_cards(tmp_path):
    result = call("--list", script="show.py", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"{NAME}: Figure 3" in result.stdout
    assert "expected one of" in error_line(call("--model=nothing", script="show.py", cwd=tmp_path))
