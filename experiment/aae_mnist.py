"""Adversarial autoencoder on MNIST: train it, sample it, see its codes (Makhzani et al., figures 1 to 4).

python experiment/aae_mnist.py --train --ncode 2 --dist_type gmm
python experiment/aae_mnist.py --train --label --ncode 2 --dist_type gmm --nlabel 10000
python experiment/aae_mnist.py --generate --ncode 2 --dist_type gmm
python experiment/aae_mnist.py --viz --ncode 2 --dist_type gmm --load 40
python experiment/aae_mnist.py --flagfile=experiment/recipes/fig3_gmm_10k.cfg
"""

import sys
import textwrap
import time
from pathlib import Path

import command_line
from absl import flags
from command_line import ACTION, FLAGS, MODEL

ACTIONS = ("train", "generate", "viz")
EXPERIMENT = ("ncode", "dist_type", "label")
RUNS = Path("runs")
NOISE_STD = 0.6
NOTICE_WIDTH = 100


def define_flags():
    """The flags of the TF repository, with its names, meanings and defaults, and those new here."""
    flags.DEFINE_bool("train", False, "Train the model of figures 1 and 3.", module_name=ACTION)
    flags.DEFINE_bool("generate", False, "Randomly sample images from a trained model.", module_name=ACTION)
    flags.DEFINE_bool(
        "viz", False, "Visualize latent space and data manifold (only when --ncode is 2).", module_name=ACTION
    )
    flags.mark_bool_flags_as_mutual_exclusive(ACTIONS, required=True)

    flags.DEFINE_integer("ncode", 2, "Dimension of code.", lower_bound=1, module_name=MODEL)
    flags.DEFINE_enum(
        "dist_type",
        "gaussian",
        ["gaussian", "gmm"],
        "Prior imposed on the codes: standard Gaussian, or mixture of 10 2-D Gaussians (even --ncode only).",
        module_name=MODEL,
    )
    flags.DEFINE_bool(
        "label", False, "Incorporate label information in the adversarial regularization (figure 3).", module_name=MODEL
    )
    flags.DEFINE_string("nlabel", "10000", "Images that keep their label under --label, or all.", module_name=MODEL)
    flags.DEFINE_bool(
        "noise",
        False,
        f"Add noise to the encoder's input in training (Gaussian with std={NOISE_STD}).",
        module_name=MODEL,
    )
    command_line.define_data_flags()
    command_line.define_training_flags()
    command_line.define_weight("encw", 1.0, "the autoencoder loss")
    command_line.define_weight("genw", 6.0, "the z generator loss")
    command_line.define_weight("disw", 6.0, "the z discriminator loss")
    command_line.define_run_flags()
    define_checks()


def define_checks():
    """What flags must be to each other; known before TensorFlow is imported."""
    flags.register_validator(
        "nlabel",
        lambda count: count == "all" or (count.isdigit() and int(count) > 0),
        "expected a number of images above 0, or all",
    )
    flags.register_multi_flags_validator(
        ["ncode", "dist_type"],
        lambda given: given["dist_type"] != "gmm" or given["ncode"] % 2 == 0,
        "a mixture prior needs an even number of codes; try --ncode 2 or 4",
    )
    flags.register_multi_flags_validator(
        ["viz", "ncode"],
        lambda given: not given["viz"] or given["ncode"] == 2,
        "--viz draws a plane of codes: it needs a model of --ncode 2",
    )
    flags.register_multi_flags_validator(
        ["ncode", "label"],
        lambda given: not given["label"] or given["ncode"] > 1,
        "--label cuts the plane of the first two codes: it needs --ncode 2 or more",
    )


def check_label_flags():
    """Refuses a number of labels that nothing would read."""
    from aae.errors import InputError

    if FLAGS["nlabel"].present and not FLAGS.label:
        raise InputError("--nlabel without --label: no label is read; add --label")


def train():
    """Trains, and says where everything is."""
    import keras
    from aae.data import load_split
    from aae.training.fit import train as fit
    from aae.training.provenance import provenance
    from aae.training.run_folder import RunFolder

    experiment = {name: FLAGS[name].value for name in EXPERIMENT}
    name = "-".join(["aae", *(["label"] if FLAGS.label else []), FLAGS.dist_type, str(FLAGS.ncode)])
    folder = RunFolder(FLAGS.save_path or RUNS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}")
    folder.require_experiment(experiment)
    split, held_out = (load_split(part, FLAGS.data_path, FLAGS.dataset) for part in ("train", "test"))
    show_notices(split)
    labels = visible_labels(split)
    keras.utils.set_random_seed(FLAGS.seed)
    config = {
        "experiment": experiment,
        "command": " ".join(["python", *sys.argv]),
        "flags": command_line.recorded_flags(),
        "data": {part.name: part.record() for part in (split, held_out)}
        | {"labelled_images": int((labels >= 0).sum()) if FLAGS.label else 0},
        **provenance(),
    }
    fit(
        compiled_model(split),
        split,
        labels,
        held_out,
        folder,
        config,
        epochs=FLAGS.maxepoch,
        batch_size=FLAGS.bsize,
        seed=FLAGS.seed,
        plot_every=FLAGS.plot_every,
        verbose=1 if sys.stdout.isatty() else 2,
    )
    show_notices(split)
    print(
        f"\nTrained {name}, epochs: {FLAGS.maxepoch}\n"
        f"  pictures     {folder.path}/*.png{', latent.gif' if FLAGS.ncode == 2 else ''}\n"
        f"  TensorBoard  tensorboard --logdir {folder.tensorboard}\n"
        f"  metrics      {folder.metrics}\n"
        f"  model        {folder.model}\n"
        f"  checkpoints  {folder.checkpoints} (epochs {', '.join(map(str, folder.saved_epochs()))})\n"
        f"  more         python {sys.argv[0]} --generate --save_path {folder.path}"
    )


