"""What the page of a model holds, as plain values for JSON."""

from typing import NamedTuple

import numpy as np
from matplotlib.colors import to_hex

from ..data.splits import Split
from ..errors import InputError
from ..evaluation.clustering import Clustering
from ..evaluation.codes import class_probabilities, encode_all
from ..training.latent_plot import plot_settings, positions
from ..visualization.palette import class_colours, class_shapes
from .layers import Dense, base64_of, dense_layers
from .plane import contours, middles
from .sprite import written_sprite

N_PRIOR_SAMPLES = 512
N_MEMBERS = 12
# Share of the images, in each code, that the plane shows at least.
INSIDE = 0.995
CENTRED_PIXELS = 1.0
MOST = 0.95
SEED = 0


class Encoded(NamedTuple):
    """Held-out images, and what a model says of them.

    Attributes:
        images: uint8 [n, height, width, channels].
        labels: int [n], their classes.
        positions: float32 [n, n_codes], where they lie among the codes.
        shares: float [n, n_classes], the probabilities of classes or clusters; None where the encoder gives none.
    """

    images: np.ndarray
    labels: np.ndarray
    positions: np.ndarray
    shares: np.ndarray | None

    def take(self, n_images):
        """The first ``n_images``."""
        return Encoded(*(None if part is None else part[:n_images] for part in self))


def encoded(model, images, labels):
    """``Encoded`` images, uint8 [n, height, width, channels], of classes ``labels``, int [n]."""
    split = Split("test", images, labels, "images of a page")
    where = positions(model, split) if _is_plane(model) else encode_all(model, images, labels)
    return Encoded(images, labels, where, class_probabilities(model, split) if hasattr(model, "classify") else None)


def network_content(model, with_encoder=True):
    """The networks of a model, and what they take and give; without images.

    Args:
        model: The model.
        with_encoder: Whether its encoder comes along, for what is drawn in the page.

    Raises:
        InputError: If the decoder is not fully connected.
    """
    height, width, channels = model.image_shape
    return {
        "image": {"height": height, "width": width, "channels": channels, "range": list(model.image_range)},
        "codes": model.n_codes,
        "input": _decoder_input(model),
        "heads": model.heads.tolist() if model.has_heads else None,
        "decoder": [layer.written() for layer in decoder_layers(model)],
        "encoder": _encoder(model) if with_encoder else None,
        "prior": _prior(model),
    }


def decoder_layers(model):
    """The layers that give images in ``image_range`` from what the decoder takes: list of ``Dense``."""
    layers = dense_layers(model.inference_network("decoder"))
    if model.likelihood.name == "bernoulli":
        layers[-1] = layers[-1]._replace(activation="sigmoid")
    return layers


def image_content(model, shown, names, label_of_cluster=None):
    """Held-out images, where they lie, and what the model says of them.

    Args:
        model: The model.
        shown: The images, ``Encoded``.
        names: Names of the classes that labels name, a list of strings.
        label_of_cluster: int [n_clusters], the class that each cluster stands for, or None where it is not known.
    """
    content = {
        "images": written_sprite(shown.images),
        "labels": shown.labels.tolist(),
        "names": list(names),
        "colours": [to_hex(colour) for colour in class_colours(len(names))],
        "shapes": class_shapes(len(names)),
        "is_centred": are_centred(shown.images),
        "positions": base64_of(shown.positions.astype("<f4")),
        "classes": None,
        "clusters": None,
        "shares": None,
    }
    if shown.shares is not None:
        content["classes"] = _class_names(model, names, label_of_cluster)
        content["shares"] = base64_of(shown.shares.astype("<f4"))
        if model.has_clusters:
            clustering = Clustering(shown.labels, shown.shares, label_of_cluster)
            content["clusters"] = [_cluster(clustering, cluster) for cluster in range(model.n_classes)]
    elif model.has_styles:
        content["classes"] = list(names)[: model.n_classes]
    if _is_plane(model):
        content["plane"] = _plane(model, shown.positions, shown.labels)
    return content


