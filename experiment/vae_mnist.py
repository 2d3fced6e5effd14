"""Autoencoders to set beside the adversarial one, on MNIST: variational, denoising and plain.

python experiment/vae_mnist.py --train --model vae --output sigmoid --likelihood bernoulli
python experiment/vae_mnist.py --train --model dae --ncode 32
python experiment/vae_mnist.py --generate --model vae
python experiment/vae_mnist.py --viz --model vae --load 40
python experiment/vae_mnist.py --evaluate --model vae
python experiment/vae_mnist.py --flagfile=experiment/recipes/pytorch_repo_vae.cfg
"""

import command_line
from absl import flags
from command_line import FLAGS, MODEL

KINDS = ("vae", "dae", "ae")


def define_flags():
    """The flags that aae_mnist.py has too, and which model."""
    command_line.define_actions(
        {
            "train": "Train the model.",
            "generate": "Randomly sample images from a trained model.",
            "viz": "Visualize latent space and data manifold (only when --ncode is 2).",
            "evaluate": "Measure a trained model on the test images.",
        }
    )
    flags.DEFINE_enum(
        "model",
        "vae",
        KINDS,
        "Variational autoencoder, denoising autoencoder (its input always has the noise of --noise_std), or plain "
        "autoencoder. The codes of the last two are normalised, and nothing else brings them to a prior.",
        module_name=MODEL,
    )
    command_line.define_model_flags()
    command_line.define_data_flags()
    command_line.define_training_flags()
    command_line.define_speed_flags(updates=False)
    command_line.define_strategy_flag()
    command_line.define_run_flags()
    flags.register_multi_flags_validator(
        ["viz", "ncode"],
        lambda given: not given["viz"] or given["ncode"] == 2,
        "--viz draws a plane of codes: it needs a model of --ncode 2",
    )
    flags.register_multi_flags_validator(
        ["model", "noise"],
        lambda given: given["model"] != "ae" or not given["noise"],
        "an autoencoder with --noise is a denoising one: --model dae",
    )
    flags.register_multi_flags_validator(
        ["model", "prior_std"],
        lambda given: given["model"] == "vae" or given["prior_std"] == 1,
        "--prior_std is that of the vae's prior: the codes of dae and ae are normalised",
    )


def compiled_model(split):
    """The model that the flags describe, for the images of ``split``."""
    import build
    from aae.models import priors

    prior = priors.Gaussian(FLAGS.ncode, FLAGS.prior_std, n_labels=split.n_classes)
    if FLAGS.model == "vae":
        return build.vae(split, prior)
    return build.autoencoder(split, prior, input_noise=FLAGS.noise_std if FLAGS.model == "dae" else 0.0)


def check_unread_flags():
    """Refuses flags of training that nothing would read."""
    if FLAGS.train:
        command_line.refuse_unread(["load"], "by --generate, --viz and --evaluate")
        command_line.refuse_unread_moments()
    command_line.refuse_unread_schedule()


def main():
    """Does the one thing asked for."""
    import actions

    if FLAGS.train:
        experiment = {"model": FLAGS.model, "ncode": FLAGS.ncode}
        actions.train(f"{FLAGS.model}-{FLAGS.ncode}", experiment, compiled_model)
        return
    wanted = {"model": KINDS} | command_line.given(("model", "ncode"))
    if FLAGS.generate:
        actions.generate(wanted)
    elif FLAGS.viz:
        actions.viz(wanted if FLAGS.save_path else wanted | {"ncode": 2})
    else:
        actions.evaluate(wanted)


if __name__ == "__main__":
    define_flags()
    command_line.run(main, check_unread_flags)
