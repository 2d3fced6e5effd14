"""The models that are timed, one of each kind, with the scripts' settings."""

from aae.models import AAE, ClusteringAAE, DimensionalityReductionAAE, SemiSupervisedAAE, SupervisedAAE, heads, priors
from aae.models.networks import mlp_decoder, mlp_discriminator, mlp_encoder
from aae.models.optimizers import Adam

KINDS = ("aae", "supervised", "semisupervised", "clustering", "dimreduction")
IMAGE_SHAPE = (28, 28, 1)
N_CLASSES = {"clustering": 16, "supervised": 10, "semisupervised": 10, "dimreduction": 10}
CLASSIFY_EVERY = 10


def compiled_model(kind, n_codes=2, width=1000, image_shape=IMAGE_SHAPE, **ways):
    """A model of the paper's networks.

    Args:
        kind: One of ``KINDS``.
        n_codes: Number of codes.
        width: Units of each of two hidden layers.
        image_shape: (height, width, channels).
        **ways: Arguments of ``compile``, such as ``precision``.
    """
    model = _model(kind, n_codes, (width, width), image_shape)
    if model.learns_to_classify:
        ways |= {"classify_every": CLASSIFY_EVERY}
        if ways.get("update") != "joint":
            ways |= {"optimizers": {"classification": Adam(2e-3, beta_1=0.5, beta_2=0.99, amsgrad=True)}}
    model.compile(**ways)
    return model


def _model(kind, n_codes, hidden, image_shape):
    prior = priors.Gaussian(n_codes)
    n_classes = N_CLASSES.get(kind, 0)
    has_heads = kind in ("semisupervised", "clustering", "dimreduction")
    batch_norm = kind in ("clustering", "dimreduction")
    encoder = mlp_encoder(
        image_shape, 2 * n_codes, hidden, n_classes=n_classes if has_heads else None, batch_norm=batch_norm
    )
    n_decoded = n_codes if kind == "dimreduction" else n_codes + n_classes
    decoder = mlp_decoder(n_decoded, image_shape, hidden)
    n_seen = n_codes + n_classes + 1 if kind == "supervised" else n_codes
    parts = encoder, decoder, mlp_discriminator(n_seen, hidden)
    if kind == "aae":
        return AAE(*parts, prior)
    if kind == "supervised":
        return SupervisedAAE(*parts, prior, n_classes)
    parts = *parts, mlp_discriminator(n_classes, hidden, name="class_discriminator")
    if kind == "semisupervised":
        return SemiSupervisedAAE(*parts, prior, n_classes)
    if kind == "clustering":
        return ClusteringAAE(*parts, prior, n_classes)
    return DimensionalityReductionAAE(*parts, heads.cluster_heads(n_classes, n_codes), prior, n_classes)
