"""Training killed with SIGKILL at random moments, and resumed, comes to the bits of training that was not.

``make soak`` does the same hundreds of times: AAE_KILLS is the number of kills.
"""

import csv
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from aae.models import load_model

from tests.cli.process import ROOT

KILLS = int(os.environ.get("AAE_KILLS", "14"))
# Longest life of a process, in seconds: some die while they import, some while they train or save.
LONGEST = 16
KINDS = {
    "aae": ["aae_mnist.py", "--train", "--label", "--nlabel=100", "--noise"],
    "supervised": ["aae_mnist.py", "--train_supervised", "--dropout=0.9"],
    "semisupervised": ["aae_mnist.py", "--train_semisupervised", "--nlabel=100", "--posterior=universal"],
    "clustering": ["aae_mnist.py", "--train_clustering", "--nclusters=10", "--dropout=0.9"],
    "dimreduction": ["aae_mnist.py", "--train_dimreduction", "--nlabel=100", "--average=0.99"],
    "vae": ["vae_mnist.py", "--train", "--model=vae"],
    "dae": ["vae_mnist.py", "--train", "--model=dae"],
}
SETTINGS = (
    "--ncode=2",
    "--bsize=20",
    "--nhidden=60",
    "--maxepoch=40",
    "--plot_every=20",
    "--save_minutes=0.01",
    "--seed=5",
)


def command(kind, folder, idx_folder):
    script, *flags = KINDS[kind]
    places = f"--data_path={idx_folder}", f"--save_path={folder}"
    return [sys.executable, ROOT / "experiment" / script, *flags, *SETTINGS, *places, "--resume"]


def weights(folder):
    model = load_model(folder / "model.keras", compile=False)
    return [np.asarray(variable).tobytes() for variable in model.variables]


def table(folder):
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_again_and_again(kind, tmp_path, digits_folder):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    once = subprocess.run(command(kind, whole, digits_folder), capture_output=True, text=True)
    assert once.returncode == 0, once.stderr
    generator = np.random.default_rng([list(KINDS).index(kind), KILLS])
    n_killed = n_ended = 0
    while n_killed < -(-KILLS // len(KINDS)):
        process = subprocess.Popen(
            command(kind, killed, digits_folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            _, errors = process.communicate(timeout=generator.uniform(1, LONGEST))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            n_killed += 1
        else:
            assert process.returncode == 0, errors
            n_ended += 1
            compare(killed, whole)
            killed = tmp_path / f"killed{n_ended}"
    last = subprocess.run(command(kind, killed, digits_folder), capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    compare(killed, whole)


def compare(killed, whole):
    assert weights(killed) == weights(whole)
    assert table(killed) == table(whole)
    for folder in (killed, killed / "checkpoints"):
        assert not list(folder.glob(".temporary*"))
