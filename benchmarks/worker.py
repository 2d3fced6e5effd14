"""A contestant: a process that repeats a step whenever it is asked to and says how long one took.

Kept to the standard library, so that contestants of other frameworks, in other environments, import it too.
"""

import sys
import time

WARM_UP = 10


def serve(step, finish):
    """Answers every line of standard input, a number of steps, with the milliseconds of one.

    Args:
        step: Function of nothing; it may return before the work is done.
        finish: Function of nothing that waits for it.
    """
    for _ in range(WARM_UP):
        step()
    finish()
    answer("ready")
    for line in sys.stdin:
        repeats = int(line)
        start = time.perf_counter()
        for _ in range(repeats):
            step()
        finish()
        answer(1000 * (time.perf_counter() - start) / repeats)


def answer(what):
    """One line, at once."""
    print(what, flush=True)
