"""The products counted from the layers against those of the traced step."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.conftest import IMAGE_SHAPE, slow

FOLDER = str(Path(__file__).parents[2] / "benchmarks")
BATCH = 32


@pytest.fixture(scope="module")
def benchmark_modules():
    """``models`` and ``products`` of the benchmarks."""
    sys.path.insert(0, FOLDER)
    yield importlib.import_module("models"), importlib.import_module("products")
    sys.path.remove(FOLDER)


def traced_flops(model, data):
    """Multiplications and additions of every product in TensorFlow's graph of a step that anything comes of."""
    graph = tf.function(model.train_step, autograph=False).get_concrete_function(data).graph
    # Gradients that nobody asked for are traced too, and left out when the graph runs.
    needed, waiting = set(), [op for op in graph.get_operations() if op.op_def.is_stateful]
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
    total = 0
    for operation in (op for op in needed if op.type == "MatMul"):
        left, right = operation.inputs
        rows, inner = reversed(left.shape) if operation.get_attr("transpose_a") else left.shape
        columns = right.shape[0] if operation.get_attr("transpose_b") else right.shape[1]
        # Batch normalisation takes its means as products of one row; they are no layer's.
        total += 2 * rows * inner * columns if rows > 1 else 0
    return total


@pytest.mark.parametrize(
    ("kind", "update"),
    [
        ("aae", "alternating"),
        ("clustering", "joint"),
        slow("aae", "joint"),
        slow("supervised", "alternating"),
        slow("supervised", "joint"),
        slow("clustering", "alternating"),
    ],
)
def test_products_are_those_of_the_traced_step(benchmark_modules, kind, update):
    models, products = benchmark_modules
    model = models.compiled_model(kind, n_codes=3, width=20, update=update)
    data = tf.zeros((BATCH, *IMAGE_SHAPE)), tf.zeros([BATCH], tf.int32)
    counted = products.flops(products.step_products(model, BATCH, update))
    assert counted == pytest.approx(traced_flops(model, data), rel=1e-3)


def test_a_product_counts_multiplications_and_additions(benchmark_modules):
    _, products = benchmark_modules
    left, right = np.ones((2, 3)), np.ones((3, 4))
    multiplications = sum(1 for _ in np.ndindex(*left.shape, right.shape[1]))
    assert products.Product(2, 3, 4).flops == 2 * multiplications
