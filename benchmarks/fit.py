"""What a whole run loses against the bare step: input, callbacks, summaries, held-out metrics, checkpoints, pictures.

python benchmarks/fit.py

Trains on as many random images as MNIST has, with all that a run of the scripts writes, pictures and checkpoint after
the tenth epoch as by default. Between epochs the bare step is timed on a twin of the model, and that time taken out of
the run's. What happens once, as tracing and the loading of libraries, does not count. Prints a line of JSON.
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

N_TRAIN, N_TEST, EPOCHS = 60_000, 10_000, 10
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
        if epoch == 0:
            return
        before = time.perf_counter()
        self.start = before if epoch == 1 else self.start
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


def run(model, n_images, epochs, *callbacks):
    """A whole run on ``n_images``, in a folder that does not stay."""
    split, test = random_split("train", n_images), random_split("test", N_TEST)
    unlabelled = np.full(n_images, -1, np.int32)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"epochs": epochs, "batch_size": BATCH, "seed": 0, "verbose": 0, "callbacks": callbacks}
        train(model, split, unlabelled, {"test": test}, RunFolder(folder), {"experiment": {}}, **settings)


def main():
    """Prints how many times as long a step takes in a run as alone."""
    keras.utils.set_random_seed(0)
    ways = {"precision": fastest_precision(), "jit_compile": fastest_jit()}
    twin, model = compiled_model("aae", **ways), compiled_model("aae", **ways)
    bare = compiled_step(twin, random_batch(twin), ways["jit_compile"])
    for _ in range(10):
        bare()
    run(compiled_model("aae", **ways), BATCH, epochs=1)
    clock = Clock(bare)
    run(model, N_TRAIN, EPOCHS, clock)
    step = 1000 * clock.seconds / ((EPOCHS - 1) * (N_TRAIN // BATCH))
    bare = 1000 * float(np.median(clock.bare_seconds))
    print(json.dumps({"fit_milliseconds": step, "bare_milliseconds": bare, "ratio": step / bare}))


if __name__ == "__main__":
    main()
