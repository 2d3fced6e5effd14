"""What a model refuses of the images, codes and labels it is given, in one line each.

Shapes and types are known while a step is traced, where looking at them costs nothing. Values are looked at before, in
the first batch alone, or, outside training, in the first images.
"""

import math
import numbers

import keras
import numpy as np
import tensorflow as tf

from ..errors import InputError

# Which labels a step reads: none; those that are there, -1 for the others; or one for every image.
UNREAD, SOME, EVERY = "unread", "some", "every"
NO_LABEL = -1
# Of the width of the range: what resizing and rounding may leave outside it.
TOLERANCE = 0.01
# In standard deviations of the noise: how far noisy images reach beyond the range.
NOISE_REACH = 6
N_LOOKED_AT = 16


def require_image_shape(images, shape):
    """Refuses images, an array or tensor, that are not [batch, *shape]."""
    if not hasattr(images, "shape"):
        raise InputError(f"images of type {type(images).__name__}: expected an array or tensor {of_batch(*shape)}")
    given = tf.TensorShape(_shape(images))
    if given.is_compatible_with((None, *shape)):
        return
    remedy = "resize them, or build the networks for their size"
    if given.is_compatible_with((None, *shape[:-1])):
        remedy = "add the axis of channels, images[..., None]"
    if given.is_compatible_with(shape):
        remedy = "add the axis of the batch, images[None]"
    raise InputError(f"images of shape {_in_words(images)}: expected {of_batch(*shape)}; {remedy}")


def require_unweighted(settings):
    """Refuses arguments of ``fit`` that weigh images or classes: no loss would use them."""
    found = [name for name in ("sample_weight", "class_weight") if settings.get(name) is not None]
    if found:
        raise InputError(f"fit with {', '.join(found)}: expected none; no loss of the model weighs images or classes")


def require_image_type(images):
    """Refuses images, a tensor, that are not float32: losses are computed in that."""
    dtype = tf.as_dtype(images.dtype)
    if dtype != tf.float32:
        raise InputError(f"images of type {dtype.name}: expected float32; convert them in the data set")


def require_image_range(images, image_range, noise=0.0, n_first=None):
    """Refuses images, or rows of features, whose values are at hand and lie outside their range.

    Args:
        images: Array or tensor, [batch, height, width, channels] or [batch, n_features].
        image_range: Lowest and highest value of a pixel; None for any finite one.
        noise: Standard deviation of the noise that may lie on them.
        n_first: Images to look at; None for all.

    Raises:
        InputError: If a value is further outside than rounding and the noise explain, or is NaN.
    """
    values = _values(images, n_first)
    if values is None or not values.size:
        return
    lowest, highest = float(values.min()), float(values.max())
    if not math.isfinite(lowest + highest):
        raise InputError("images with pixels that are infinite or NaN: expected finite ones; look for them")
    if image_range is None:
        return
    low, high = image_range
    margin = TOLERANCE * (high - low) + NOISE_REACH * noise
    if not (low - margin <= lowest and highest <= high + margin):
        scaled = f"images / {255 / (high - low):g}" + (f" {'-' if low < 0 else '+'} {abs(low):g}" if low else "")
        remedy = f"scale them, grey levels from 0 to 255 by {scaled}"
        if len(_shape(images)) == 2:
            remedy = "scale every feature by the lowest and highest value of its training rows"
        raise InputError(
            f"images from {lowest:g} to {highest:g}: expected {low:g} to {high:g}, the model's image_range; {remedy}"
        )


def require_codes(codes, n_codes):
    """Refuses codes that are not [batch, ``n_codes``]."""
    if not tf.TensorShape(_shape(codes)).is_compatible_with((None, n_codes)):
        raise InputError(f"codes of shape {_in_words(codes)}: expected {of_batch(n_codes)}")


