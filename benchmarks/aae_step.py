"""A step of this package as a contestant.

python benchmarks/aae_step.py semisupervised bfloat16 xla joint

The kind of model first, then any of: "bfloat16", "xla", "joint", "deterministic", and the names of ``models.EXTRAS``.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf
from worker import serve

from models import EXTRAS, IMAGE_SHAPE, compiled_model

BATCH = 128


def compiled_step(model, data, xla=False):
    """A function of nothing that makes a training step of ``model`` on ``data`` and gives a tensor to wait for."""

    @tf.function(jit_compile=xla, autograph=False)
    def step(data):
        return model.train_step(data)["reconstruction_loss"]

    return lambda: step(data)


def random_batch(model, batch=BATCH, image_shape=IMAGE_SHAPE):
    """Noise for images, with the neighbours and the labels that ``model`` reads."""
    images, labels = tf.random.uniform((batch, *image_shape), -1, 1), tf.zeros([batch], tf.int32)
    inputs = (images, images) if model.takes_neighbours else images
    return inputs, (images, labels) if model.learns_to_classify else labels


def main(kind, *words):
    """Serves steps."""
    tf.keras.utils.set_random_seed(0)
    if "deterministic" in words:
        tf.config.experimental.enable_op_determinism()
    precision = "bfloat16" if "bfloat16" in words else "float32"
    extras = [word for word in words if word in EXTRAS]
    update = "joint" if "joint" in words else "alternating"
    model = compiled_model(kind, extras=extras, precision=precision, update=update)
    step = compiled_step(model, random_batch(model), "xla" in words)
    serve(step, lambda: float(model.reconstruction_loss.result()))


if __name__ == "__main__":
    main(*sys.argv[1:])
