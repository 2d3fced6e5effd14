"""From a table's own units to [0, 1], and back."""

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ..arrays import aligned_empty
from .columns import numbers


@dataclass(frozen=True)
class Scaling:
    """The range of each feature in the training rows, which becomes [0, 1].

    Attributes:
        names: Names of the features.
        lowest: float64 [n_features].
        highest: float64 [n_features].
    """

    names: tuple[str, ...]
    lowest: np.ndarray = field(repr=False)
    highest: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, table, chosen):
        """The ``Scaling`` of the features of a ``RawTable`` by its rows ``chosen``, indices.

        Raises:
            InputError: If a column holds anything but finite numbers.
        """
        limits = np.empty((2, len(table.names)))
        for index, (name, column) in enumerate(zip(table.names, table.columns, strict=True)):
            values = numbers(table.path, name, column)[chosen]
            limits[:, index] = values.min(), values.max()
        with np.errstate(over="ignore"):
            too_wide = np.flatnonzero(~np.isfinite(limits[1] - limits[0]))
        if len(too_wide):
            name = table.names[too_wide[0]]
            low, high = limits[:, too_wide[0]]
            raise InputError(f"{table.path}: column {name!r} from {low:g} to {high:g}: expected a range below 1e308")
        return cls(table.names, *limits)

    def __eq__(self, other):
        return (
            isinstance(other, Scaling)
            and self.names == other.names
            and np.array_equal(self.lowest, other.lowest)
            and np.array_equal(self.highest, other.highest)
        )

    __hash__ = None

    @property
    def widths(self):
        """Width of each range, 1 for a constant feature, which becomes 0: float64 [n_features]."""
        widths = self.highest - self.lowest
        return np.where(widths > 0, widths, 1)

    def scale(self, table, chosen):
        """The rows ``chosen``, indices, of a ``RawTable``: float32 [n, n_features], in [0, 1] for training rows.

        Raises:
            InputError: If it has other columns, one holds anything but finite numbers, or a value lies beyond float32.
        """
        self.require_names(table.path, table.names)
        rows = aligned_empty((len(chosen), len(self.names)), np.float32)
        for index, (name, column) in enumerate(zip(table.names, table.columns, strict=True)):
            values = numbers(table.path, name, column)[chosen]
            with np.errstate(over="ignore"):
                rows[:, index] = (values - self.lowest[index]) / self.widths[index]
            if not np.isfinite(rows[:, index]).all():
                raise InputError(
                    f"{table.path}: column {name!r}: a value too far from {self.lowest[index]:g} to "
                    f"{self.highest[index]:g}, the range of the training rows, to be scaled by it"
                )
        return rows

    def restore(self, rows):
        """Rows in the table's own units: float64, of the shape of ``rows``, [..., n_features], in [0, 1]."""
        return np.asarray(rows, np.float64) * self.widths + self.lowest

    def require_names(self, source, names):
        """Refuses other features than these.

        Raises:
            InputError: If ``names`` are not the same in the same order.
        """
        if len(names) != len(self.names):
            raise InputError(
                f"{source}: {len(names):,} features: expected {len(self.names):,}, those of the training rows"
            )
        for index, (found, expected) in enumerate(zip(names, self.names, strict=True)):
            if found != expected:
                raise InputError(
                    f"{source}: feature {index} is {found!r}: expected {expected!r}, as in the training rows"
                )

    def record(self):
        """What a run records, from which ``from_record`` makes it again."""
        return {"features": list(self.names), "lowest": self.lowest.tolist(), "highest": self.highest.tolist()}

    @classmethod
    def from_record(cls, record):
        """The ``Scaling`` of ``record``.

        Raises:
            InputError: If it is none.
        """
        try:
            scaling = cls(tuple(record["features"]), *(np.array(record[name], float) for name in ("lowest", "highest")))
            if scaling.lowest.shape == scaling.highest.shape == (len(scaling.names),):
                return scaling
        except (KeyError, TypeError, ValueError):
            pass
        raise InputError("the record of a run says no range for each feature of its table; train it again")
