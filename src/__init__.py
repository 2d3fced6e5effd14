"""Adversarial autoencoders (Makhzani et al., arXiv 1511.05644) in TensorFlow and Keras.

``aae.models`` holds the models, networks and priors, ``aae.data`` the way from files to batches, ``aae.training`` a fit
with its run folder, ``aae.evaluation`` metrics of a trained model, and ``aae.visualization`` its figures.
"""

__version__ = "0.1.0"
