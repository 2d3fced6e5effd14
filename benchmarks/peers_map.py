"""docs/peers.md again: the tools that a user would otherwise take, and this package's, on the same data.

python benchmarks/peers_map.py --peers .venv-peers/bin/python --data_path FOLDER
python benchmarks/peers_map.py --report_only

Each contestant runs in a process of its own, one thread each. What has finished stands in OUT/results.jsonl and is not
run again, so that it can be stopped at any time. Seed after seed, so that stopped early, few seeds are complete.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from aae.data import keep_labels, load_split
from aae.safe_files import atomic_write, write_text
from aae.training.provenance import provenance
from absl import app, flags
from peers_report import publish
from peers_settings import N_LABELS, N_TEST, N_TRAIN, SEEDS, TASKS

HERE = Path(__file__).parent
FLAGS = flags.FLAGS
ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"),
        *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    ),
    "1",
)

flags.DEFINE_string(
    "peers", ".venv-peers/bin/python", "Python of an environment with benchmarks/peers/requirements.txt."
)
flags.DEFINE_string("out", "runs/peers", "Folder for results.")
flags.DEFINE_string("docs", "docs", "Folder of peers.md, peers.json and peers.png.")
flags.DEFINE_string("data_path", None, "Folder with MNIST's IDX files; otherwise as the scripts.")
flags.DEFINE_integer("jobs", 1, "Contestants at a time.", lower_bound=1)
flags.DEFINE_bool("report_only", False, "Run nothing: write the page on the results there are.")


def draw(train, test, seed):
    """The images of a seed, ``N_TRAIN`` and ``N_TEST`` of them or all there are, which labels are kept, normal digits.

    Every digit is normal with one of the seeds.

    Args:
        train: The training ``Split``.
        test: The test ``Split``.
        seed: Draws them.

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


class Results:
    """The results in a file of JSON lines, which is replaced by a complete one whenever one is added."""

    def __init__(self, path):
        self._path, self._lock = Path(path), threading.Lock()
        self.lines = [json.loads(line) for line in self._path.read_text().splitlines()] if self._path.exists() else []

    def __contains__(self, job):
        return any((line["task"], line["contestant"], line["seed"]) == job for line in self.lines)

    def add(self, line):
        """Adds a result, a mapping."""
        with self._lock:
            self.lines.append(line)
            write_text("".join(json.dumps(each) + "\n" for each in self.lines), self._path)


def jobs():
    """(task, contestant, seed) of all there is to run, seed after seed."""
    return [(task, contestant, seed) for seed in SEEDS for task in TASKS for contestant in task.contestants]


def command(contestant):
    """How a contestant is started."""
    return [FLAGS.peers if contestant.is_peer else sys.executable, str(HERE / "peers_contestant.py")]


def run(job, results, start):
    """Runs a job that has not finished yet and keeps its result.

    Args:
        job: A ``Task``, a ``Contestant``, a seed.
        results: ``Results``.
        start: Function of a contestant that gives the command; see ``command``.
    """
    task, contestant, seed = job
    name = (task.key, contestant.name, seed)
    if name in results:
        return
    ended = subprocess.run(
        [*start(contestant), *map(str, name), str(Path(FLAGS.out, f"data-{seed}.npz"))],
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        print(f"{name} failed: {(ended.stderr.strip().splitlines() or ['no word'])[-1]}", flush=True)
        return
    line = json.loads(ended.stdout.splitlines()[-1])
    results.add(line | {"commit": commit_of_package(), "machine": provenance()["machine"]})
    print(name, {key: value for key, value in line["figures"].items() if isinstance(value, float)}, flush=True)


def commit_of_package():
    """The commit that last changed the package, with "-dirty" if it has changed since; other commits leave it alone."""

    def git(*arguments):
        return subprocess.run(["git", *arguments, "--", "src"], cwd=HERE.parent, capture_output=True, text=True).stdout

    return git("log", "-1", "--format=%H").strip() + ("-dirty" if git("status", "--porcelain") else "")


def run_all(results):
    """Draws the images and runs what has not finished."""
    splits = [load_split(split, FLAGS.data_path) for split in ("train", "test")]
    for seed in SEEDS:
        with atomic_write(Path(FLAGS.out, f"data-{seed}.npz")) as path, open(path, "wb") as file:
            np.savez(file, **draw(*splits, seed))
    with concurrent.futures.ThreadPoolExecutor(FLAGS.jobs) as pool:
        for future in [pool.submit(run, job, results, command) for job in jobs()]:
            future.result()


def main(argv):
    """Runs what is left and writes the page."""
    del argv
    Path(FLAGS.out).mkdir(parents=True, exist_ok=True)
    results = Results(Path(FLAGS.out, "results.jsonl"))
    if not FLAGS.report_only:
        run_all(results)
    publish(results.lines, Path(FLAGS.docs))


if __name__ == "__main__":
    app.run(main)
