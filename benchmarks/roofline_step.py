"""What a training step cannot do without, and nothing else, as a contestant: its matrix products and Adam's memory.

python benchmarks/roofline_step.py bfloat16 joint

Every product of the step, each on its own matrices, one after the other; then a copy of as many bytes as Adam reads and
writes, by as many threads as there are cores. No network, no activation, no loss, no cast, no random number.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from aae_step import BATCH
from products import ADAM_BYTES, moved_parameters, step_products
from worker import serve

from models import compiled_model


def product_step(products, precision):
    """A function of nothing that computes ``products`` in turn."""
    factors = [_factors(product, precision) for product in products]

    @tf.function
    def step(factors):
        # TensorFlow leaves out a product that nothing reads; one of its numbers is read, and then the next one begins.
        read = tf.zeros([], precision)
        for product, (left, right) in zip(products, factors, strict=True):
            with tf.control_dependencies([read]):
                result = tf.matmul(left, right, product.transposed_left, product.transposed_right)
            read += result[0, 0]
        return read

    return lambda: float(step(factors))


def copy_step(n_bytes, n_threads):
    """A function of nothing that reads and writes ``n_bytes`` together."""
    source = np.ones(n_bytes // 2 // n_threads, np.uint8)
    pairs = [(source.copy(), source.copy()) for _ in range(n_threads)]
    threads = ThreadPoolExecutor(n_threads)
    return lambda: list(threads.map(lambda pair: np.copyto(*pair), pairs))


def _factors(product, precision):
    rows, inner, columns, *_ = product
    left = (inner, rows) if product.transposed_left else (rows, inner)
    right = (columns, inner) if product.transposed_right else (inner, columns)
    return tuple(tf.cast(tf.random.normal(shape), precision) for shape in (left, right))


def main(*words):
    """Serves steps."""
    precision = "bfloat16" if "bfloat16" in words else "float32"
    update = "joint" if "joint" in words else "alternating"
    model = compiled_model("aae")
    multiply = product_step(step_products(model, BATCH, update), precision)
    copy = copy_step(int(moved_parameters(model, update) * ADAM_BYTES), os.cpu_count())
    serve(lambda: (multiply(), copy()), lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
