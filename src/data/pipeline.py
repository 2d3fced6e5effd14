"""From arrays in memory to batches: shuffled, scaled and gathered inside tf.data's graph."""

import numpy as np
import tensorflow as tf

from ..errors import InputError
from .arrays import as_tensor, rows
from .on_disk_images import OnDiskImages

TANH_RANGE = (-1.0, 1.0)


def training_batches(
    images, labels, batch_size, seed, first_step=0, image_range=TANH_RANGE, neighbours=None, n_beside=1
):
    """Endless batches, each epoch in an order of its own, drawn from the seed and the epoch's number.

    An epoch has ``len(images) // batch_size`` batches; the images left over are others in every epoch. In memory the
    images stay uint8, and a batch is gathered from them in one operation; those on disk are mixed as their store can.
    Rows of scaled features, float32 in [0, 1] [n, features], are taken like images everywhere here.

    Args:
        images: uint8 [n, height, width, channels], an array or ``OnDiskImages``.
        labels: int [n], -1 for none.
        batch_size: Images in a batch, 1 to n.
        seed: Seed of the order.
        first_step: Step to begin with, counted from 0; the batches are those of a run that had come so far.
        image_range: Lowest and highest value of a pixel in the batches.
        neighbours: For images in memory: int32 [n, n_neighbours], indices of the neighbours of every image, some of
            which, drawn anew in every epoch, come beside it; see ``neighbours.mutual_neighbours``.
        n_beside: How many of them, drawn with replacement.

    Returns:
        ``tf.data.Dataset`` of (float32 [batch_size, height, width, channels], int32 [batch_size]), with neighbours of
        ((images, images of their neighbours), labels), several neighbours [batch_size, n_beside, height, ...].

    Raises:
        InputError: If ``batch_size`` is out of range.
    """
    if not 1 <= batch_size <= len(images):
        samples = "rows" if len(images.shape) == 2 else "images"
        raise InputError(
            f"batches of {batch_size:,} from {len(images):,} {samples}: expected 1 to {len(images):,}",
            setting="run.batch_size",
        )
    if isinstance(images, OnDiskImages):
        of_epoch, finish = _batches_on_disk(images, labels, batch_size, seed, image_range)
    else:
        of_epoch, finish = _batches_in_memory(images, labels, batch_size, seed, image_range, neighbours, n_beside)
    first_epoch, steps_into_it = divmod(first_step, len(images) // batch_size)
    batches = tf.data.Dataset.counter(first_epoch).flat_map(of_epoch).skip(steps_into_it)
    return _with_options(batches.map(finish, num_parallel_calls=1).prefetch(2))


def _batches_in_memory(images, labels, batch_size, seed, image_range, neighbours, n_beside):
    """For images in memory: the batches of an epoch as indices, and what makes images and labels of them."""
    n_used = len(images) // batch_size * batch_size
    images, labels = as_tensor(images), tf.constant(labels, tf.int32)

    def of_epoch(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(images)), [seed, epoch])[:n_used]
        # No order is drawn from an epoch below 0.
        chosen = [order]
        if neighbours is not None:
            chosen.append(_some_of_each(neighbours, order, n_beside, [seed, -1 - epoch]))
        in_batches = (tf.reshape(each, [-1, batch_size, *each.shape[1:]]) for each in chosen)
        return tf.data.Dataset.from_tensor_slices(tuple(in_batches))

    def gather(order, *near):
        batch, *others = (to_range(tf.gather(images, chosen), image_range) for chosen in (order, *near))
        return (batch, *others) if others else batch, tf.gather(labels, order)

    return of_epoch, gather


def _some_of_each(neighbours, order, n_beside, seed):
    """Of the neighbours, int32 [n, n_neighbours], of every image in ``order`` one each, or ``n_beside``: indices."""
    shape = order.shape if n_beside == 1 else [*order.shape, n_beside]
    columns = tf.random.stateless_uniform(shape, seed, maxval=neighbours.shape[1], dtype=tf.int32)
    return tf.gather(tf.gather(tf.constant(neighbours), order), columns, batch_dims=1)


