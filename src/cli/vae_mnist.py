"""Autoencoders to set beside the adversarial one, on MNIST: variational, denoising and plain.

vae-mnist --train --model vae --output sigmoid --likelihood bernoulli
vae-mnist --train --model dae --ncode 32
vae-mnist --generate --model vae
vae-mnist --viz --model vae --load 40
vae-mnist --evaluate --model vae
vae-mnist --recipe pytorch_repo_vae
"""

import sys

from ..config import WITHOUT_GAME
from . import run_flags
from .flag_group import MODEL, FlagGroup, check_together, define_actions
from .given import (
    given,
    reject_unused,
    reject_unused_moments,
    reject_unused_schedule,
    reject_unused_widths,
)
from .model_flags import define_model_flags, model_config
from .recipes import define_recipe_flag
from .sample_flags import OF_TRAINED_MODELS, define_sample_flags, look_at_samples
from .script import Script, run
from .setting_flags import reject_flags_of_other_kinds
from .training_flags import define_training_flags


def define_flags(values):
    """The flags that aae_mnist has too, and which model."""
    define_actions(
        values,
        {
            "train": "Train the model.",
            "generate": "Randomly sample images from a trained model.",
            "viz": "Visualise latent space and data manifold (only when --ncode is 2).",
            "evaluate": "Measure a trained model on the test images.",
            "explore": "Write a page in which one moves through a trained model by hand.",
        },
    )
    FlagGroup(values, MODEL).choice(
        "model",
        "vae",
        WITHOUT_GAME,
        "Variational autoencoder, denoising autoencoder (its input always has the noise of --noise_std), or plain "
        "autoencoder. The codes of the last two are normalised, and nothing else brings them to a prior.",
    )
    define_model_flags(values, WITHOUT_GAME)
    run_flags.define_data_flags(values, WITHOUT_GAME, without=["n_labels"])
    define_training_flags(values, WITHOUT_GAME)
    run_flags.define_run_flags(values, WITHOUT_GAME)
    define_sample_flags(values)
    define_recipe_flag(values)
    check_together(
        values,
        ["viz", "ncode"],
        lambda given: not given["viz"] or given["ncode"] == 2,
        "--viz draws a plane of codes: it needs a model of --ncode 2",
    )
    check_together(
        values,
        ["model", "noise"],
        lambda given: given["model"] != "ae" or not given["noise"],
        "an autoencoder with --noise is a denoising one: --model dae",
    )
    check_together(
        values,
        ["model", "prior_std"],
        lambda given: given["model"] == "vae" or given["prior_std"] == 1,
        "--prior_std is that of the vae's prior: the codes of dae and ae are normalised",
    )


def reject_unused_flags(values):
    """Rejects flags of training that would not be used."""
    if values.train:
        reject_unused(values, ["load"], OF_TRAINED_MODELS)
        reject_unused_widths(values, has_game=False)
        reject_unused_moments(values)
        reject_flags_of_other_kinds(values, values.model)
    reject_unused_schedule(values)


def config(values, command=""):
    """The ``Config`` of the model by the flags."""
    noise = {"input_noise": values.noise_std} if values.model == "dae" else {}
    return run_flags.config(values, model_config(values, values.model, **noise), command)


def command(invocation):
    """Does the one thing asked for."""
    values = invocation.values
    if values.train:
        from .train import train

        train(config(values, invocation.command), invocation.program)
        return

    experiment = {"model": WITHOUT_GAME} | given(values, ("model", "ncode"))
    if look_at_samples(values, experiment):
        return

    from . import trained

    if values.generate:
        trained.generate(run_flags.trained_config(values, experiment))
    elif values.viz:
        trained.viz(run_flags.trained_config(values, experiment if values.save_path else experiment | {"ncode": 2}))
    elif values.explore:
        trained.explore(run_flags.trained_config(values, experiment))
    else:
        trained.evaluate(run_flags.trained_config(values, experiment))


SCRIPT = Script("vae_mnist", __doc__, define_flags, command, reject_unused_flags)


def main(argv=None):
    """Runs the script; as in ``aae_mnist.main``."""
    return run(SCRIPT, argv)


if __name__ == "__main__":
    sys.exit(main())
