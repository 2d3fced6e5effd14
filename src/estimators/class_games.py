"""Settings of the models with classes or clusters."""

# Chosen for 100 labels of MNIST on validation images, see docs/EXPERIMENTS.md; noise on features in [0, 1].
CLASS_GAMES = {
    "input_noise": 0.15,
    "hidden_noise": 0.3,
    "logit_scale": 2.0,
    "conditional": True,
    "paired": True,
}
# As many features, or more, whose reconstruction error has the weight 1; that of n fewer has REFERENCE_FEATURES / n.
REFERENCE_FEATURES = 256
