"""Flags that say where images come from, and where a run is written and read."""

from .flag_group import DATA, RUN, FlagGroup


def define_data_flags(values):
    """Where images come from."""
    group = FlagGroup(values, DATA)
    group.text(
        "data_path",
        None,
        "Folder with MNIST's four IDX files, or another set's, gzip or plain; or with pictures, train/CLASS/*.png and "
        "test/CLASS/*.png, or JPEG. Default: TensorFlow Datasets.",
    )
    group.text(
        "dataset",
        "mnist",
        "Set to take from TensorFlow Datasets where --data_path is not given: mnist, fashion_mnist, kmnist, or any "
        "image-classification set of 28 × 28 grey images.",
    )
    group.choice(
        "cache",
        "memory",
        ["memory", "disk", "none"],
        "Where decoded training images are kept: in memory; on disk, for sets larger than that, in a file that is "
        "written once and read again in every epoch; or nowhere, read and decoded from their source in every epoch. "
        "Held-out and labelled images are kept in memory.",
    )
    group.integer(
        "nvalid",
        None,
        "Training images held out for validation, on which settings are chosen. Default: 10000 under "
        "--train_semisupervised, --train_clustering and --train_dimreduction, otherwise 0.",
        lower_bound=0,
    )


def define_run_flags(values):
    """Where a run is written and read, and what is measured."""
    group = FlagGroup(values, RUN)
    group.integer(
        "parzen_samples",
        0,
        "Samples of the Parzen-window estimate of the log-likelihood (table 1), at the end of training or with "
        "--evaluate; it needs validation images. 0 for none.",
        lower_bound=0,
    )
    group.text(
        "save_path",
        None,
        "Folder of the run. Default: for training a new one, runs/<experiment>-<time>; otherwise the newest there.",
    )
    group.integer(
        "load",
        None,
        "The epoch ID of the pre-trained model to be restored. Default: the newest.",
        lower_bound=0,
    )
    group.boolean(
        "resume",
        False,
        "Resume from the newest valid checkpoint in --save_path, with the flags of that run, to the same bits; begin "
        "where there is none.",
    )
    _define_saving(group)


def _define_saving(group):
    group.integer(
        "plot_every", 10, "Epochs between pictures, and between checkpoints that are kept for good.", lower_bound=1
    )
    group.integer("save_every", 5, "Epochs between checkpoints.", lower_bound=1)
    group.number(
        "save_minutes",
        None,
        "Minutes after which a checkpoint is saved in the middle of an epoch too. Default: never.",
        lower_bound=0.0,
    )
    group.integer(
        "keep", 3, "Newest checkpoints that are kept, besides those of every --plot_every epochs.", lower_bound=1
    )
