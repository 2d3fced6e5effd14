"""Writes the explorer of a model."""

from pathlib import Path

import numpy as np

from ..errors import InputError
from ..safe_files import write_text

MOST_IMAGES = 5_000
FEWEST_IMAGES = 100
MOST_BYTES = 11_500_000
SEED = 0


def explore(model, images, labels, path="explorer.html", class_names=None, label_of_cluster=None, title=None):
    """Writes one HTML file in which one moves through a trained model by hand.

    Of two codes it shows the plane, with the images in it, and decodes the place of the pointer; of more, a slider for
    each code. Where the decoder is given a class, all classes are shown in one style. What is drawn in it is encoded,
    classified and reconstructed. The file needs no server and no network, and is below 12 MB where the networks are.

    Args:
        model: A trained model of this package, of fully connected networks.
        images: Held-out images, uint8 [n, height, width, channels], or float in the model's ``image_range``; channels
            may be left out of grey ones. Up to 5,000 of them are shown.
        labels: int [n], their classes, counted from 0.
        path: The file to write.
        class_names: Names of the classes, a sequence of strings; default: their numbers.
        label_of_cluster: int [n_clusters], for a model that finds clusters: the class each stands for, where known.
        title: Title of the page, plain text; default: what the model is.

    Returns:
        The path.

    Raises:
        InputError: If images, labels and names do not fit the model or each other, or the decoder has layers that are
            not fully connected.
    """
    from ..data.splits import Split
    from .content import image_content, network_content
    from .page import page

    images, labels = _as_uint8(model, images), np.asarray(labels)
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu" or not len(labels) or labels.min() < 0:
        raise InputError(f"{len(images)} images and labels {labels.dtype} {list(labels.shape)}: expected int [n] ≥ 0")
    names = _names(class_names, labels)
    networks = network_content(model)
    order = np.random.default_rng(SEED).permutation(len(images))[:MOST_IMAGES]
    title = title or f"{type(model).__name__}, {model.n_codes} codes"
    while True:
        chosen = Split("test", images[order], labels[order].astype(np.int32), "images of a page")
        content = networks | image_content(model, chosen, names, label_of_cluster)
        text = page(title, f"{len(order):,} held-out images", content)
        if len(text) <= MOST_BYTES or len(order) <= FEWEST_IMAGES:
            break
        order = order[: len(order) // 2]
    write_text(text, Path(path))
    return Path(path)


def _as_uint8(model, images):
    from ..data.pipeline import to_uint8

    images = np.asarray(images)
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or images.shape[1:] != model.image_shape:
        raise InputError(f"images {list(images.shape)}: expected [n, {', '.join(map(str, model.image_shape))}]")
    return images if images.dtype == np.uint8 else to_uint8(images, model.image_range)


def _names(class_names, labels):
    n_classes = int(labels.max()) + 1
    names = [str(label) for label in range(n_classes)] if class_names is None else [str(name) for name in class_names]
    if len(names) < n_classes:
        raise InputError(f"{len(names)} names of classes and a label of {n_classes - 1}: expected one for each class")
    return names
