"""The command that writes what a trained model says of pictures or rows: codes, class or cluster, outlier score."""

import csv
from pathlib import Path

import numpy as np

from ..data.samples import load_samples
from ..data.splits import Split
from ..data.tables.record import scaling_and_names
from ..evaluation.codes import class_probabilities, encode_all, represent_all
from ..evaluation.encoding import label_probabilities, signs_of_outliers
from ..evaluation.outliers import OutlierScale
from ..safe_files import atomic_write
from .trained import load_trained, reference_of

CODES = "codes.csv"


def encode(config, source, target=None, contamination=0.01, skip_damaged=False):
    """Writes what a trained model says of every picture or row to a CSV or NPZ file.

    Args:
        config: The ``TrainedConfig`` of the model.
        source: Folder or file to encode, as in ``load_samples``.
        target: File to write, ending in .csv or .npz; None for ``codes.csv`` in the folder of the run.
        contamination: Share of the training samples that count as outliers, in (0, 0.5].
        skip_damaged: Whether pictures that cannot be read are left out.

    Raises:
        InputError: If the samples do not fit the model.
    """
    trained = load_trained(config)
    scaling, _ = scaling_and_names(trained.folder.read_config().get("table"))
    samples = load_samples(source, trained.model.image_shape, scaling, skip_damaged)
    reference = reference_of(trained, config.source)
    columns = _described(trained.model, samples, reference)
    columns |= _outliers(trained.model, samples, reference, contamination)
    path = Path(target) if target else trained.folder.path / CODES
    _write(path, samples.names, columns)
    for line in samples.damaged:
        print(f"left out: {line}")
    n_outliers = int(columns["is_outlier"].sum())
    print(f"{path}: {len(samples.names):,} samples encoded by {trained.name}, {n_outliers:,} of them outliers")


def _described(model, samples, reference):
    """Codes of the samples, and their class or cluster: a dictionary of arrays."""
    images = samples.images
    split = Split("encoded", images, np.zeros(len(images), np.int32), "samples")
    columns = {"codes": (represent_all if model.has_heads else encode_all)(model, images, split.labels)}
    if not (model.is_given_labels or hasattr(model, "classify")):
        return columns
    probabilities = label_probabilities(model, images) if model.is_given_labels else class_probabilities(model, split)
    chosen = probabilities.argmax(axis=1)
    columns["probability"] = probabilities.max(axis=1)
    names = reference.class_names
    if not model.has_clusters:
        return columns | {"class": names[chosen]}
    columns["cluster"] = chosen
    label_of_cluster = reference.label_of_cluster
    return columns | ({"class": names[label_of_cluster[chosen]]} if len(label_of_cluster) else {})


def _outliers(model, samples, reference, contamination):
    """Scores, the lower the more of an outlier, and flags."""
    scale = OutlierScale.of(reference.signs, contamination)
    scores = scale.scores(signs_of_outliers(model, samples.images))
    return {"outlier_score": scores, "is_outlier": scores < scale.threshold}


def _write(path, names, columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as temporary:
        if path.suffix == ".npz":
            with open(temporary, "wb") as file:
                np.savez(file, names=np.array(names), **columns)
            return
        codes = {f"code_{index + 1}": column for index, column in enumerate(columns["codes"].T)}
        flat = {"name": names} | codes | {name: column for name, column in columns.items() if name != "codes"}
        # Names of files may be no text.
        with open(temporary, "w", newline="", encoding="utf-8", errors="surrogateescape") as file:
            writer = csv.writer(file)
            writer.writerow(flat)
            writer.writerows(zip(*(_plain(column) for column in flat.values()), strict=True))


def _plain(column):
    """The values of a column as CSV has them: numbers with the digits that their type has, flags as 0 and 1."""
    column = np.asarray(column)
    return (column.astype(int) if column.dtype == bool else column).astype(str).tolist()
