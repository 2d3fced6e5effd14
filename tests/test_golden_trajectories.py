"""Training of every kind of model against stored losses and weights: a failure says that training changed.

Twenty steps of tiny networks in float32; every way of training is somewhere among the cases. Where a change of
training is meant, store its values again: python -m tests.test_golden_trajectories
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.models import networks, priors
from aae.models import posteriors as posterior_kinds
from aae.models.heads import cluster_heads
from aae.models.optimizers import SGD, Adam

from tests.conftest import KINDS, TWO_HEADED, WITH_CLASSES, slow

STORED = Path(__file__).with_suffix(".npz")
SHAPE, HIDDEN, N_CLASSES, N_CODES = (6, 6, 1), (8, 8), 4, 2
STEPS, BATCH = 20, 12
GAMES = {"conditional": True, "paired": True, "adversarial_noise": 0.5}
SHARES = {"paired_from": 5, "class_shares": "estimated", "estimate_from": 10}
# Kind, settings of the model, of its networks, of compile, optimiser.
CASES = {
    "ae": ("ae", {"input_noise": 0.3}, {}, {}, Adam),
    "vae": ("vae", {"ema_decay": 0.9}, {}, {}, Adam),
    "aae": ("aae", {"ema_decay": 0.9, "input_noise": 0.3}, {}, {}, Adam),
    "aae universal joint": ("aae", {"posterior": "universal"}, {}, {"update": "joint"}, SGD),
    "aae labels": ("aae", {"n_classes": N_CLASSES}, {}, {}, Adam),
    "aae labels joint": ("aae", {"n_classes": N_CLASSES}, {}, {"update": "joint"}, Adam),
    "supervised": ("supervised", {}, {"dropout": 0.2}, {}, Adam),
    "supervised joint": ("supervised", {"conditional": False}, {}, {"update": "joint"}, SGD),
    "semisupervised": ("semisupervised", {}, {}, {"classify_every": 3}, Adam),
    "semisupervised joint": ("semisupervised", {"input_noise": 0.3}, {"batch_norm": True}, {"update": "joint"}, SGD),
    "semisupervised games": ("semisupervised", GAMES, {"hidden_noise": 0.3}, {"label_smoothing": 0.1}, SGD),
    # Not Adam: it blows up the rounding of gradients that batch normalisation makes all but vanish.
    "clustering": ("clustering", {"ema_decay": 0.9}, {"batch_norm": True}, {}, SGD),
    "clustering games joint": ("clustering", GAMES | SHARES, {"hidden_noise": 0.3}, {"update": "joint"}, SGD),
    "embedding labels": ("dimreduction", {}, {}, {"classify_every": 2}, Adam),
    "embedding labels joint": ("dimreduction", {}, {"batch_norm": True}, {"update": "joint"}, SGD),
    "embedding clusters": ("dimreduction", {"classes_are_labels": False, "margin": 2.0}, {}, {}, SGD),
}
# Each phase and game of theirs is in another case too.
SLOW = (
    *("aae universal joint", "aae labels", "aae labels joint", "supervised joint", "semisupervised games"),
    *("embedding labels", "clustering games joint"),
)


def tiny_model(kind, settings, ways):
    """A model of ``kind``, its networks built here from their widths."""
    settings = {"posterior": "deterministic" if kind == "ae" else "gaussian", "seed": 1} | settings
    noise_input = {"n_noise": 3} if settings["posterior"] == "universal" else {}
    two_headed = {"n_classes": N_CLASSES} if kind in TWO_HEADED else {}
    n_outputs = posterior_kinds.get(settings["posterior"]).params_size(N_CODES)
    n_decoded = N_CODES + (N_CLASSES if kind in WITH_CLASSES and kind != "dimreduction" else 0)
    own_decoder = {name: value for name, value in ways.items() if name != "hidden_noise"}
    parts = [
        networks.mlp_encoder(SHAPE, n_outputs, HIDDEN, **noise_input, **two_headed, **ways),
        networks.mlp_decoder(n_decoded, SHAPE, HIDDEN, **own_decoder),
    ]
    if kind in TWO_HEADED:
        n_seen = N_CLASSES if settings.get("conditional") else 0
        parts.append(networks.mlp_discriminator(N_CODES + n_seen, HIDDEN))
        parts.append(networks.mlp_discriminator(N_CLASSES * (2 if settings.get("paired") else 1), HIDDEN))
    elif kind not in ("ae", "vae"):
        sees_label = settings.get("conditional", True) if kind == "supervised" else "n_classes" in settings
        parts.append(networks.mlp_discriminator(N_CODES + (N_CLASSES + 1 if sees_label else 0), HIDDEN))
    if kind == "dimreduction":
        parts.append(cluster_heads(N_CLASSES, N_CODES))
    if kind in WITH_CLASSES:
        settings["n_classes"] = N_CLASSES
    return KINDS[kind](*parts, prior=priors.Gaussian(N_CODES, n_labels=N_CLASSES), **settings)


def trajectory(kind, settings, ways, compiled, optimizer):
    """Losses of every step [steps, losses], and the weights after the last one [weights], both float32."""
    keras.utils.set_random_seed(7)
    model = tiny_model(kind, settings, ways)
    rates = {SGD: {"learning_rate": 0.02, "momentum": 0.5}, Adam: {"learning_rate": 1e-3, "beta_1": 0.5}}[optimizer]
    phases = model.phases_under(compiled.get("update"))
    model.compile({phase.name: optimizer(**rates) for phase in phases}, **compiled)
    draw = np.random.default_rng(3)
    images = draw.uniform(-1, 1, (STEPS, BATCH, *SHAPE)).astype(np.float32)
    labels = draw.integers(0, N_CLASSES, (STEPS, BATCH)).astype(np.int32)
    labels[:, ::3] = -1 if kind != "supervised" else 0
    step, losses = tf.function(model.train_step), []
    for batch in zip(images, labels, strict=True):
        for metric in model.metrics:
            metric.reset_state()
        logs = step(tuple(map(tf.constant, batch)))
        losses.append([float(logs[name]) for name in sorted(logs)])
    weights = [np.ravel(weight) for weight in model.weights if weight.dtype == "float32"]
    return np.array(losses, np.float32), np.concatenate(weights)


@pytest.mark.parametrize("case", [slow(case) if case in SLOW else case for case in CASES])
def test_training_goes_the_way_it_went(case):
    with np.load(STORED) as stored:
        expected_losses, expected_weights = stored[f"{case} losses"], stored[f"{case} weights"]
    losses, weights = trajectory(*CASES[case])
    np.testing.assert_allclose(losses, expected_losses, rtol=1e-5, atol=1e-6)
    assert weights.shape == expected_weights.shape
    assert np.linalg.norm(weights - expected_weights) < 1e-5 * np.linalg.norm(expected_weights)


if __name__ == "__main__":
    found = {case: trajectory(*arguments) for case, arguments in CASES.items()}
    np.savez_compressed(
        STORED,
        **{f"{case} losses": losses for case, (losses, _) in found.items()},
        **{f"{case} weights": weights for case, (_, weights) in found.items()},
    )
