"""A contestant of ``streaming.py``: python streaming_worker.py FOLDER CACHE trains the AAE on a set kept in one way."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf
from aae.data import load_split
from aae.training.fit import training_stream
from aae.training.hardware import fastest_precision
from worker import serve

from models import compiled_model

BATCH = 128


def main(folder, cache):
    """Serves steps."""
    tf.keras.utils.set_random_seed(0)
    split = load_split("train", folder, cache=cache)
    model = compiled_model("aae", precision=fastest_precision())
    batches = iter(training_stream(model, split.images, split.labels, BATCH, seed=0))

    @tf.function
    def step(data):
        return model.train_step(data)["reconstruction_loss"]

    last = []

    def one_step():
        last[:] = [step(next(batches))]

    serve(one_step, lambda: float(last[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
