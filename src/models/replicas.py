"""What a training step needs where several replicas share a batch, under ``tf.distribute``.

Every replica is given as many rows of the global batch as the others, in their order. A step that keeps to the
functions here does on any number of replicas what it does on one.
"""

import tensorflow as tf


def n_replicas():
    """Replicas that share the batch of the step being traced; 1 outside one."""
    context = tf.distribute.get_replica_context()
    return context.num_replicas_in_sync if context else 1


def gradient_scale():
    """What a replica's gradients are multiplied by, since optimisers sum those of all replicas; None for 1."""
    n = n_replicas()
    return None if n == 1 else tf.constant(1 / n)


def all_reduce_sum(value):
    """The sum of ``value`` over the replicas."""
    if n_replicas() == 1:
        return value
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, value)


def shard_rows(draw, n_rows):
    """This replica's rows of what is drawn for the global batch, so that no two replicas use the same numbers.

    Args:
        draw: Function from a number of rows to a tensor of as many, its random numbers from a seed that all share.
        n_rows: Rows of this replica, an int32 scalar.
    """
    if n_replicas() == 1:
        return draw(n_rows)
    first = _index() * n_rows
    return draw(n_rows * n_replicas())[first : first + n_rows]


def pad_to_global(labels):
    """``labels``, int [batch], at this replica's rows of the global batch; the rows of the others are -1."""
    if n_replicas() == 1:
        return labels
    n_rows = tf.shape(labels)[0]
    before = _index() * n_rows
    after = n_rows * (n_replicas() - 1) - before
    return tf.pad(labels, [[before, after]], constant_values=-1)


def _index():
    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.int32)
