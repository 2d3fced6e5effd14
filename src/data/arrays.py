"""Arrays whose memory TensorFlow shares, without a copy of its own."""

import numpy as np
import tensorflow as tf

# What TensorFlow computes with begins at a multiple of this.
ALIGNMENT = 64


def aligned_empty(shape, dtype=np.uint8):
    """An array of ``shape``, not initialised, that ``as_tensor`` need not copy."""
    n_bytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    room = np.empty(n_bytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    return room[start : start + n_bytes].view(dtype).reshape(shape)


def rows(array, chosen):
    """The rows of an array that ``chosen``, bool [n] or indices, picks, as an array of ``aligned_empty``."""
    chosen = np.arange(len(array))[chosen]
    # Without a mode NumPy gathers into a buffer first.
    return np.take(array, chosen, axis=0, out=aligned_empty((len(chosen), *array.shape[1:]), array.dtype), mode="clip")


def as_tensor(array):
    """An array as a tensor that shares its memory where it can, so that the array must not change any more."""
    if array.ctypes.data % ALIGNMENT or not array.flags.c_contiguous or not array.flags.writeable:
        array = rows(array, slice(None))
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
