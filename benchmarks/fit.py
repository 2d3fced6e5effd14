"""What a whole run loses against the bare step: input, callbacks, summaries, held-out figures, checkpoints, pictures.

python benchmarks/fit.py

Trains on as many random images as MNIST has, with all that a run of the scripts writes. Between epochs
the bare step is timed on a twin of the model, and that time taken out of the run's. Prints a line of JSON.
"""

import json
import os
import tempfile
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from aae.data.splits import Split
from aae.training.fit import train
from aae.training.hardware import fastest_jit, fastest_precision
from aae.training.run_folder import RunFolder
from aae_step import BATCH, IMAGE_SHAPE, compiled_step, random_batch

from models import compiled_model

N_TRAIN, N_TEST, EPOCHS = 60_000, 10_000, 21
WARM = 10  # the epochs before count for nothing: the first pictures and checkpoint load what later ones need
BARE_STEPS = 60


class Clock(keras.callbacks.Callback):
    """Times the run after its first epochs, and the bare step between epochs."""

    def __init__(self, bare):
        super().__init__()
        self.bare = bare
        self.bare_seconds = []
        self.taken_out = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        """Times the bare step."""
        if epoch < WARM:
            return
        before = time.perf_counter()
        self.start = before if epoch == WARM else self.start
        for _ in range(BARE_STEPS):
            last = self.bare()
        float(last)
        self.bare_seconds.append((time.perf_counter() - before) / BARE_STEPS)
        self.taken_out += time.perf_counter() - before

    def on_epoch_end(self, epoch, logs=None):
        """Notes when the last epoch ended, callbacks before this one included."""
        if epoch == EPOCHS - 1:
            self.seconds = time.perf_counter() - self.start - self.taken_out


def random_split(name, n_images):
    """Random images without meaning."""
    generator = np.random.default_rng(n_images)
    labels = generator.integers(0, 10, n_images).astype(np.int32)
    return Split(name, generator.integers(0, 256, (n_images, *IMAGE_SHAPE), np.uint8), labels, "random numbers")


def main():
    """Prints how many times as long a step takes in a run as alone."""
    keras.utils.set_random_seed(0)
    ways = {"precision": fastest_precision(), "jit_compile": fastest_jit()}
    twin, model = compiled_model("aae", **ways), compiled_model("aae", **ways)
    bare = compiled_step(twin, random_batch(twin), ways["jit_compile"])
    for _ in range(10):
        bare()
    clock = Clock(bare)
    split, test = random_split("train", N_TRAIN), random_split("test", N_TEST)
    unlabelled = np.full(N_TRAIN, -1, np.int32)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"epochs": EPOCHS, "batch_size": BATCH, "seed": 0, "verbose": 0, "callbacks": [clock]}
        train(model, split, unlabelled, {"test": test}, RunFolder(folder), {"experiment": {}}, **settings)
    step = 1000 * clock.seconds / ((EPOCHS - WARM) * (N_TRAIN // BATCH))
    bare = 1000 * float(np.median(clock.bare_seconds))
    print(json.dumps({"fit_milliseconds": step, "bare_milliseconds": bare, "ratio": step / bare}))


if __name__ == "__main__":
    main()
