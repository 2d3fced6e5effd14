"""Writes the explorer of a model."""

import warnings

import numpy as np

from ..safe_files import write_text
from .requirements import as_uint8, class_names_of, require_clusters, require_labels, require_path

MOST_IMAGES = 5_000
FEWEST_IMAGES = 100
MOST_BYTES = 11_500_000
SEED = 0


def explore(model, images, labels, path="explorer.html", class_names=None, label_of_cluster=None, title=None):
    """Writes one HTML file in which one moves through a trained model by hand.

    Of two codes it shows the plane, with the images in it, and decodes the place of the pointer; of more, a slider for
    each code. Where the decoder is given a class, all classes are shown in one style. What is drawn in it is encoded,
    classified and reconstructed. The file needs no server and no network. It stays below 12 MB: with fewer images, then
    without the encoder, and so without what is drawn; where the decoder alone is larger, a warning says how large.

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
    path = require_path(path)
    images = as_uint8(model, images)
    labels = require_labels(model, labels, len(images))
    names = class_names_of(model, labels, class_names)
    require_clusters(model, label_of_cluster, names)
    title = title or f"{type(model).__name__}, {model.n_codes} codes"
    order = np.random.default_rng(SEED).permutation(len(images))[:MOST_IMAGES]
    text = _largest_that_fits(model, images[order], labels[order], names, label_of_cluster, title)
    if _size(text) > MOST_BYTES:
        warnings.warn(
            f"{path}: {_size(text) / 1e6:.0f} MB, as the decoder alone is larger than {MOST_BYTES / 1e6:.0f} MB; "
            "a browser may be slow to open it",
            stacklevel=2,
        )
    write_text(text, path)
    return path


def _largest_that_fits(model, images, labels, names, label_of_cluster, title):
    """The page with as many images as fit, without the encoder where it fits with few images alone; or the smallest."""
    from .content import encoded, image_content, network_content
    from .page import page

    # First, as this refuses networks that a page cannot compute.
    networks_by_size = [network_content(model, with_encoder) for with_encoder in (True, False)]
    every = encoded(model, images, labels)
    for networks in networks_by_size:
        n_images = len(images)
        while True:
            content = networks | image_content(model, every.take(n_images), names, label_of_cluster)
            text = page(title, f"{n_images:,} held-out images", content)
            if _size(text) <= MOST_BYTES:
                return text
            if n_images <= FEWEST_IMAGES:
                break
            n_images //= 2
    return text


def _size(text):
    return len(text.encode())
