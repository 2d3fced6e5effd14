"""From arrays in memory to batches: shuffled, scaled and gathered inside tf.data's graph."""

import tensorflow as tf

from ..errors import InputError


def training_batches(images, labels, batch_size, seed, first_epoch=0):
    """Endless batches, in an order that is drawn anew for each epoch from the seed and the epoch's number.

    An epoch has ``len(images) // batch_size`` batches; the images left over are others in every epoch. The images stay
    uint8 in memory, and a batch is gathered from them in one operation.

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n], -1 for none.
        batch_size: Images in a batch, 1 to n.
        seed: Seed of the order.
        first_epoch: Epoch to begin with; the batches are then those of a run that had come so far.

    Returns:
        ``tf.data.Dataset`` of (float32 [batch_size, height, width, channels] in [-1, 1], int32 [batch_size]).

    Raises:
        InputError: If ``batch_size`` is out of range.
    """
    if not 1 <= batch_size <= len(images):
        raise InputError(f"batches of {batch_size:,} from {len(images):,} images: expected 1 to {len(images):,}")
    images, labels = tf.constant(images), tf.constant(labels, tf.int32)

    def one_epoch(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(images)), [seed, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size, drop_remainder=True)

    def gather(order):
        return scale(tf.gather(images, order)), tf.gather(labels, order)

    epochs = tf.data.Dataset.counter(first_epoch)
    return epochs.flat_map(one_epoch).map(gather, num_parallel_calls=1).prefetch(2)


def half_labelled_batches(images, labels, batch_size, seed):
    """Endless batches of which half the images have a label and half have none, each half as in ``training_batches``.

    The labelled images, fewer as a rule, come round more often than the others.

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n], -1 for none; there must be some of either kind.
        batch_size: Images in a batch, at least 2.
        seed: Seed of the orders.

    Returns:
        ``tf.data.Dataset`` as of ``training_batches``.

    Raises:
        InputError: If a half is larger than the images there are for it.
    """
    has_label = labels >= 0
    n_labelled = batch_size // 2
    labelled = training_batches(images[has_label], labels[has_label], n_labelled, seed)
    unlabelled = training_batches(images[~has_label], labels[~has_label], batch_size - n_labelled, seed + 1)

    def join(first, second):
        return tuple(tf.concat(parts, axis=0) for parts in zip(first, second, strict=True))

    return tf.data.Dataset.zip(labelled, unlabelled).map(join)


def evaluation_batches(images, labels, batch_size=1000):
    """All images once, in their order.

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n].
        batch_size: Images in a batch; the last one may have fewer.

    Returns:
        ``tf.data.Dataset`` of (float32 [batch, height, width, channels] in [-1, 1], int32 [batch]).
    """
    batches = tf.data.Dataset.from_tensor_slices((images, labels.astype("int32"))).batch(batch_size)
    return batches.map(lambda batch, labels: (scale(batch), labels)).prefetch(2)


def scale(images):
    """uint8 images in [0, 255] to float32 in [-1, 1]."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0
