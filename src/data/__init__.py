"""From bytes to batches: sources, splits, labels and the tf.data pipeline."""

from .labels import keep_labels
from .sources import load_split
from .splits import Split, hold_out, require_classes

__all__ = ["Split", "hold_out", "keep_labels", "load_split", "require_classes"]
