"""Which images keep their label."""

import numpy as np

from ..errors import InputError

UNLABELLED = -1


def keep_labels(labels, n_kept, seed):
    """Keeps ``n_kept`` labels, equally many of every class, and replaces the others by -1.

    Args:
        labels: int [n], classes counted from 0, -1 where there is none.
        n_kept: Number of labels to keep, 1 to as many as there are; that, or a multiple of the number of classes.
        seed: Draws which images of a class keep theirs.

    Returns:
        int32 [n], -1 where the label was dropped.

    Raises:
        InputError: If ``n_kept`` is out of range, cannot be shared evenly, or a class has too few images for its share.
    """
    n_labels = int((labels != UNLABELLED).sum())
    if not 1 <= n_kept <= n_labels:
        raise InputError(f"{n_kept:,} labels to keep: expected 1 to {n_labels:,}, the number of images with one")
    if n_kept == n_labels:
        return labels.astype(np.int32)
    classes = np.unique(labels[labels != UNLABELLED])
    share, rest = divmod(n_kept, len(classes))
    if rest:
        near = [multiple * len(classes) for multiple in (share, share + 1) if multiple]
        raise InputError(
            f"{n_kept:,} labels to keep: {len(classes)} classes do not divide it; "
            f"try {' or '.join(f'{multiple:,}' for multiple in near)}, or all"
        )
    generator = np.random.default_rng(seed)
    kept = np.full(len(labels), UNLABELLED, np.int32)
    for label in generator.permutation(classes):
        members = np.flatnonzero(labels == label)
        if share > len(members):
            raise InputError(
                f"{n_kept:,} labels to keep, {share:,} of each class: class {label} has {len(members):,} images; "
                f"keep at most {len(classes) * len(members):,}, or all"
            )
        kept[generator.choice(members, share, replace=False)] = label
    return kept
