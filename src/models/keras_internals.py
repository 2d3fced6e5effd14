"""All that relies on the internals of Keras and TensorFlow, each thing with its reason.

Their documentation promises none of it; each has a test that fails when they change.
"""

import contextlib

import keras
import tensorflow as tf
from tensorflow.python.framework import ops


@contextlib.contextmanager
def without_xla(model):
    """While it is entered, a train function that Keras makes for ``model`` is left to TensorFlow.

    Keras would have XLA compile the step with what it puts round it, assertions that stop training included. With this,
    ``train_step`` can have the step alone compiled and look at the losses outside.
    """
    asked_for, model.jit_compile = model.jit_compile, False
    try:
        yield
    finally:
        model.jit_compile = asked_for


def compiled_by_xla(step):
    """``step``, compiled by XLA inside the graph that calls it.

    XLA leaves assertions out of what it compiles, in silence: whatever they guard must be looked at by the caller.
    """
    return tf.function(step, jit_compile=True)


def release_graph(graph):
    """Lets ``graph`` be freed with the model whose traced step it is; to be called when its gradients are taken.

    TensorFlow keeps all custom gradients for good, and with each the whole graph in which it stands
    (tensorflow/tensorflow#97697). Batch normalisation has some, and every optimiser of Keras: a process that trains
    many models, as a grid search does, would grow by some 30 MB with every one.
    """
    for operation in graph.get_operations():
        if operation.type == "IdentityN":
            name = operation.node_def.attr["_gradient_op_type"].s.decode()
            ops.gradient_registry._registry.pop(name, None)


def make_in_turns(model, make, turns, whose_turn):
    """Gives ``model`` a train function that is one of several, each traced in another state of the model.

    Keras keeps what it makes in ``model.train_function`` and makes another one only if forced to.

    Args:
        model: The model.
        make: Its ``make_train_function``, Keras's own.
        turns: What ``whose_turn`` may give, one train function for each.
        whose_turn: Function, called before every call of the train function; it brings the model into the state of the
            turn that it gives, in which the first call traces.
    """
    functions = {}
    for turn in turns:
        make(force=True)
        functions[turn] = model.train_function
    model.train_function = lambda iterator: functions[whose_turn()](iterator)


def forget_functions(model):
    """Has Keras make the functions of ``model`` again: it keeps those made for another ``steps_per_execution``."""
    model.train_function = model.test_function = None


def nothing_to_build(model, iterator=None, data_batch=None):
    """Stands for ``_maybe_symbolic_build`` of a model that is built when it is made.

    Keras's own averages a batch over the workers of a strategy, and fails where the batch is a tuple.
    """


def set_policy(layers, policy):
    """Has built ``layers`` compute in another dtype policy from the next call or trace on, their weights as they are.

    Keras documents the policy as settled when a layer is made, but reads it at every call.
    """
    for layer in layers:
        layer.dtype_policy = policy


def random_states(model):
    """The states of all random generators of ``model``, dropout's among them, a list of variables.

    Keras does not save them; what they have in common is the name that ``keras.random.SeedGenerator`` gives its own.
    """
    return [variable for variable in model.variables if variable.name == "seed_generator_state"]


def results_of_step(metrics):
    """What a step returns, a dictionary of scalars, so that Keras can average it over the replicas.

    Between several workers it takes the mean over axis 0 too, which scalars do not have.
    """
    if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        return keras.tree.map_structure(lambda value: tf.convert_to_tensor(value)[None], metrics)
    return metrics


def adam_handles(optimizer, variable):
    """What TensorFlow's fused Adam moves: the handles of ``variable`` and of its two moments in ``optimizer``."""
    index = optimizer._get_variable_index(variable)
    return variable.handle, optimizer._momentums[index].value.handle, optimizer._velocities[index].value.handle


def momentum_handles(optimizer, variable):
    """What TensorFlow's fused momentum moves: the handles of ``variable`` and of its momentum in ``optimizer``."""
    index = optimizer._get_variable_index(variable)
    return variable.handle, optimizer.momentums[index].value.handle


def layer_of(tensor):
    """The layer of a functional model that gives ``tensor``, and the tensors that it takes for that.

    Keras tells a model's layers, but not which of them lead to one of several outputs.
    """
    layer, node, _ = tensor._keras_history
    return layer, layer._inbound_nodes[node].input_tensors
