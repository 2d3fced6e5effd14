"""Which images keep their label."""

import numpy as np

from ..errors import InputError

UNLABELLED = -1


def keep_labels(labels, n_kept, seed):
    """Keeps ``n_kept`` labels, as evenly over the classes as can be, and replaces the others by -1.

    Args:
        labels: int [n], classes counted from 0.
        n_kept: Number of labels to keep, 1 to n.
        seed: Draws which images of a class keep theirs, and which classes give one more where ``n_kept`` cannot be
            divided by their number.

    Returns:
        int32 [n], -1 where the label was dropped.

    Raises:
        InputError: If ``n_kept`` is out of range, or a class has too few images for an even share.
    """
    if not 1 <= n_kept <= len(labels):
        raise InputError(f"{n_kept:,} labels to keep: expected 1 to {len(labels):,}, the number of images")
    if n_kept == len(labels):
        return labels.astype(np.int32)
    generator = np.random.default_rng(seed)
    classes = generator.permutation(np.unique(labels))
    kept = np.full(len(labels), UNLABELLED, np.int32)
    for rank, label in enumerate(classes):
        share = n_kept // len(classes) + (rank < n_kept % len(classes))
        members = np.flatnonzero(labels == label)
        if share > len(members):
            raise InputError(
                f"{n_kept:,} labels to keep, {share:,} of each class: class {label} has {len(members):,} images; "
                f"keep at most {len(classes) * len(members):,}, or all"
            )
        chosen = generator.choice(members, share, replace=False)
        kept[chosen] = label
    return kept
