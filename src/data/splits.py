"""A split: the images, or rows of a table, and labels of one part of a data set, and where they came from."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from ..errors import InputError
from .arrays import rows
from .idx import idx_digest
from .labels import UNLABELLED
from .on_disk_images import OnDiskImages
from .tables.scaling import Scaling


@dataclass(frozen=True)
class Split:
    """Images and labels as they were stored, the images in memory or on disk; or rows of a table, scaled.

    Attributes:
        name: "train", "valid" or "test".
        images: uint8 [n, height, width, channels], grey levels 0 to 255; ``OnDiskImages`` where they are not in
            memory. Of a table its rows: float32 [n, n_features], in [0, 1] those to train on.
        labels: int32 [n], classes counted from 0, -1 where there is none: of some rows of a table, or of all pictures.
        source: Where they came from, in words.
        notice: What a reader of any result on this split must know, or None.
        class_names: Names of the classes, in their order; None where they have none but their number.
        scaling: Of a table the ``Scaling`` of its features, otherwise None.
    """

    name: str
    images: np.ndarray | OnDiskImages
    labels: np.ndarray
    source: str
    notice: str | None = None
    class_names: tuple[str, ...] | None = None
    scaling: Scaling | None = None

    def __post_init__(self):
        if len(self.images) != len(self.labels):
            raise InputError(
                f"{self.source}: {len(self.images):,} images and {len(self.labels):,} labels in the {self.name} split: "
                "expected one label for each image"
            )

    def __len__(self):
        return len(self.images)

    @property
    def image_shape(self):
        """Shape of one image, (height, width, channels), or row, (n_features,)."""
        return self.images.shape[1:]

    @property
    def n_classes(self):
        """Number of classes: the highest label and one; of a table those that are named; 1 without labels."""
        if self.is_table:
            return len(self.class_names or [""])
        return int(self.labels.max()) + 1 if self.has_labels else 1

    @property
    def is_table(self):
        """Whether it holds rows of a table."""
        return self.scaling is not None

    @property
    def has_labels(self):
        """Whether anything in it has a label."""
        return bool((self.labels != UNLABELLED).any())

    @property
    def members(self):
        """What it holds, in a word: images or rows."""
        return "rows" if self.is_table else "images"

    def take(self, chosen):
        """The images and labels that ``chosen``, bool [n] or indices, picks, as a split of the same name and source."""
        images = self.images[chosen] if self.is_on_disk else rows(self.images, chosen)
        return replace(self, images=images, labels=self.labels[chosen])

    @property
    def is_on_disk(self):
        """Whether the images stay on disk and are read again in every epoch."""
        return isinstance(self.images, OnDiskImages)

    def in_memory(self):
        """The same split, its images in memory.

        Raises:
            InputError: If one cannot be read.
        """
        return replace(self, images=self.images.in_memory()) if self.is_on_disk else self

    def record(self):
        """What a run records of this split: source, size, digests as IDX files (of images in memory), notice."""
        digests = {"labels": idx_digest(self.labels.astype(np.uint8))}
        if self.is_table:
            digests["rows"] = hashlib.md5(np.ascontiguousarray(self.images), usedforsecurity=False).hexdigest()
        elif not self.is_on_disk:
            digests["images"] = idx_digest(self.images[..., 0] if self.image_shape[-1] == 1 else self.images)
        return {
            "source": self.source,
            "images": len(self),
            "image_shape": list(self.image_shape),
            "digests": digests,
            "notice": self.notice,
        }


def hold_out(split, n_held_out, seed):
    """Divides a split into images to train on and a validation split, held in memory.

    Args:
        split: A ``Split``.
        n_held_out: Images of the validation split, 0 or above; at least one must be left. Where only some have a label,
            it is made of these.
        seed: Draws which.

    Returns:
        Two ``Split``s, the second one named "valid"; for 0, the split itself and None.

    Raises:
        InputError: If ``n_held_out`` is out of range.
    """
    candidates = np.flatnonzero(split.labels != UNLABELLED) if split.has_labels else np.arange(len(split))
    if not 0 <= n_held_out < len(candidates):
        raise InputError(
            f"{n_held_out:,} validation {split.members} of {len(candidates):,}: expected 0 to {len(candidates) - 1:,}"
        )
    if not n_held_out:
        return split, None
    held_out = np.zeros(len(split), bool)
    held_out[np.random.default_rng([seed, n_held_out]).choice(candidates, n_held_out, replace=False)] = True
    return split.take(~held_out), replace(split.take(held_out).in_memory(), name="valid")


def require_classes(train, test):
    """Refuses splits whose labels cannot be those of the same classes, counted from 0.

    Args:
        train: Training images, a ``Split``.
        test: Test images, a ``Split``.

    Raises:
        InputError: If a label of images is negative though there are labels, a class below the highest one has no
            training image, or the test images have a class that the training images have not.
    """
    if train.is_table or not (train.has_labels or test.has_labels):
        # Of a table the classes are those that it names.
        return
    for split in (train, test):
        if split.labels.min() < 0:
            raise InputError(f"{split.source}: a {split.name} label of {split.labels.min()}: expected 0 or above")
    missing = np.setdiff1d(np.arange(train.n_classes), train.labels)
    if len(missing):
        raise InputError(
            f"{train.source}: a training label of {train.n_classes - 1}, but no image of class {missing[0]}: "
            "expected classes counted from 0 without a gap"
        )
    if test.n_classes > train.n_classes:
        raise InputError(
            f"{test.source}: a test label of {test.n_classes - 1}: expected 0 to {train.n_classes - 1}, "
            "the classes of the training images"
        )
