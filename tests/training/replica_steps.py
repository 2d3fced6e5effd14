"""Trains small models for 30 steps and saves their weights: python replica_steps.py DIGITS FILE STRATEGIES MODELS.

DIGITS is a file with images and labels. STRATEGIES and MODELS are names with commas between them; the file gets the
weights and the losses of each strategy and model.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from aae.config import ModelConfig
from aae.data.pipeline import classification_batches, training_batches
from aae.models.build import build_model
from aae.training.distribution import make_strategy

from tests.conftest import IMAGE_SHAPE

STEPS, BATCH = 30, 60


def labelled_aae():
    """Figure 3's, noise on its input, most rows of a batch labelled, whichever replica takes them."""
    model = small_model("aae", prior="gmm", sees_labels=True, input_noise=0.3, ema_decay=0.9)
    model.compile()
    return model


def semisupervised():
    """Figure 8's, classifying at every third step, its posterior universal."""
    model = small_model("semisupervised", posterior="universal", posterior_noise=3)
    model.compile(classify_every=3, update="joint")
    return model


def clustering():
    """Figure 9's, its games told the class, two encodings and the shares of the clusters."""
    ways = {"conditional": True, "paired": True, "paired_from": 10, "adversarial_noise": 0.5}
    shares = {"class_shares": "estimated", "estimate_from": 15}
    networks = {"n_clusters": 10, "batch_norm": "none"}
    model = small_model("clustering", posterior="deterministic", input_noise=0.3, **networks, **ways, **shares)
    model.compile()
    return model


def small_model(kind, **settings):
    """A model with two small layers in each network."""
    return build_model(ModelConfig(kind, hidden=(16, 16), **settings), IMAGE_SHAPE, 10)


def main(digits, path, strategies, models):
    """Trains the models and saves the weights, the averaged ones too, by strategy and model."""
    strategies, models = strategies.split(","), models.split(",")
    if "mirrored" in strategies:
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    weights = {}
    for name in strategies:
        strategy = make_strategy(name)
        with np.load(digits) as stored:
            images, labels = stored["images"], stored["labels"]
        order = np.arange(len(images))
        most, few = np.where(order % 5 > 0, labels, -1), np.where(order % 5 == 0, labels, -1)
        batches = {
            labelled_aae: training_batches(images, most, BATCH, seed=0),
            semisupervised: classification_batches(images, few, BATCH, seed=0),
            clustering: training_batches(images, most, BATCH, seed=0),
        }
        for make in (make for make in batches if make.__name__ in models):
            keras.utils.set_random_seed(0)
            with strategy.scope():
                model = make()
            history = model.fit(batches[make], steps_per_epoch=STEPS, verbose=0).history
            floats = [variable for variable in model.weights if variable.dtype == "float32"]
            key = f"{name} {make.__name__}"
            weights[key] = np.concatenate([keras.ops.convert_to_numpy(v).ravel() for v in floats])
            weights[f"{key} losses"] = np.array([history[loss][0] for loss in sorted(history)])
    np.savez(path, **weights)


if __name__ == "__main__":
    main(*sys.argv[1:])
