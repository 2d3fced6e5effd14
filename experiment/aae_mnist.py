"""Adversarial autoencoders on MNIST: train, sample, draw, measure (Makhzani et al., figures 1 to 4, 6, 8 to 10).

python experiment/aae_mnist.py --train --ncode 2 --dist_type gmm
python experiment/aae_mnist.py --train --label --ncode 2 --dist_type gmm --nlabel 10000
python experiment/aae_mnist.py --train_supervised --ncode 10
python experiment/aae_mnist.py --train_semisupervised --ncode 10 --nlabel 1280
python experiment/aae_mnist.py --train_clustering --ncode 5 --nclusters 16
python experiment/aae_mnist.py --train_dimreduction --ncode 2 --nlabel 100
python experiment/aae_mnist.py --generate --ncode 2 --dist_type gmm
python experiment/aae_mnist.py --generate --supervise --ncode 10
python experiment/aae_mnist.py --viz --ncode 2 --dist_type gmm --load 40
python experiment/aae_mnist.py --evaluate --save_path runs/NAME
python experiment/aae_mnist.py --flagfile=experiment/recipes/fig3_gmm_10k.cfg
"""

import command_line
from absl import flags
from command_line import FLAGS, MODEL

MODELS = {
    "train": "aae",
    "train_supervised": "supervised",
    "train_semisupervised": "semisupervised",
    "train_clustering": "clustering",
    "train_dimreduction": "dimreduction",
}
WITH_CLASSES = ("supervised", "semisupervised", "clustering", "dimreduction")
EXPERIMENT = ("ncode", "dist_type", "label")
N_LABELS = {"aae": 10_000, "semisupervised": 1280}
N_CLUSTERS = {"clustering": 16, "dimreduction": 20}
CLASSIFICATION = ("clsw", "cls_lr", "cls_every", "label_smoothing")
PAIRED = ("paired", "paired_from", "adversarial_noise")
CLASS_GAME = ("ygenw", "ydisw", *PAIRED, "class_shares", "shares_from", "logit_scale")
HEADS = ("margin", "headw")


def define_flags():
    """The flags of the TF repository, with its names, meanings and defaults, and those new here."""
    command_line.define_actions(
        {
            "train": "Train the model of figures 1 and 3.",
            "train_supervised": "Train the model of figure 6, whose decoder is given the label.",
            "train_semisupervised": "Train the model of figure 8, which learns to classify from few labels.",
            "train_clustering": "Train the model of figure 9, which clusters without labels.",
            "train_dimreduction": "Train the model of figure 10, which embeds; without --nlabel unsupervised.",
            "generate": "Randomly sample images from a trained model.",
            "viz": "Visualize latent space and data manifold (only when --ncode is 2).",
            "evaluate": "Measure a trained model on the test images.",
        }
    )
    command_line.define_model_flags()
    flags.DEFINE_enum(
        "dist_type",
        "gaussian",
        ["gaussian", "gmm", "swiss_roll", "uniform"],
        "Prior imposed on the codes: Gaussian, mixture of 2-D Gaussians set like petals (even --ncode only), swiss "
        "roll (--ncode 2 only), or uniform.",
        module_name=MODEL,
    )
    flags.DEFINE_integer(
        "ncomponents",
        None,
        "Number of Gaussians of --dist_type gmm. Default: 10; under --label the number of classes.",
        lower_bound=1,
        module_name=MODEL,
    )
    flags.DEFINE_bool(
        "label", False, "Incorporate label information in the adversarial regularization (figure 3).", module_name=MODEL
    )
    flags.DEFINE_string(
        "nlabel",
        None,
        "Images that keep their label, equally many of every class, or all. Default: 10000 under --label, 1280 under "
        "--train_semisupervised, all under --train_supervised, none under --train_dimreduction.",
        module_name=MODEL,
    )
    flags.DEFINE_bool(
        "supervise",
        False,
        "With --generate: sample from the supervised model, every class in ten styles (figure 6).",
        module_name=MODEL,
    )
    flags.DEFINE_bool(
        "conditional",
        None,
        "Give the discriminator of z the class too, so that codes of every class fill the whole prior: the label under "
        "--train_supervised, softmax(y) where the encoder gives it. --noconditional, the paper's game, leaves the "
        "class in the codes. Default: on under --train_supervised, otherwise off.",
        module_name=MODEL,
    )
    command_line.define_cluster_flags()
    command_line.define_game_flags()
    command_line.define_data_flags()
    command_line.define_training_flags()
    command_line.define_speed_flags()
    command_line.define_strategy_flag()
    command_line.define_classification_flags()
    command_line.define_class_game_flags()
    command_line.define_run_flags()
    define_checks()


