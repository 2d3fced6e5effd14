"""Which flags are named for what went wrong below."""

import pytest
from aae.cli import aae_mnist, vae_mnist
from aae.cli.advice import advice
from aae.cli.script import parsed
from aae.errors import InputError, RunError


def diverged(loss):
    """An error as of a training that diverged."""
    error = RunError("training diverged")
    error.loss = loss
    return error


@pytest.mark.parametrize(
    ("script", "loss", "flags"),
    [
        (aae_mnist, "reconstruction_loss", "--lr or --encw"),
        (aae_mnist, "test_reconstruction_loss", "--lr"),
        (aae_mnist, "discriminator_loss", "--reg_lr or --disw"),
        (aae_mnist, "class_generator_loss", "--reg_lr or --ygenw"),
        (aae_mnist, "classification_loss", "--cls_lr or --clsw"),
        (aae_mnist, "separation_loss", "--lr or --headw"),
        (vae_mnist, "kl_divergence", "--lr"),
        (vae_mnist, None, "--lr"),
    ],
)
def test_a_loss_that_diverged_names_its_rate_and_weight(script, loss, flags):
    values, _ = parsed(script.SCRIPT, ["--train"])
    assert advice(diverged(loss), values) == f" ({flags}, or --precision float32)"


def test_other_errors_name_no_flag():
    values, _ = parsed(aae_mnist.SCRIPT, ["--train"])
    assert advice(InputError("not a folder"), values) == ""
    assert advice(InputError("recipe 'x'"), None) == ""
