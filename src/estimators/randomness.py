"""Random numbers of a fit: all from one seed, none from the caller's generators."""

import contextlib
import random


@contextlib.contextmanager
def drawn_from(seed):
    """Draws what Keras builds inside from ``seed``, and leaves the caller's generators as they were.

    Keras seeds initial weights, dropout and generators from Python's own where a layer names no seed.
    """
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
