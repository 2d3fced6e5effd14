"""Which flags are named for what went wrong below."""

import re
from pathlib import Path

import pytest
from aae import cli
from aae.cli import aae_mnist, vae_mnist
from aae.cli.advice import FLAGS, RATES, advice
from aae.cli.script import parsed
from aae.cli.training_flags import WEIGHTS
from aae.errors import InputError, TrainingDivergedError
from aae.models.losses import LossTracker

from tests.conftest import KINDS


@pytest.mark.parametrize(
    ("script", "loss", "flags"),
    [
        (aae_mnist, "reconstruction_loss", "--lr or --encw"),
        (aae_mnist, "test_reconstruction_loss", "--lr"),
        (aae_mnist, "discriminator_loss", "--reg_lr or --disw"),
        (aae_mnist, "class_generator_loss", "--reg_lr or --ygenw"),
        (aae_mnist, "class_discriminator_loss", "--ydis_lr or --ydisw"),
        (aae_mnist, "classification_loss", "--cls_lr or --clsw"),
        (aae_mnist, "separation_loss", "--lr or --headw"),
        (vae_mnist, "kl_divergence", "--lr"),
        (vae_mnist, None, "--lr"),
    ],
)
def test_a_loss_that_diverged_names_its_rate_and_weight(script, loss, flags):
    values, _ = parsed(script.SCRIPT, ["--train"])
    assert advice(TrainingDivergedError("training diverged", loss), values) == f" ({flags}, or --precision float32)"


def test_other_errors_name_no_flag():
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    assert advice(InputError("not a folder"), values) == ""
    assert advice(InputError("recipe 'x'"), None) == ""


def test_a_setting_names_its_flag_and_no_room_below_cli_knows_one():
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    assert advice(InputError("run: not a folder; give another one", setting="run.path"), values) == " (--save_path)"
    source = Path(cli.__file__).parents[1]
    below = [path for path in source.rglob("*.py") if path.parent != source / "cli"]
    texts = {path: path.read_text() for path in below}
    named = {name for text in texts.values() for name in re.findall(r'setting="([\w.]+)"', text)}
    named |= {"run.resume"}
    assert set(FLAGS) <= named
    # The last two are those of the script that packs models.
    flags = {*values, "name", "replace"}
    for setting in named:
        advised = re.findall(r"--(\w+)", advice(InputError("", setting), values))
        assert advised
        assert set(advised) <= flags
    knowing = {path.name for path, text in texts.items() if re.search(rf"--({'|'.join(values)})\b", text)}
    # A page of results says by which command they can be had again.
    assert knowing <= {"publication.py"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_loss_of_every_model_has_its_flags(model_of_kind, kind):
    losses = {
        metric.name.removesuffix("_loss") for metric in model_of_kind(kind).metrics if isinstance(metric, LossTracker)
    }
    assert losses <= {"kl_divergence", *WEIGHTS}
    assert {loss for loss in losses if "discriminator" in loss or "generator" in loss} <= set(RATES)
