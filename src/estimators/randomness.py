"""Random numbers of a fit: all from one seed, none from the caller's generators."""

import contextlib
import random
import threading

# Fits in several threads wait for each other here, or none would be that of its seed.
_LOCK = threading.RLock()


@contextlib.contextmanager
def drawn_from(seed):
    """Draws what Keras builds inside from ``seed``, and leaves the caller's generators as they were.

    Keras seeds initial weights, dropout and generators from Python's own where a layer names no seed. One thread at a
    time is inside; what others draw from Python's own generator meanwhile is drawn from ``seed`` too.
    """
    with _LOCK:
        state = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(state)