def define_checks():
    """What flags must be to each other; known before TensorFlow is imported."""
    flags.register_validator(
        "nlabel",
        lambda count: count is None or count == "all" or (count.isdigit() and int(count) > 0),
        "expected a number of images above 0, or all",
    )
    flags.register_multi_flags_validator(
        ["ncode", "dist_type"],
        lambda given: given["dist_type"] != "gmm" or given["ncode"] % 2 == 0,
        "a mixture prior needs an even number of codes; try --ncode 2 or 4",
    )
    flags.register_multi_flags_validator(
        ["ncode", "dist_type"],
        lambda given: given["dist_type"] != "swiss_roll" or given["ncode"] == 2,
        "a swiss roll lies in a plane; use --ncode 2",
    )
    flags.register_multi_flags_validator(
        ["ncomponents", "dist_type"],
        lambda given: given["ncomponents"] is None or given["dist_type"] == "gmm",
        "--ncomponents is read only with --dist_type gmm; leave it out",
    )
    flags.register_multi_flags_validator(
        ["viz", "ncode"],
        lambda given: not given["viz"] or given["ncode"] == 2,
        "--viz draws a plane of codes: it needs a model of --ncode 2",
    )
    flags.register_multi_flags_validator(
        ["ncode", "label"],
        lambda given: not given["label"] or given["ncode"] > 1,
        "--label needs --ncode 2 or more",
    )
    flags.register_multi_flags_validator(
        ["label", *(flag for flag in MODELS if flag != "train")],
        lambda given: not given.pop("label") or not any(given.values()),
        "--label belongs to --train: the other models use labels in their own way, or none",
    )
    flags.register_multi_flags_validator(
        ["supervise", "generate"],
        lambda given: not given["supervise"] or given["generate"],
        "--supervise belongs to --generate",
    )
    flags.register_multi_flags_validator(
        ["dist_type", "prior_std"],
        lambda given: given["dist_type"] == "gaussian" or given["prior_std"] == 1,
        "--prior_std is that of the Gaussian prior: leave it out with another --dist_type",
    )


def check_unread_flags():
    """Refuses flags of training that nothing would read."""
    model = next((model for flag, model in MODELS.items() if FLAGS[flag].value), None)
    if model is None:
        return
    command_line.refuse_unread(["load"], "by --generate, --viz and --evaluate")
    command_line.refuse_unread_moments()
    command_line.refuse_unread_schedule()
    if FLAGS.class_shares == "uniform":
        command_line.refuse_unread(["shares_from"], "under --class_shares estimated")
    if model == "clustering" or (model == "aae" and not FLAGS.label):
        where = "under --label, --train_supervised, --train_semisupervised and --train_dimreduction"
        command_line.refuse_unread(["nlabel"], where)
    if model == "aae":
        where = "under --train_supervised, --train_semisupervised, --train_clustering and --train_dimreduction"
        command_line.refuse_unread(["conditional"], where)
    if model != "semisupervised" and not (model == "dimreduction" and FLAGS.nlabel):
        command_line.refuse_unread(
            CLASSIFICATION, "under --train_semisupervised, or --train_dimreduction with --nlabel"
        )
    if model not in ("semisupervised", "clustering", "dimreduction"):
        where = "under --train_semisupervised, --train_clustering and --train_dimreduction"
        command_line.refuse_unread(CLASS_GAME, where)
    if n_clusters(model) is None:
        command_line.refuse_unread(["nclusters"], "under --train_clustering, and --train_dimreduction without --nlabel")
    if model != "dimreduction":
        command_line.refuse_unread(HEADS, "under --train_dimreduction")
    if FLAGS.posterior != "universal":
        command_line.refuse_unread(["posterior_noise"], "under --posterior universal")


def n_clusters(model):
    """The number of clusters of the model that the flags describe, None where labels name its classes."""
    if model not in N_CLUSTERS or (model == "dimreduction" and FLAGS.nlabel):
        return None
    return FLAGS.nclusters or N_CLUSTERS[model]


