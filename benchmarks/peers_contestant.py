"""One contestant in one task with one seed, in a process of its own, in either environment.

python benchmarks/peers_contestant.py few_labels "LabelSpreading kNN" 0 runs/peers/data-0.npz

Prints a line of JSON: what was measured, wall and CPU seconds, version of the library, load of the machine.
"""

import importlib.metadata
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
from peers_settings import OURS, contestant_of, task_of
from peers_tasks import TASKS, Clock


def compete(task, contestant, seed, data):
    """What one contestant reaches.

    Args:
        task: A ``Task``.
        contestant: One of its contestants.
        seed: Its random state.
        data: Mapping with ``train`` and ``test``, uint8 [n, 28, 28, 1], and their labels; see ``peers_map.draw``.

    Returns:
        Mapping of names to numbers.
    """
    shape = (28, 28, 1) if contestant.takes_images else (784,)
    data = dict(data)
    for split in ("train", "test"):
        data[split] = np.asarray(data[split], np.float32).reshape(-1, *shape) / 255
    clock = Clock()
    figures = TASKS[task.key.split(":")[0]](lambda: contestant.estimator.made(seed), data, clock)
    return figures | clock.seconds


def main(task, name, seed, path):
    """Prints the line."""
    task = task_of(task)
    contestant = contestant_of(task, name)
    with np.load(path) as data:
        figures = compete(task, contestant, int(seed), data)
    version = importlib.metadata.version("tensorflow" if name == OURS else contestant.library)
    line = {"task": task.key, "contestant": name, "seed": int(seed), "figures": figures}
    print(json.dumps(line | {"version": version, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
