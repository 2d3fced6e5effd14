import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from aae.data.pipeline import to_range
from aae.models.regularization import AdversarialGame
from tensorflow.python.framework.func_graph import FuncGraph

from tests.conftest import kinds_of_which, slow

STEPS = 3


def fitted(model, few_digits, jit_compile):
    """The model after three steps, one execution."""
    model.compile(
        {phase.name: keras.optimizers.SGD(1e-3) for phase in model.phases},
        jit_compile=jit_compile,
        steps_per_execution=STEPS,
    )
    images, labels = to_range(few_digits.images[:96]), tf.constant(few_digits.labels[:96], tf.int32)
    data = (images, (images, labels)) if model.learns_to_classify else (images, labels)
    model.fit(tf.data.Dataset.from_tensor_slices(data).batch(96 // STEPS), shuffle=False, verbose=0)
    return model


@pytest.fixture
def no_chance(monkeypatch):
    """Numbers that XLA does not draw otherwise: one for all noise, one-hot vectors in turn for samples of a prior."""
    monkeypatch.setattr(keras.random, "normal", lambda shape, **_: tf.fill(shape, 0.3))
    monkeypatch.setattr(
        AdversarialGame,
        "sample_prior",
        lambda _, codes, labels, seed: tf.one_hot(tf.range(tf.shape(codes)[0]) % codes.shape[1], codes.shape[1]),
    )


@pytest.mark.slow
@kinds_of_which("aae")
def test_xla_trains_to_the_same_weights(model_of_kind, few_digits, no_chance, kind):
    plain, compiled = (fitted(model_of_kind(kind), few_digits, xla) for xla in (False, True))
    assert plain.variables
    for variable, twin in zip(plain.trainable_variables, compiled.trainable_variables, strict=True):
        np.testing.assert_allclose(variable, twin, rtol=1e-4, atol=1e-5, err_msg=variable.path)


@pytest.mark.slow
def test_it_is_xla_that_compiles_the_step(small_model, few_digits, monkeypatch):
    """It refuses operations that it does not know, such as a call of Python."""
    model = small_model()
    infer = model.infer
    monkeypatch.setattr(model, "infer", lambda images: (tf.py_function(list, [], []), infer(images))[1])
    fitted(model, few_digits, jit_compile=False)
    with pytest.raises(tf.errors.OpError, match="unsupported operations"):
        fitted(model, few_digits, jit_compile=True)


def graphs():
    """Those of functions that are in memory now: a set of weak references."""
    return {weakref.ref(each) for each in gc.get_objects() if isinstance(each, FuncGraph)}


@pytest.mark.parametrize(("kind", "jit_compile"), [("aae", False), slow("aae", True), slow("semisupervised", False)])
def test_a_model_is_freed_with_the_graph_of_its_step(model_of_kind, few_digits, kind, jit_compile):
    """Or a search over settings, which trains many, would run out of memory."""
    of_others = graphs()
    model = fitted(model_of_kind(kind, batch_norm=True), few_digits, jit_compile)
    of_model = graphs() - of_others
    assert of_model
    del model
    gc.collect()
    assert not [graph().name for graph in of_model if graph() is not None]


def test_under_a_strategy_training_continues_without(small_model):
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = small_model()
        with pytest.warns(UserWarning, match="replicas share"):
            model.compile(jit_compile=True)
    assert not model.jit_compile