def train(model):
    """Trains the model that the flags describe."""
    import actions

    experiment = {"model": model} | {name: FLAGS[name].value for name in EXPERIMENT}
    clusters = n_clusters(model)
    if clusters:
        experiment["nclusters"] = clusters
    kind = "label" if FLAGS.label else None if model == "aae" else model
    name = "-".join(filter(None, ["aae", kind, clusters and f"{clusters}clusters", FLAGS.dist_type, str(FLAGS.ncode)]))
    actions.train(name, experiment, lambda split: compiled_model(model, split), lambda split: labelled(model, split))


def compiled_model(model, split):
    """The model that the flags describe, for the images of ``split``."""
    import build
    from aae.errors import InputError

    prior = chosen_prior(split.n_classes)
    if model in N_CLUSTERS:
        make = {"clustering": build.clustering, "dimreduction": build.dimreduction}[model]
        return make(split, prior, n_clusters(model))
    if model != "aae":
        make = {"supervised": build.supervised, "semisupervised": build.semisupervised}[model]
        return make(split, prior)
    if FLAGS.label and split.n_classes > prior.n_labels:
        raise InputError(
            f"--label with {split.n_classes} classes and --ncomponents {prior.n_labels}: every class needs a component"
        )
    return build.aae(split, prior, split.n_classes if FLAGS.label else None)


def chosen_prior(n_classes):
    """The prior that the flags describe, for a set of ``n_classes``."""
    from aae.models import priors

    if FLAGS.dist_type == "gmm":
        return priors.PetalMixture(FLAGS.ncode, FLAGS.ncomponents or (n_classes if FLAGS.label else 10))
    if FLAGS.dist_type == "swiss_roll":
        return priors.SwissRoll(FLAGS.ncode, n_labels=n_classes)
    if FLAGS.dist_type == "uniform":
        return priors.Uniform(FLAGS.ncode, n_labels=n_classes)
    return priors.Gaussian(FLAGS.ncode, FLAGS.prior_std, n_labels=n_classes)


def labelled(model, split):
    """The images trained on and the labels that training sees; the supervised model trains on labelled images alone."""
    labels = visible_labels(model, split)
    if model == "supervised":
        if (labels < 0).any():
            split = split.take(labels >= 0).loaded()
        labels = split.labels
    return split, labels


def visible_labels(model, split):
    """The labels of ``split``, -1 for those that the model does not read or that --nlabel, or its default, hides."""
    import numpy as np
    from aae.data.labels import UNLABELLED, keep_labels

    default = N_LABELS.get(model)
    if n_clusters(model) is not None or (model == "aae" and not FLAGS.label):
        return np.full_like(split.labels, UNLABELLED)
    if FLAGS.nlabel == "all" or (FLAGS.nlabel is None and default is None):
        return split.labels
    if FLAGS.nlabel is not None:
        return keep_labels(split.labels, int(FLAGS.nlabel), command_line.label_draw())
    n_kept = len(split)
    if n_kept > default:
        counts = np.unique(split.labels, return_counts=True)[1]
        n_kept = min(default // len(counts), counts.min()) * len(counts)
    if n_kept < default:
        print(f"--nlabel is {default:,} by default: {n_kept:,} of {len(split):,} images keep their label")
    return keep_labels(split.labels, n_kept, command_line.label_draw())


def wanted():
    """The settings that a trained model must have, by the flags."""
    if FLAGS.supervise:
        models = WITH_CLASSES if FLAGS.save_path else "supervised"
    else:
        models = tuple(MODELS.values()) if FLAGS.save_path or FLAGS.evaluate else "aae"
    settings = {"model": models} | command_line.given((*EXPERIMENT, "nclusters"))
    return settings | ({"ncode": 2} if FLAGS.viz and not FLAGS.save_path else {})


def main():
    """Does the one thing asked for."""
    for flag, model in MODELS.items():
        if FLAGS[flag].value:
            train(model)
            return

    import actions

    if FLAGS.generate:
        actions.generate(wanted(), styles=FLAGS.supervise)
    elif FLAGS.viz:
        actions.viz(wanted())
    else:
        actions.evaluate(wanted())


if __name__ == "__main__":
    define_flags()
    command_line.run(main, check_unread_flags)
