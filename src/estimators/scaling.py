"""Features in the caller's units to and from those that a model is trained on."""

import numpy as np
from sklearn.preprocessing import MinMaxScaler

from ..errors import InputError

# How many widths of its range in training a feature may lie outside it: squares of more would overflow.
FARTHEST = 1e6


class FeatureScaler:
    """Brings the features of rows, or the pixels of images, to [0, 1] by their range in training.

    Every feature of a row has a range of its own; all pixels of images share one, so that pictures stay pictures. A
    constant feature becomes 0. New values outside the range stay outside [0, 1], so that outliers stay outliers.
    """

    def fit(self, rows):
        """Learns shape and range of ``rows``, float or int [n, ...]; returns self.

        Raises:
            InputError: If a range is larger than a float can hold.
        """
        self.shape_ = rows.shape[1:]
        columns = self._columns(rows)
        with np.errstate(over="ignore"):
            widths = np.ptp(columns, axis=0)
        if not np.isfinite(widths).all():
            raise InputError(f"feature {np.argmin(np.isfinite(widths))}: its range exceeds the largest float; scale it")
        self.scaler_ = MinMaxScaler().fit(columns)
        return self

    def require_images(self, samples):
        """Refuses, for a model of images, samples of another shape; scikit-learn looks at one axis alone.

        Args:
            samples: Whatever the caller gave.

        Raises:
            InputError: If they are of another shape than in training.
        """
        if len(self.shape_) > 1 and hasattr(samples, "shape"):
            self._require_shape(samples.shape[1:])

    def transform(self, rows):
        """Rows [n, *shape] scaled: float32, of the same shape.

        Raises:
            InputError: If they are of another shape than in training.
        """
        self._require_shape(rows.shape[1:])
        scaled = self.scaler_.transform(self._columns(rows)).clip(-FARTHEST, FARTHEST)
        return scaled.reshape(rows.shape).astype(np.float32)

    def inverse_transform(self, scaled):
        """Scaled rows, float [n, *shape], in the caller's units: float64."""
        return self.scaler_.inverse_transform(self._columns(np.asarray(scaled, np.float64))).reshape(scaled.shape)

    def _require_shape(self, shape):
        if shape != self.shape_:
            raise InputError(f"samples of shape {shape}: expected {self.shape_}, as in fit; resize them, or fit anew")

    def _columns(self, rows):
        """Of images one column of all pixels."""
        rows = np.asarray(rows, np.float64)
        return rows if len(self.shape_) == 1 else rows.reshape(-1, 1)