def generate():
    """Writes a sheet of samples from a trained model."""
    from aae.training.pictures import RunPictures

    folder, model, epoch = trained_model()
    path = RunPictures(folder.path, model.prior).write_samples(model, FLAGS.seed)
    print(f"{path}: 400 samples of the model after epoch {epoch}")


def viz():
    """Writes the codes of the test images, and the manifold, of a trained model."""
    from aae.data import load_split
    from aae.errors import InputError
    from aae.training.pictures import RunPictures

    folder, model, epoch = trained_model()
    if model.n_codes != 2:
        raise InputError(f"--viz draws a plane of codes: the model in {folder.path} has {model.n_codes}, expected 2")
    source = ("data_path", "dataset")
    recorded = folder.read_config().get("flags", FLAGS.flag_values_dict())
    held_out = load_split("test", **({name: recorded[name] for name in source} | command_line.given(source)))
    show_notices(held_out)
    pictures = RunPictures(folder.path, model.prior)
    for path in [pictures.write_latent(model, held_out), *pictures.write_manifolds(model)]:
        print(f"{path}: from the model after epoch {epoch}")


def compiled_model(split):
    """The model that the flags describe, for the images of ``split``."""
    import keras
    from aae.errors import InputError
    from aae.models import AAE, networks, priors
    from aae.models.posteriors import GaussianPosterior
    from aae.training.schedule import stepwise_rate

    if FLAGS.dist_type == "gmm":
        prior = priors.GaussianMixture(FLAGS.ncode)
    else:
        prior = priors.Gaussian(FLAGS.ncode, n_labels=split.n_classes)
    n_classes = split.n_classes if FLAGS.label else None
    if FLAGS.label and split.n_classes > prior.n_labels:
        raise InputError(f"--label with {split.n_classes} classes: the mixture has {prior.n_labels} components")
    n_seen = FLAGS.ncode if n_classes is None else FLAGS.ncode + n_classes + 1
    dropped = 1 - FLAGS.dropout
    model = AAE(
        networks.mlp_encoder(split.image_shape, GaussianPosterior().n_outputs(FLAGS.ncode), dropout=dropped),
        networks.mlp_decoder(FLAGS.ncode, split.image_shape, dropout=dropped),
        networks.mlp_discriminator(n_seen),
        prior,
        n_classes=n_classes,
        input_noise=NOISE_STD if FLAGS.noise else 0.0,
        seed=FLAGS.seed,
    )
    rate = stepwise_rate(FLAGS.lr, [int(drop) for drop in FLAGS.lr_drops], max(1, len(split) // FLAGS.bsize))
    model.compile(
        *(keras.optimizers.Adam(rate, beta_1=0.5) for _ in range(3)),
        reconstruction_weight=FLAGS.encw,
        discriminator_weight=FLAGS.disw,
        generator_weight=FLAGS.genw,
    )
    return model


def visible_labels(split):
    """The labels that training sees: all of them without --label, whose game then does not read them."""
    from aae.data import keep_labels

    if not FLAGS.label or FLAGS.nlabel == "all":
        return split.labels
    n_kept = int(FLAGS.nlabel)
    if n_kept > len(split) and not FLAGS["nlabel"].present:
        print(f"--nlabel is {n_kept:,} by default: all {len(split):,} images keep their label")
        n_kept = len(split)
    return keep_labels(split.labels, n_kept, FLAGS.seed)


def trained_model():
    """The run folder, the model and the epoch that --save_path, --load and the flags of the model name."""
    from aae.training.run_folder import RunFolder

    wanted = command_line.given(EXPERIMENT)
    if FLAGS.save_path is None:
        folder = RunFolder.newest(RUNS, wanted | ({"ncode": 2} if FLAGS.viz else {}))
    else:
        folder = RunFolder(FLAGS.save_path)
        folder.require_experiment(wanted)
    model, epoch = folder.load(FLAGS.load)
    return folder, model, epoch


def show_notices(split):
    """Frames what a reader of the results must know."""
    if split.notice:
        rule = "!" * NOTICE_WIDTH
        print(f"\n{rule}\n{textwrap.fill(split.notice, NOTICE_WIDTH)}\n{rule}\n", flush=True)


def main():
    """Does the one thing asked for."""
    check_label_flags()
    action = next(action for action in ACTIONS if FLAGS[action].value)
    {"train": train, "generate": generate, "viz": viz}[action]()


if __name__ == "__main__":
    define_flags()
    command_line.run(main)
