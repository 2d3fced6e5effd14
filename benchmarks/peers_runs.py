"""Runs of the map of peers: the images of each seed, what there is to run, and what has finished."""

import json
import os
import subprocess
import threading
from pathlib import Path

import numpy as np
from aae.data import keep_labels
from aae.safe_files import atomic_write, write_text
from aae.training.provenance import processor
from peers_settings import N_LABELS, N_TEST, N_TRAIN, SEEDS, TASKS

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"),
        *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    ),
    "1",
)


def draw(train, test, seed):
    """The images of a seed, ``N_TRAIN`` and ``N_TEST`` of them or all there are, which labels are kept, normal digits.

    Every digit is normal with one of the seeds.

    Args:
        train: The training ``Split``.
        test: The test ``Split``.
        seed: One of ``SEEDS``; draws them.

    Returns:
        Mapping of names to arrays.
    """
    generator = np.random.default_rng(seed)
    drawn = {}
    for name, split, n in (("train", train, N_TRAIN), ("test", test, N_TEST)):
        chosen = generator.permutation(len(split.images))[:n]
        drawn |= {name: split.images[chosen], f"{name}_labels": split.labels[chosen]}
    normal = np.unique(train.labels)[SEEDS.index(seed) :: len(SEEDS)]
    return drawn | {"few": keep_labels(drawn["train_labels"], N_LABELS, seed), "normal": normal}


def save_draws(train, test, folder):
    """Writes the images of every seed to ``folder``, where contestants read them."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        with atomic_write(folder / f"data-{seed}.npz") as path, open(path, "wb") as file:
            np.savez(file, **draw(train, test, seed))


def all_jobs():
    """(task, contestant, seed) of all there is to run; seed after seed, so that stopped early some are complete."""
    return [(task, contestant, seed) for seed in SEEDS for task in TASKS for contestant in task.contestants]


def name_of(job):
    """The names of task and contestant, and the seed, as a result has them."""
    task, contestant, seed = job
    return task.key, contestant.name, seed


class Results:
    """Results in a file of JSON lines, which is replaced by a complete one whenever one is added.

    Args:
        path: The file; it may be missing.
        published: JSON file of the results to begin with where it is, or None.

    Attributes:
        lines: The results, mappings.
    """

    def __init__(self, path, published=None):
        self._path, self._lock = Path(path), threading.Lock()
        self.lines = []
        if self._path.exists():
            self.lines = [json.loads(line) for line in self._path.read_text().splitlines()]
        elif published and published.exists():
            self.lines = json.loads(published.read_text())

    def __contains__(self, name):
        return any((line["task"], line["contestant"], line["seed"]) == name for line in self.lines)

    def add(self, line):
        """Adds a result."""
        with self._lock:
            self.lines.append(line)
            write_text("".join(json.dumps(each) + "\n" for each in self.lines), self._path)


def run(job, results, here, there, folder, script=HERE / "peers_contestant.py"):
    """Runs a job that has not finished, in a process of one thread, and keeps its result; says why where it failed.

    Args:
        job: A ``Task``, a ``Contestant``, a seed.
        results: ``Results``.
        here: Python of this package's environment.
        there: Python of the peers' environment.
        folder: Where the images of the seeds are.
        script: What a contestant is started with.
    """
    name = name_of(job)
    if name in results:
        return
    _, contestant, seed = job
    command = [there if contestant.is_peer else here, script, *name, Path(folder, f"data-{seed}.npz")]
    ended = subprocess.run(list(map(str, command)), env=os.environ | ONE_THREAD, capture_output=True, text=True)
    if ended.returncode:
        print(f"{name} failed: {(ended.stderr.strip().splitlines() or ['no word'])[-1]}", flush=True)
        return
    line = json.loads(ended.stdout.splitlines()[-1])
    results.add(line | {"commit": commit_of_package(), "machine": f"{os.cpu_count()} cores of {processor()}"})
    print(name, {key: value for key, value in line["figures"].items() if isinstance(value, float)}, flush=True)


def commit_of_package():
    """The commit that last changed the package, with "-dirty" if it has changed since; other commits leave it alone."""

    def git(*arguments):
        return subprocess.run(["git", *arguments, "--", "src"], cwd=HERE.parent, capture_output=True, text=True).stdout

    return git("log", "-1", "--format=%H").strip() + ("-dirty" if git("status", "--porcelain") else "")
