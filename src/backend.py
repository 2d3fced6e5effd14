"""Which backend Keras runs on: the training steps here are TensorFlow's."""

import os
import sys

from .errors import InputError


def require_tensorflow():
    """Has Keras run on TensorFlow; to be called before Keras is imported.

    Raises:
        InputError: If the environment, or a Keras imported earlier, says another backend.
    """
    # Set, not only read: a keras.json in the home directory may name another one.
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend == "tensorflow" and "keras" in sys.modules:
        backend = sys.modules["keras"].config.backend()
    if backend != "tensorflow":
        raise InputError(f"Keras backend {backend!r}: expected tensorflow; unset KERAS_BACKEND or set it to tensorflow")
