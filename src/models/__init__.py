"""The Keras models, the networks and the priors they are made of."""

from ..backend import require_tensorflow

require_tensorflow()

from keras.models import load_model  # noqa: E402  Keras reads its backend when it is imported

from . import networks, priors  # noqa: E402
from .aae import AAE, SemiSupervisedAAE, SupervisedAAE  # noqa: E402
from .autoencoder import Autoencoder  # noqa: E402
from .vae import VAE  # noqa: E402

__all__ = ["AAE", "VAE", "Autoencoder", "SemiSupervisedAAE", "SupervisedAAE", "load_model", "networks", "priors"]
