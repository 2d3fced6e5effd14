"""What the estimators with classes or clusters have their games played on."""

# Chosen for 100 labels of MNIST on validation images, see docs/EXPERIMENTS.md; noise on features in [0, 1].
CLASS_GAMES = {
    "input_noise": 0.15,
    "hidden_noise": 0.3,
    "logit_scale": 2.0,
    "conditional": True,
    "paired": True,
}
# Features whose reconstruction error has the weight 1.
N_FEATURES_OF_WEIGHT_1 = 256