def _batches_on_disk(images, labels, batch_size, seed, image_range):
    """For images on disk: the batches of an epoch, and what scales them and adds their labels."""
    labels = tf.constant(labels, tf.int32)

    def of_epoch(epoch):
        return images.batches(batch_size, [seed, epoch]).take(len(images) // batch_size)

    def finish(positions, batch):
        # The last batch of an epoch, which might be smaller, is never taken; models are told so.
        batch = tf.ensure_shape(batch, [batch_size, *batch.shape[1:]])
        return to_range(batch, image_range), tf.gather(labels, positions)

    return of_epoch, finish


def half_labelled_batches(images, labels, batch_size, seed, first_step=0, image_range=TANH_RANGE):
    """Endless batches of which half the images have a label and half have none, each half as in ``training_batches``.

    The labelled images, usually fewer, are repeated more often than the others.

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n], -1 for none; there must be some of either kind.
        batch_size: Images in a batch, at least 2.
        seed: Seed of the orders.
        first_step: As in ``training_batches``.
        image_range: As in ``training_batches``.

    Returns:
        ``tf.data.Dataset`` as in ``training_batches``.

    Raises:
        InputError: If a half is larger than the images there are for it.
    """
    has_label = labels >= 0
    n_labelled = batch_size // 2
    labelled, unlabelled = (
        training_batches(chosen, labels[which], size, its_seed, first_step, image_range)
        for chosen, which, size, its_seed in (
            (_labelled(images, has_label), has_label, n_labelled, seed),
            (_chosen(images, ~has_label), ~has_label, batch_size - n_labelled, seed + 1),
        )
    )

    def join(first, second):
        return tuple(tf.concat(parts, axis=0) for parts in zip(first, second, strict=True))

    return _with_options(tf.data.Dataset.zip(labelled, unlabelled).map(join))


def classification_batches(
    images, labels, batch_size, seed, first_step=0, image_range=TANH_RANGE, neighbours=None, n_beside=1
):
    """Endless batches of all images, whether they have a label or not, and beside each one of labelled images alone.

    Each of the two is repeated at its own pace, as in the paper's semi-supervised training (section 4).

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n], -1 for none; there must be some.
        batch_size: Images in a batch; the labelled one has as many, or all that there are.
        seed: Seed of the orders.
        first_step: As in ``training_batches``.
        image_range: As in ``training_batches``.
        neighbours: As in ``training_batches``, of all images.
        n_beside: As in ``training_batches``.

    Returns:
        ``tf.data.Dataset`` of (images, (labelled images, labels)), with neighbours of ((images, images of their
        neighbours), (labelled images, labels)).

    Raises:
        InputError: If ``batch_size`` is out of range, or no image has a label.
    """
    has_label = labels >= 0
    if not has_label.any():
        raise InputError("no image has a label: expected some to learn the classes from")
    n_labelled = min(batch_size, int(has_label.sum()))
    every = training_batches(images, labels, batch_size, seed, first_step, image_range, neighbours, n_beside)
    labelled = _labelled(images, has_label)
    labelled = training_batches(labelled, labels[has_label], n_labelled, seed + 1, first_step, image_range)
    return _with_options(tf.data.Dataset.zip(every.map(lambda batch, _: batch), labelled))


def evaluation_batches(images, labels, batch_size=1000, image_range=TANH_RANGE):
    """All images once, in their order.

    Args:
        images: uint8 [n, height, width, channels].
        labels: int [n].
        batch_size: Images in a batch; the last one may have fewer.
        image_range: As in ``training_batches``.

    Returns:
        ``tf.data.Dataset`` of (float32 [batch, height, width, channels], int32 [batch]).
    """
    starts = tf.data.Dataset.range(0, len(images), batch_size)
    images, labels = as_tensor(images), tf.constant(labels, tf.int32)

    def gather(start):
        chosen = slice(start, start + batch_size)
        return to_range(images[chosen], image_range), labels[chosen]

    return _with_options(starts.map(gather, num_parallel_calls=1).prefetch(2))


def to_range(values, image_range=TANH_RANGE):
    """Grey levels, uint8 in [0, 255], or scaled features, float32 in [0, 1], to float32 in ``image_range``.

    Features of new rows may lie outside [0, 1], and then lie outside the range as far.
    """
    low, high = image_range
    highest = 255 if values.dtype == np.uint8 else 1
    return tf.cast(values, tf.float32) / (highest / (high - low)) + low


def from_range(values, image_range=TANH_RANGE):
    """What ``to_range`` was given: images as uint8, see ``to_uint8``; rows of features [n, n_features] as float32.

    The lowest and the highest value of a feature become 0 and 1; what lies outside the range stays outside.
    """
    values = np.asarray(values)
    if values.ndim != 2:
        return to_uint8(values, image_range)
    low, high = image_range
    return ((values - low) / (high - low)).astype(np.float32)


def to_uint8(images, image_range=TANH_RANGE):
    """Images in ``image_range`` to the nearest grey levels, uint8 in [0, 255]; what lies outside is clipped."""
    low, high = image_range
    return np.rint((np.clip(images, low, high) - low) * (255 / (high - low))).astype(np.uint8)


def _chosen(images, chosen):
    """The images that ``chosen``, bool [n], picks."""
    return images[chosen] if isinstance(images, OnDiskImages) else rows(images, chosen)


def _labelled(images, has_label):
    """The images that have a label; unless all have one, in memory, for all would have to be read to find a few."""
    labelled = _chosen(images, has_label)
    return labelled.in_memory() if isinstance(labelled, OnDiskImages) and not has_label.all() else labelled


def _with_options(batches):
    """Batches of which, under ``tf.distribute``, the first worker takes the first rows, the next one the next."""
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    # A rewritten graph would hold a copy of the images.
    options.experimental_optimization.apply_default_optimizations = False
    return batches.with_options(options)
