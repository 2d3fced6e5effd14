"""A worker of ``scaling.py``: python scaling_worker.py ROWS STEPS, with TF_CONFIG; prints the times of its rounds."""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

ROUNDS = 3


def main(rows, steps):
    """Prints the milliseconds of a step in each round."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    from aae.training.hardware import fastest_precision

    from models import IMAGE_SHAPE, compiled_model

    tf.keras.utils.set_random_seed(0)
    with strategy.scope():
        model = compiled_model("aae", precision=fastest_precision())
    batch = rows * strategy.num_replicas_in_sync
    images, labels = tf.random.uniform((batch, *IMAGE_SHAPE), -1, 1), tf.fill([batch], -1)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    batches = tf.data.Dataset.from_tensors((images, labels)).cache().repeat().with_options(options)
    batches = iter(strategy.experimental_distribute_dataset(batches))

    @tf.function
    def step(data):
        return strategy.run(lambda data: model.train_step(data)["reconstruction_loss"], args=(data,))

    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        for _ in range(steps):
            last = step(next(batches))
        strategy.experimental_local_results(last)[0].numpy()
        times.append(1000 * (time.perf_counter() - start) / steps)
    print(json.dumps(times[1:]), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
