"""Adversarial autoencoders (Makhzani et al., arXiv 1511.05644) in TensorFlow and Keras.

``aae.models`` holds the models, networks and priors, ``aae.data`` the way from files to batches, ``aae.training`` a fit
with its run folder, ``aae.evaluation`` metrics of a trained model, and ``aae.visualization`` its figures.
``aae.pretrained(name)`` loads a model that comes trained with the package, and ``aae.explore(model, images, labels)``
writes a page in which one moves through a model.
"""

from .zoo import Pretrained

__version__ = "0.1.0"

pretrained = Pretrained()


def __getattr__(name):
    # Only once it is asked for: it imports NumPy.
    if name == "explore":
        from .explorer import explore

        return explore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
