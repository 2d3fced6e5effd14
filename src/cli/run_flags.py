"""Flags that say where images come from, and where a run is written and read; the configs made of them, and of all."""

import re

from ..config import Config, DataConfig, RunConfig, TrainedConfig
from .flag_group import DATA, RUN, FlagGroup, those_defined
from .given import given, recorded_flags
from .training_flags import optimizer_config

PRETRAINED = "pretrained"


def define_data_flags(values):
    """Where images come from."""
    group = FlagGroup(values, DATA)
    group.text(
        "data_path",
        None,
        "Folder with MNIST's four IDX files, or another set's, gzip or plain; or with pictures, PNG, JPEG, GIF or BMP: "
        "train/CLASS/*.png and test/CLASS/*.png, or CLASS/*.png, of which a sixth becomes test images, or without "
        "classes *.png. Or a table of feature vectors, a .csv, .npy, .npz or .parquet file, or a folder with one "
        "called train and one called test. Default: TensorFlow Datasets.",
    )
    group.text(
        "label_column",
        None,
        "Of a table the column of the labels: its name, its index, counted from 0, or none for a table without labels. "
        "Default: the last column, or the array y of an .npz file.",
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
    _define_picture_flags(group)
    group.integer(
        "nvalid",
        None,
        "Training images held out for validation, on which settings are chosen. Default: 10000 under "
        "--train_semisupervised, --train_clustering and --train_dimreduction, otherwise 0.",
        lower_bound=0,
    )


def _define_picture_flags(group):
    group.integer(
        "image_size",
        None,
        "Pictures: scale the shorter side to so many pixels and keep the middle of the longer one. Default: as they "
        "are, all of one size.",
        lower_bound=1,
        upper_bound=1024,
    )
    group.choice(
        "colour",
        "auto",
        ["auto", "grey", "rgb"],
        "Pictures: convert all to grey or to colour; auto takes them as they are, all as the first one.",
    )
    group.boolean(
        "skip_damaged",
        False,
        "Pictures: leave those out that cannot be read, with a notice that names them. All are read once for that "
        "before anything else.",
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
    group.text(
        "load",
        None,
        "The epoch ID of the pre-trained model to be restored. Default: the newest. Or a model that comes trained with "
        "the package: pretrained for the first that fits the flags, pretrained:NAME for the one of that name.",
    )
    group.check(
        "load",
        lambda load: load is None or re.fullmatch(rf"[0-9]+|{PRETRAINED}(:\w+)?", load),
        "expected an epoch, 0 or above, or pretrained, or pretrained:NAME",
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


def config(values, model, command):
    """The run that flags describe.

    Args:
        values: The parsed flags.
        model: The ``ModelConfig`` made of them; scripts differ in how they name a kind of model.
        command: The whole command, for the record.
    """
    return Config(model, optimizer_config(values), data_config(values), run_config(values, command))


def data_config(values):
    """Which images flags name, and which labels they let training see."""
    n_labels = values.nlabel if "nlabel" in values else None
    return DataConfig(
        path=values.data_path,
        dataset=values.dataset,
        label_column=values.label_column,
        cache=values.cache,
        image_size=values.image_size,
        colour=values.colour,
        skip_damaged=values.skip_damaged,
        n_valid=values.nvalid,
        n_labels=int(n_labels) if n_labels not in (None, "all") else n_labels,
        draw=values.seed if values.label_draw is None else values.label_draw,
        n_neighbours=values.neighbours if "neighbours" in values else 0,
    )


def run_config(values, command):
    """How long flags say that a run is, where it is written, and what is saved when."""
    only_some_scripts_have = {"paired_after": "paired_from", "estimate_after": "shares_from", "strategy": "strategy"}
    return RunConfig(
        path=values.save_path,
        resume=values.resume if values["resume"].present else None,
        epochs=values.maxepoch,
        batch_size=values.bsize,
        seed=values.seed,
        deterministic=values.deterministic,
        plot_every=values.plot_every,
        save_every=values.save_every,
        save_minutes=values.save_minutes,
        keep=values.keep,
        parzen_samples=values.parzen_samples,
        command=command,
        flags=recorded_flags(values),
        **{"strategy": "one"} | those_defined(values, only_some_scripts_have),
    )


def trained_config(values, experiment):
    """The trained model that flags name, its record to agree with ``experiment``."""
    return TrainedConfig(
        experiment,
        path=values.save_path,
        epoch=int(values.load) if values.load is not None and values.load.isdecimal() else None,
        pretrained=pretrained_name(values),
        seed=values.seed,
        parzen_samples=values.parzen_samples,
        source=given(values, DataConfig().source),
    )


def pretrained_name(values):
    """Name of the model that --load takes from the package, "" for the first that fits; None for a run's own."""
    source, _, name = (values.load or "").partition(":")
    return name if source == PRETRAINED else None
