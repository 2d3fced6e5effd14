"""The models that are timed, one of each kind, with the scripts' settings."""

from aae.config import ModelConfig
from aae.models.build import build_model
from aae.models.optimizers import Adam

KINDS = ("aae", "supervised", "semisupervised", "clustering", "dimreduction")
IMAGE_SHAPE = (28, 28, 1)
N_CLASSES = 10
CLASSIFY_EVERY = 10
# What the recipes of few labels add to a model, each setting by its name.
EXTRAS = {"hidden_noise": 0.3, "conditional": True, "paired": True, "logit_scale": 2.0}


def compiled_model(kind, n_codes=2, width=1000, image_shape=IMAGE_SHAPE, extras=(), **ways):
    """A model of the paper's networks.

    Args:
        kind: One of ``KINDS``.
        n_codes: Number of codes.
        width: Units of each of two hidden layers.
        image_shape: (height, width, channels).
        extras: Names of ``EXTRAS`` that the model has.
        **ways: Arguments of ``compile``, such as ``precision``.
    """
    added = {name: EXTRAS[name] for name in extras}
    model = build_model(ModelConfig(kind, n_codes, hidden=(width, width), **added), image_shape, N_CLASSES)
    if model.learns_to_classify:
        ways |= {"classify_every": CLASSIFY_EVERY}
        if ways.get("update") != "joint":
            ways |= {"optimizers": {"classification": Adam(2e-3, beta_1=0.5, beta_2=0.99, amsgrad=True)}}
    model.compile(**ways)
    return model
