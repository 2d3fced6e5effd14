"""A table as a run was trained on it: ranges of the features, names of the classes."""

from dataclasses import replace

import numpy as np

from ...errors import InputError
from ..labels import UNLABELLED
from .scaling import Scaling


def table_record(split):
    """What the record of a run says of the table of a ``Split``, a dictionary of plain values; None of images."""
    if not split.is_table:
        return None
    names = None if split.class_names is None else list(split.class_names)
    return split.scaling.record() | {"classes": names}


def scaling_and_names(record):
    """The ``Scaling`` and the names of the classes, or None, of a ``table_record``; (None, None) of None."""
    if record is None:
        return None, None
    names = record.get("classes")
    return Scaling.from_record(record), None if names is None else tuple(map(str, names))


def as_recorded(split, record):
    """A ``Split`` scaled, and its classes counted, as in the run of a ``table_record``.

    Args:
        split: The ``Split``; one of images comes back as it is where ``record`` is None.
        record: A ``table_record``, or None for a run on images.

    Raises:
        InputError: If one is of images and the other of a table, or features or classes are not those of the run.
    """
    if split.is_table != (record is not None):
        found, expected = ("a table", "images") if split.is_table else ("images", "a table")
        raise InputError(f"{split.source}: {found}, and the run is one of {expected}", setting="data.path")
    if record is None:
        return split
    scaling, names = scaling_and_names(record)
    if split.scaling != scaling:
        scaling.require_names(split.source, split.scaling.names)
        rows = (split.scaling.restore(split.images) - scaling.lowest) / scaling.widths
        split = replace(split, images=rows.astype(np.float32), scaling=scaling)
    if split.class_names is None or split.class_names == names:
        return split
    strange = [name for name in split.class_names if name not in (names or ())]
    if strange:
        known = ", ".join(names[:8]) if names else "none"
        raise InputError(f"{split.source}: class {strange[0]!r}: expected those of the run, {known}")
    places = np.array([names.index(name) for name in split.class_names] + [UNLABELLED], np.int32)
    return replace(split, labels=places[split.labels], class_names=names)
