"""How the cost of training grows: with the images, the width of the layers, the batch and the codes.

python benchmarks/growth.py images

One axis a process. Prints a line of JSON for each point: what grows, its value, milliseconds of a step (of an epoch's
start and first batches where images grow), and the peak resident memory of the process in MB.
"""

import json
import os
import resource
import statistics
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from aae.data.arrays import aligned_empty
from aae.data.pipeline import training_batches
from aae.training.hardware import fastest_precision
from aae_step import BATCH, IMAGE_SHAPE, compiled_step, random_batch

from models import compiled_model

AXES = {
    "images": (10_000, 60_000, 480_000),
    "width": (250, 500, 1000, 2000, 4000),
    "batch": (32, 128, 512, 2048),
    "codes": (2, 8, 32, 128, 512),
}
ROUNDS = 5


def seconds(call, repeats):
    """Median seconds of ``call`` over rounds of ``repeats``."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        rounds.append((time.perf_counter() - start) / repeats)
    return statistics.median(rounds)


def grow(axis, value):
    """Milliseconds at one point of an axis: of a step, or where images grow of an epoch of batches without training."""
    if axis == "images":
        images = aligned_empty((value, *IMAGE_SHAPE))
        images[:] = np.random.default_rng(0).integers(0, 256, IMAGE_SHAPE, np.uint8)
        batches = training_batches(images, np.full(value, -1, np.int32), BATCH, seed=0)
        batches = iter(batches)
        return 1000 * seconds(lambda: next(batches), value // BATCH) * (value // BATCH)
    sizes = {"width": {"width": value}, "codes": {"n_codes": value}}.get(axis, {})
    model = compiled_model("aae", precision=fastest_precision(), **sizes)
    step = compiled_step(model, random_batch(model, value if axis == "batch" else BATCH))
    for _ in range(3):
        step()

    def wait(repeats=5):
        for _ in range(repeats):
            last = step()
        float(last)

    return 1000 * seconds(wait, 1) / 5


def main(axis, value):
    """Prints one point."""
    tf.keras.utils.set_random_seed(0)
    milliseconds = grow(axis, int(value))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"axis": axis, "value": int(value), "milliseconds": milliseconds, "peak_megabytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