def require_label_type(labels, n_classes, n_images=None, read=EVERY):
    """Refuses labels that are not integers, one for each image.

    Args:
        labels: Array, list or tensor, to be int [batch]; None if there are none.
        n_classes: Number of classes.
        n_images: Images they belong to; None where that is not known yet.
        read: ``SOME`` or ``EVERY``.

    Raises:
        InputError: If they are anything else.
    """
    expected = _classes(n_classes, read)
    if labels is None:
        raise InputError(f"no labels for a model of {n_classes} classes: expected int [batch], {expected}")
    if not tf.TensorShape(_shape(labels)).is_compatible_with((n_images,)):
        remedy = "; of one-hot labels take labels.argmax(axis=1)" if len(_shape(labels)) == 2 else ""
        of_images = f" for {n_images} images" if n_images else ""
        raise InputError(f"labels of shape {_in_words(labels)}{of_images}: expected ({n_images or 'batch'},){remedy}")
    dtype = tf.as_dtype(labels.dtype if hasattr(labels, "dtype") else np.asarray(labels).dtype)
    if not dtype.is_integer:
        raise InputError(f"labels of type {dtype.name}: expected integers, {expected}; convert them")


def require_label_values(labels, n_classes, read=EVERY):
    """Refuses labels, int [batch], whose known values are no classes; arguments as in ``require_label_type``."""
    values = _values(labels)
    if values is None:
        return
    values = values.astype(np.int64)
    wrong = values[(values >= n_classes) | (values < (NO_LABEL if read == SOME else 0))]
    if wrong.size:
        remedy = "leave out images without a label" if wrong[0] == NO_LABEL else "count the classes from 0"
        expected = _classes(n_classes, read)
        raise InputError(f"label {wrong[0]} for a model of {n_classes} classes: expected {expected}; {remedy}")


def first_batch(x, y=None, batch_size=None):
    """What ``fit``, ``evaluate`` or ``predict`` begins with; a data set computes it once more.

    Args:
        x: As in ``keras.Model.fit``, like the others.
        y: Labels, where ``x`` is an array.
        batch_size: Images in a batch, where ``x`` is an array.

    Returns:
        A batch as Keras hands it to a step: images, or a tuple of images or of images and labels. None if there is
        none, or if looking at it would take it away, as from a generator.

    Raises:
        InputError: If it is a list of numbers, or has no images.
    """
    if isinstance(x, tf.data.Dataset):
        return next(iter(x.take(1)), None)
    if isinstance(x, keras.utils.PyDataset):
        return x[0] if len(x) else None
    given = (x,) if y is None else (x, y)
    parts = keras.tree.flatten(given)
    if any(isinstance(part, numbers.Number) for part in parts):
        raise InputError("images or labels in lists of numbers: expected arrays or tensors, as of numpy.asarray")
    if not all(hasattr(part, "shape") for part in parts):
        return None
    if not all(len(part) for part in parts):
        raise InputError("no images or no labels: expected at least one of each")
    return keras.tree.map_structure(lambda part: part[: batch_size or 32], given)


def _shape(given):
    """The shape of an array, list or tensor, a tuple; None where it is not known."""
    if not hasattr(given, "shape"):
        return np.shape(given)
    return None if tf.TensorShape(given.shape).rank is None else tuple(given.shape)


def _in_words(given):
    shape = _shape(given)
    return of_batch(*shape[1:]) if shape and shape[0] is None else shape


def of_batch(*shape):
    """The shape of a batch of ``shape``, in words."""
    return f"(batch, {', '.join(map(str, shape))})"


def _classes(n_classes, read):
    return f"classes from 0 to {n_classes - 1}" + (", -1 where there is none" if read == SOME else "")


def _values(given, n_first=None):
    """The first values, an array; None while a step is traced."""
    if isinstance(given, keras.KerasTensor) or tf.is_symbolic_tensor(given):
        return None
    # Out of a graph that is being traced, in which the slice of a known tensor would have no value.
    with tf.init_scope():
        return np.asarray(given[:n_first])
