"""What this package relies on in Keras and TensorFlow beyond what they promise: a failure says that they changed."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.models import keras_internals


class Plain(keras.Model):
    """A model whose step does what it is given, on no data at all."""

    def __init__(self, step):
        super().__init__()
        self.step = step
        self.built = True
        self.asked_to_build = 0

    def train_step(self, data):
        return {"result": self.step()}

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        self.asked_to_build += 1


def result(model):
    return float(model.train_on_batch(np.zeros((1, 1), np.float32), return_dict=True)["result"])


def test_what_keras_makes_inside_is_not_compiled_by_xla():
    """XLA knows no call of Python."""
    model = Plain(lambda: tf.py_function(lambda: 3.0, [], tf.float32))
    model.compile(jit_compile=True)
    with keras_internals.without_xla(model):
        model.make_train_function()
    assert model.jit_compile is True
    assert result(model) == 3
    model.make_train_function(force=True)
    with pytest.raises(tf.errors.OpError):
        result(model)


def test_an_error_inside_leaves_what_was_asked_for():
    model = Plain(lambda: 0.0)
    model.compile(jit_compile=True)
    with pytest.raises(RuntimeError), keras_internals.without_xla(model):
        raise RuntimeError
    assert model.jit_compile is True


def test_xla_leaves_assertions_out():
    def step(value):
        tf.debugging.Assert(value < 0, ["not negative"])
        return value + 1

    assert keras_internals.compiled_by_xla(step)(tf.constant(1.0)) == 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="not negative"):
        tf.function(step)(tf.constant(1.0))


def test_train_functions_in_turns_are_traced_once_each():
    traced, turns = [], iter(["one", "two", "two", "one"])

    def step():
        traced.append(model.turn)
        return tf.constant({"one": 1.0, "two": 2.0}[model.turn])

    def whose_turn():
        model.turn = next(turns)
        return model.turn

    model = Plain(step)
    model.compile()
    keras_internals.make_in_turns(model, model.make_train_function, ["one", "two"], whose_turn)
    assert [result(model) for _ in range(4)] == [1, 2, 2, 1]
    assert traced == ["one", "two"]


def test_keras_keeps_a_function_until_it_is_forgotten():
    model = Plain(lambda: 0.0)
    model.compile()
    model.make_train_function()
    model.make_test_function()
    kept = model.train_function, model.test_function
    model.make_train_function()
    model.make_test_function()
    assert (model.train_function, model.test_function) == kept
    keras_internals.forget_functions(model)
    model.make_train_function()
    model.make_test_function()
    assert model.train_function is not kept[0]
    assert model.test_function is not kept[1]


def test_keras_asks_models_to_build_and_ours_have_nothing_to(small_model):
    plain = Plain(lambda: 0.0)
    plain.compile()
    result(plain)
    assert plain.asked_to_build == 1
    model = small_model()
    assert model._maybe_symbolic_build(data_batch=(None, None)) is None


def test_a_policy_set_later_is_that_of_the_next_call():
    layer = keras.layers.Dense(4)
    layer.build((None, 3))
    kernel, inputs = layer.kernel.numpy(), np.ones((2, 3), np.float32)
    keras_internals.set_policy([layer], "mixed_bfloat16")
    assert layer(inputs).dtype == tf.bfloat16
    assert layer.kernel.dtype == "float32"
    keras_internals.set_policy([layer], "float32")
    assert layer(inputs).dtype == tf.float32
    np.testing.assert_array_equal(layer.kernel, kernel)


def test_the_states_of_all_generators_are_found(small_model):
    model = small_model(dropout=0.5, hidden=(4,))
    states = keras_internals.random_states(model)
    # The model's own, and those of dropout in encoder and decoder.
    assert len(states) == 3
    before = [state.numpy() for state in states]
    model.decoder(model.infer(np.zeros((2, 28, 28, 1), np.float32)).z, training=True)
    assert all((state.numpy() != old).any() for state, old in zip(states, before, strict=True))


def test_between_workers_results_have_an_axis_to_take_the_mean_over(monkeypatch):
    scalars = {"loss": tf.constant(2.0)}
    assert keras_internals.results_of_step(scalars)["loss"].shape == ()
    workers = object.__new__(tf.distribute.MultiWorkerMirroredStrategy)
    monkeypatch.setattr(tf.distribute, "get_strategy", lambda: workers)
    assert keras_internals.results_of_step(scalars)["loss"].shape == (1,)


def read(handle):
    return tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32).numpy()


def test_the_handles_of_adam_are_those_of_the_variable_and_its_moments():
    one, other, gradient = keras.Variable([1.0, 2.0]), keras.Variable([5.0]), np.array([3.0, -1.0], np.float32)
    optimizer = keras.optimizers.Adam(0.0, beta_1=0.5, beta_2=0.75)
    optimizer.build([other, one])
    optimizer.apply([np.zeros(1, np.float32), gradient], [other, one])
    value, first, second = map(read, keras_internals.adam_handles(optimizer, one))
    np.testing.assert_allclose(value, [1.0, 2.0])
    np.testing.assert_allclose(first, 0.5 * gradient)
    np.testing.assert_allclose(second, 0.25 * gradient**2)


def test_the_handles_of_momentum_are_those_of_the_variable_and_its_momentum():
    one, other, gradient = keras.Variable([1.0, 2.0]), keras.Variable([5.0]), np.array([3.0, -1.0], np.float32)
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    optimizer.build([other, one])
    optimizer.apply([np.zeros(1, np.float32), gradient], [other, one])
    value, momentum = map(read, keras_internals.momentum_handles(optimizer, one))
    np.testing.assert_allclose(value, [1.0, 2.0] - 0.5 * gradient)
    np.testing.assert_allclose(momentum, -0.5 * gradient)


def test_the_layer_that_gives_a_tensor_and_what_it_takes():
    inputs = keras.Input((3,))
    halves, double = keras.layers.Dense(2), keras.layers.Dense(4)
    middle = halves(inputs)
    layer, taken = keras_internals.layer_of(double(middle))
    assert layer is double
    assert taken == [middle]
    assert keras_internals.layer_of(taken[0])[0] is halves
    assert keras_internals.layer_of(inputs)[1] == []
