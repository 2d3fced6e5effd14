"""Priors: the distributions that an adversarial game imposes on the codes.

A prior of codes is any object with these methods and attributes; nothing else in the package asks which one it is.
Training and sampling read ``n_codes`` and ``sample``; labels in the game ``n_labels`` and ``sample_conditional``;
pictures ``plot_limit``, ``log_prob`` and ``manifolds``. A prior of classes needs ``n_codes`` and ``sample`` alone.
"""

from .categorical import Categorical
from .gaussian import Gaussian
from .mixture import GaussianMixture, PetalMixture
from .prior import Manifold, Prior, as_seed_generator, draw_where_none
from .repeated import Repeated
from .swiss_roll import SwissRoll
from .uniform import Uniform

__all__ = [
    "Categorical",
    "Gaussian",
    "GaussianMixture",
    "Manifold",
    "PetalMixture",
    "Prior",
    "Repeated",
    "SwissRoll",
    "Uniform",
    "as_seed_generator",
    "draw_where_none",
]
