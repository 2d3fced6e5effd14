"""How long the short commands take, beside what importing TensorFlow alone takes.

python benchmarks/startup.py

Trains a model of each kind for an epoch, then lets the commands take turns, each a whole process. Prints a line of
JSON: seconds of each in each round.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "experiment" / "aae_mnist.py"
ROUNDS = 5
ACTIONS = {
    "train": ("generate", "viz", "evaluate"),
    "train_supervised": ("evaluate",),
    "train_semisupervised": ("evaluate",),
    "train_clustering": ("evaluate",),
    "train_dimreduction": ("evaluate",),
}


def seconds(command):
    """Wall time of a process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main(*data):
    """Prints the times; ``data`` are flags that say where the images are."""
    with tempfile.TemporaryDirectory() as folder:
        commands = {"import tensorflow": [sys.executable, "-c", "import tensorflow"]}
        for train, actions in ACTIONS.items():
            run = [sys.executable, SCRIPT, f"--save_path={folder}/{train}", *data]
            subprocess.run([*run, f"--{train}", "--maxepoch=1"], check=True, capture_output=True)
            commands |= {f"--{action}, of --{train}": [*run, f"--{action}"] for action in actions}
        for command in commands.values():
            seconds(command)
        rounds = [{name: seconds(command) for name, command in commands.items()} for _ in range(ROUNDS)]
    print(json.dumps({name: [times[name] for times in rounds] for name in commands}))


if __name__ == "__main__":
    main(*sys.argv[1:])
