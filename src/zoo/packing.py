"""Makes a card and a file of weights of a run."""

import hashlib
from dataclasses import asdict
from pathlib import Path

from ..data import hold_out, load_split
from ..data.digits import load_digits
from ..evaluation.clustering import name_by_majority
from ..evaluation.codes import class_probabilities
from ..evaluation.metrics import cluster, measure
from ..safe_files import atomic_write
from .card import Card
from .pretrained import FOLDER, Pretrained
from .weights import packed


def pack(folder, model_config, record, name, title, class_names, source, out=None):
    """Packs the newest checkpoint of a finished run.

    Args:
        folder: Its ``RunFolder``.
        model_config: Its ``ModelConfig``.
        record: What the card keeps of its record.
        name: Name of the model.
        title: What it is, in one line.
        class_names: Names of its classes; None for those of the data set, if it has any.
        source: Where its images are; see ``data.load_split``.
        out: Folder to write to; None for the package's own.

    Returns:
        The ``Pretrained`` of that folder.

    Raises:
        InputError: If a weight is too large for float16, or the images are not as expected.
    """
    out = Path(out or FOLDER)
    out.mkdir(parents=True, exist_ok=True)
    trained, _ = folder.load()
    test = load_split("test", **source)
    content = packed(trained)
    card = Card(
        name=name,
        title=title,
        model=asdict(model_config),
        image_shape=test.image_shape,
        n_classes=trained.n_classes if getattr(trained, "n_classes", None) else test.n_classes,
        class_names=class_names or test.class_names,
        label_of_cluster=_label_of_cluster(trained, record, source),
        record=record,
        measured={},
        sha256=hashlib.sha256(content).hexdigest(),
        n_bytes=len(content),
    )
    with atomic_write(out / f"{name}.npz") as temporary:
        temporary.write_bytes(content)
    card.save(out / f"{name}.json")
    # What is measured is what is packed.
    pretrained = Pretrained(out)
    model = pretrained(name)
    splits = {"test": test} | ({"digits": load_digits("test")} if card.is_of_mnist else {})
    measured = {part: measured_on(model, card, split) for part, split in splits.items()}
    measured["test"]["source"] = source["dataset"]
    Card(**asdict(card) | {"measured": measured}).save(out / f"{name}.json")
    return pretrained


def measured_on(model, card, split):
    """What a card says of a model on test images: their source and number, and metrics by name."""
    metrics = measure(model, split)
    if model.has_clusters:
        metrics |= cluster(model, card.label_of_cluster, split).metrics()
    return {"source": split.source, "images": len(split), "metrics": metrics}


def _label_of_cluster(model, record, source):
    """The commonest class of the run's validation images in each cluster; None without clusters."""
    if not model.has_clusters:
        return None
    flags = record["flags"]
    draw = flags["seed"] if flags.get("label_draw") is None else flags["label_draw"]
    valid = hold_out(load_split("train", **source), record["data"]["valid"]["images"], draw)[1]
    return name_by_majority(valid.labels, class_probabilities(model, valid)).tolist()
