"""Makes a card and a file of weights of a run."""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path

from ..data.digits import load_digits
from ..errors import InputError
from ..evaluation.clustering import name_by_majority
from ..evaluation.codes import class_probabilities
from ..evaluation.metrics import cluster, measure
from ..safe_files import atomic_write
from .card import Card
from .pretrained import FOLDER, Pretrained, rebuilt
from .weights import packed


def pack(folder, model_config, record, titles, splits, out=None, replaces=False):
    """Packs the newest checkpoint of a finished run; nothing is written before all of it is known.

    Args:
        folder: Its ``RunFolder``.
        model_config: Its ``ModelConfig``.
        record: What the card keeps of its record.
        titles: Dictionary of "name", "title" and "class_names" of the model; the last may be None, for those of the
            data set, if it has any.
        splits: Dictionary of the run's images: "test", a ``Split``, and "valid", a function that gives one.
        out: Folder to write to; None for the package's own.
        replaces: Whether a model of this name may be there already.

    Returns:
        The ``Pretrained`` of that folder.

    Raises:
        InputError: If it is a model of convolutions, a weight is too large for float16, there is a model of this name,
            or names of classes do not fit.
    """
    if model_config.network != "mlp":
        raise InputError(
            f"network {model_config.network!r}: a model to pack is one of multilayer perceptrons, 'mlp', which the "
            "explorer can show"
        )
    out, name, test = Path(out or FOLDER), titles["name"], splits["test"]
    if (out / f"{name}.json").exists() and not replaces:
        raise InputError(
            f"{out}: holds a model {name!r}; give another name, or say that it is replaced", setting="zoo.replace"
        )
    trained, _ = folder.load()
    names = titles["class_names"] or test.class_names
    if names is not None and len(names) < test.n_classes:
        raise InputError(f"{len(names)} names of classes: expected {test.n_classes}")
    content = packed(trained)
    card = Card(
        name=name,
        title=titles["title"],
        model=asdict(model_config),
        image_shape=test.image_shape,
        n_classes=getattr(trained, "n_classes", None) or test.n_classes,
        class_names=names,
        label_of_cluster=_label_of_cluster(trained, splits["valid"]),
        record=record,
        measured={},
        sha256=hashlib.sha256(content).hexdigest(),
        n_bytes=len(content),
    )
    # What is measured is what is packed.
    model = rebuilt(card, content)
    of_card = {"test": test} | ({"digits": load_digits("test")} if card.is_of_mnist else {})
    measured = {part: measured_on(model, card, split) for part, split in of_card.items()}
    if test.notice is None:
        measured["test"]["source"] = record["flags"]["dataset"]
    out.mkdir(parents=True, exist_ok=True)
    with atomic_write(out / f"{name}.npz") as temporary:
        temporary.write_bytes(content)
    replace(card, measured=measured).save(out / f"{name}.json")
    return Pretrained(out)


def measured_on(model, card, split):
    """What a card says of a model on test images: their source and number, and metrics by name."""
    metrics = measure(model, split)
    if model.has_clusters:
        metrics |= cluster(model, card.label_of_cluster, split).metrics()
    return {"source": split.source, "images": len(split), "metrics": metrics}


def _label_of_cluster(model, valid_split):
    """The commonest class of the run's validation images in each cluster; None without clusters."""
    if not model.has_clusters:
        return None
    valid = valid_split()
    if valid is None:
        raise InputError("the run held out no validation images, which name its clusters: train with some held out")
    return name_by_majority(valid.labels, class_probabilities(model, valid)).tolist()
