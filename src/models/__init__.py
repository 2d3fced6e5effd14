"""The Keras models, the networks and the priors they are made of."""

from ..backend import require_tensorflow

require_tensorflow()

from keras.models import load_model  # noqa: E402  Keras reads its backend when it is imported

from . import heads, networks, priors, schedules  # noqa: E402
from .aae import AAE, ClusteringAAE, DimensionalityReductionAAE, SemiSupervisedAAE, SupervisedAAE  # noqa: E402
from .autoencoder import Autoencoder  # noqa: E402
from .vae import VAE  # noqa: E402

__all__ = [
    "AAE",
    "VAE",
    "Autoencoder",
    "ClusteringAAE",
    "DimensionalityReductionAAE",
    "SemiSupervisedAAE",
    "SupervisedAAE",
    "heads",
    "load_model",
    "networks",
    "priors",
    "schedules",
]
