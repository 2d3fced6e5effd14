"""What a page cannot be made of, each in one line."""

from pathlib import Path

import numpy as np

from ..errors import InputError

MOST_CLASSES = 1_000


def require_path(path):
    """The path of the page to write.

    Raises:
        InputError: If it is a folder, or in none.
    """
    path = Path(path)
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(f"{path}: expected the name of a file in a folder that is there")
    return path


def as_uint8(model, images):
    """Images as uint8 [n, height, width, channels].

    Args:
        model: The model that they are for.
        images: uint8, or float in the model's ``image_range``; channels may be left out of grey ones.

    Raises:
        InputError: If they are of another shape, type or range, or ``model`` is none of this package.
    """
    from ..data.pipeline import to_uint8
    from ..models import Autoencoder

    if not isinstance(model, Autoencoder):
        raise InputError(f"a page of {type(model).__name__}: expected a model of aae.models")
    require_images(model)
    images = np.asarray(images)
    images = images[..., None] if images.ndim == 3 else images
    if images.ndim != 4 or images.shape[1:] != model.image_shape or not len(images):
        raise InputError(f"images {list(images.shape)}: expected [n, {', '.join(map(str, model.image_shape))}]")
    if images.shape[3] not in (1, 3):
        raise InputError(f"images of {images.shape[3]} channels: expected 1, grey, or 3, red, green and blue")
    if images.dtype == np.uint8:
        return images
    low, high = model.image_range
    if images.dtype.kind != "f" or not np.all((images >= low - 1e-3) & (images <= high + 1e-3)):
        raise InputError(f"images {images.dtype}: expected uint8, or float in [{low:g}, {high:g}]")
    return to_uint8(images, model.image_range)


def require_images(model):
    """Refuses a model of rows of features: the page draws what is decoded.

    Raises:
        InputError: If it is one.
    """
    if len(model.image_shape) != 3:
        raise InputError(
            f"a model of {model.image_shape[0]} features: the page draws images, expected [height, width, channels]"
        )


def require_labels(model, labels, n_images):
    """Labels as int32 [n].

    Raises:
        InputError: If there is not one class for each image, counted from 0, or the model does not have it.
    """
    labels = np.asarray(labels)
    if labels.shape != (n_images,) or labels.dtype.kind not in "iu" or labels.min() < 0:
        raise InputError(f"{n_images} images and labels {labels.dtype} {list(labels.shape)}: expected int [n] ≥ 0")
    n_classes = model.n_classes if _knows_classes(model) else MOST_CLASSES
    if labels.max() >= n_classes:
        raise InputError(f"a label of {labels.max()}: expected classes below {n_classes}")
    return labels.astype(np.int32)


def class_names_of(model, labels, class_names):
    """Names of all classes, of those that no image has too: a list of strings; by default their numbers.

    Raises:
        InputError: If there are too few.
    """
    n_classes = max(int(labels.max()) + 1, model.n_classes if _knows_classes(model) else 0)
    if class_names is None:
        return [str(label) for label in range(n_classes)]
    if isinstance(class_names, str) or not hasattr(class_names, "__iter__"):
        raise InputError(f"class names {class_names!r}: expected a list of strings")
    names = [str(name) for name in class_names]
    if len(names) < n_classes:
        raise InputError(f"{len(names)} names of classes: expected {n_classes}, one for each class")
    return names


def require_clusters(model, label_of_cluster, names):
    """Refuses what is not a class for each cluster, where it is given.

    Raises:
        InputError: If it is not.
    """
    if label_of_cluster is None:
        return
    found = np.asarray(label_of_cluster)
    if not model.has_clusters or found.shape != (model.n_classes,) or not np.isin(found, range(len(names))).all():
        expected = f"{model.n_classes} classes below {len(names)}" if model.has_clusters else "none, without clusters"
        raise InputError(f"label_of_cluster {list(found.shape)}: expected {expected}")


def _knows_classes(model):
    """Whether the labels of images are classes of the model."""
    return getattr(model, "n_classes", None) is not None and not model.has_clusters
