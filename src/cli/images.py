"""The images of a run, and which of them training sees with their label."""

import textwrap

import numpy as np

from ..config import DEFAULTS, DataConfig
from ..data import hold_out, keep_labels, load_split, require_classes
from ..data.digits import NOTICE as DIGITS_NOTICE
from ..data.labels import UNLABELLED
from ..data.tables.record import as_recorded
from ..errors import InputError

NOTICE_WIDTH = 100
# Where a run takes its images from, where its record does not say.
SOURCE = DataConfig().source
IN_MEMORY = {"cache": "memory"}


def load_data(config):
    """Loads the images of a run; the held-out ones are held in memory.

    Args:
        config: The ``Config``.

    Returns:
        The split trained on, the labels that training sees (int [n], -1 for none), and a dictionary from "test", and
        "valid" where there is one, to held-out splits.

    Raises:
        InputError: If the images are not as expected, or the settings do not fit them.
    """
    data = config.data
    whole = load_split("train", **data.source)
    show_notices(whole)
    _require_labels(whole, config.model)
    remaining, valid = hold_out(whole, _n_valid(whole, config), data.draw)
    if config.run.parzen_samples and not valid:
        raise InputError("--parzen_samples chooses σ on validation images, and none are held out: add --nvalid 10000")
    split, labels = labelled(config, remaining)
    test = load_split("test", **data.source | IN_MEMORY)
    if test.notice != whole.notice:
        show_notices(test)
    require_classes(whole, test)
    return split, labels, {part.name: part for part in (valid, test) if part}


def _require_labels(split, model):
    """Refuses images or rows without labels, or of one class, for a model that learns from labels."""
    learns = model.sees_labels or (
        model.kind in ("supervised", "semisupervised", "dimreduction") and model.n_clusters is None
    )
    if not learns or (split.has_labels and split.n_classes > 1):
        return
    found = "one class, and this model learns from labels"
    if not split.has_labels:
        found = "no labels, and this model learns from them"
    remedy = "name the column that holds them" if split.is_table else "put the pictures of each class into its folder"
    raise InputError(
        f"{split.source}: {found}: {remedy}; without labels --train and --train_clustering learn",
        setting="data.label_column" if split.is_table else "data.path",
    )


def _n_valid(split, config):
    """How many training images are held out: those asked for, or the model's default, of a small set a sixth."""
    if config.data.n_valid is not None:
        return config.data.n_valid
    default = DEFAULTS[config.model.kind].n_valid
    if not split.has_labels:
        # Nothing could be chosen on them.
        return 0
    n_labelled = int((split.labels != UNLABELLED).sum())
    fitting = min(default, n_labelled // 6)
    if fitting < default:
        print(f"--nvalid is {default:,} by default: of {n_labelled:,} {split.members} a sixth, {fitting:,}")
    return fitting


def labelled(config, split):
    """The images trained on and the labels that training sees; the supervised model trains on labelled images alone."""
    labels = visible_labels(config, split)
    if config.model.kind == "supervised":
        if (labels < 0).any():
            split = split.take(labels >= 0).in_memory()
        labels = split.labels
    return split, labels


def visible_labels(config, split):
    """The labels of ``split``, -1 for those that the model does not read or that are to be hidden."""
    model, n_labels = config.model, config.data.n_labels
    if model.n_clusters is not None or (model.kind == "aae" and not model.sees_labels):
        return np.full_like(split.labels, UNLABELLED)
    default = DEFAULTS[model.kind].n_labels
    if n_labels == "all" or (n_labels is None and default is None):
        return split.labels
    if n_labels is None:
        n_labels = _fitting(default, split)
    return keep_labels(split.labels, n_labels, config.data.draw)


def _fitting(default, split):
    """As many labels as ``default`` says, or as there are, in equal shares."""
    known = split.labels[split.labels != UNLABELLED]
    n_kept = len(known)
    if n_kept > default:
        counts = np.unique(known, return_counts=True)[1]
        n_kept = min(default // len(counts), counts.min()) * len(counts)
    if n_kept < default:
        print(f"--nlabel is {default:,} by default: {n_kept:,} of {len(split):,} {split.members} keep their label")
    return n_kept


def recorded_split(folder, part, source):
    """The images that a run was made with.

    Args:
        folder: Its ``RunFolder``.
        part: "train" or "test".
        source: Dictionary of those of ``SOURCE`` that hold instead of the recorded ones.
    """
    recorded = folder.read_config().get("flags", {})
    source = {name: recorded.get(name, default) for name, default in SOURCE.items()} | source
    split = load_split(part, **source | ({} if part == "train" else IN_MEMORY))
    return as_recorded(split, folder.read_config().get("table"))


def recorded_valid(folder, source):
    """The validation images that a run held out, or None; arguments as in ``recorded_split``."""
    config = folder.read_config()
    try:
        n_held_out = config["data"].get("valid", {"images": 0})["images"]
        recorded = config["flags"]
        seed = recorded["seed"] if recorded.get("label_draw") is None else recorded["label_draw"]
    except KeyError as missing:
        raise InputError(f"{folder.config}: does not say {missing}, which tells what images were held out") from None
    return hold_out(recorded_split(folder, "train", source), n_held_out, seed)[1]


def show_notices(split):
    """Prints, in a frame, what a reader of the results must know."""
    if split.notice:
        rule = "!" * NOTICE_WIDTH
        # Of the digits that stand in for MNIST, it says to give a folder.
        notice = f"{split.notice} (--data_path)" if split.notice == DIGITS_NOTICE else split.notice
        print(f"\n{rule}\n{textwrap.fill(notice, NOTICE_WIDTH)}\n{rule}\n", flush=True)