def _is_plane(model):
    return model.n_codes == 2


def _decoder_input(model):
    """What stands before the decoder: "codes", "codes and class", or "head and codes"."""
    if model.has_heads:
        return "head and codes"
    return "codes and class" if model.has_styles else "codes"


def _encoder(model):
    """The encoder's layers to the mean code, and to the logits of classes where it has them; None where it cannot."""
    network = model.inference_network("encoder")
    try:
        to_codes = dense_layers(network)
        to_classes = dense_layers(network, 1) if hasattr(model, "classify") else None
    except InputError:
        return None
    if to_classes and not _share_all_but_the_last(to_codes, to_classes):
        return None
    # A Gaussian posterior gives means, then raw scales, which the page does not need.
    last = to_codes[-1]
    to_codes[-1] = Dense(last.kernel[:, : model.n_codes], last.bias[: model.n_codes], last.activation)
    return {
        "trunk": [layer.written() for layer in to_codes[:-1]],
        "codes": to_codes[-1].written(),
        "classes": to_classes[-1].written() if to_classes else None,
    }


def _share_all_but_the_last(layers, others):
    return len(layers) == len(others) and all(
        np.array_equal(layer.kernel, other.kernel) for layer, other in zip(layers[:-1], others[:-1], strict=True)
    )


def _prior(model):
    """Samples to draw styles from, and their spread in each code, the unit of the sliders."""
    samples = np.asarray(model.prior.sample(N_PRIOR_SAMPLES, SEED))
    return {"samples": base64_of(samples.astype("<f4")), "deviations": np.std(samples, axis=0).round(4).tolist()}


def _plane(model, where, labels):
    settings = plot_settings(model)
    # A model that is not yet trained, or has no game, may put images beyond the prior.
    limit = max(float(settings["plot_limit"]), float(np.quantile(np.abs(where), INSIDE)))
    heads = settings["heads"]
    return {
        "limit": limit,
        "contours": contours(settings["log_prob"], limit),
        "middles": middles(*_of_classes(model, where, labels)) if heads is None else [],
        "heads": [] if heads is None else np.asarray(heads).round(4).tolist(),
    }


def _of_classes(model, where, labels):
    """Places and their classes, whose middles are where the classes are named."""
    n_classes = getattr(model, "n_classes", None)
    if model.has_styles or n_classes is None:
        return where, labels
    # The game gave every class its part of the prior, which images of a class that is often mistaken may miss.
    parts = np.repeat(np.arange(n_classes), N_PRIOR_SAMPLES)
    return np.asarray(model.prior.sample_conditional(parts, SEED)), parts


def are_centred(images):
    """Whether images, uint8 [n, height, width, channels], are centred by their mass, as MNIST's digits are."""
    _, height, width, channels = images.shape
    grey = images[..., 0].astype(np.float64)
    mass = grey.sum(axis=(1, 2))
    if channels > 1 or not mass.all():
        return False
    # Of 28 pixels MNIST's middle is the fifteenth.
    down = (grey.sum(axis=2) @ np.arange(height)) / mass - height / 2
    across = (grey.sum(axis=1) @ np.arange(width)) / mass - width / 2
    return bool(np.mean(np.hypot(down, across) < CENTRED_PIXELS) > MOST)


def _class_names(model, names, label_of_cluster):
    """Names of what the encoder's head, or the decoder, tells apart."""
    if not model.has_clusters:
        return list(names)[: model.n_classes]
    if label_of_cluster is None:
        return [f"cluster {cluster}" for cluster in range(model.n_classes)]
    return [f"cluster {cluster}: {names[label]}" for cluster, label in enumerate(label_of_cluster)]


def _cluster(clustering, cluster):
    """How many images a cluster holds, and which of them are most certainly in it."""
    members = clustering.members(cluster)
    return {"count": len(members), "members": members[:N_MEMBERS].tolist()}
