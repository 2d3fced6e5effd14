"""Two worker processes of the real script, one of which is killed."""

import csv
import time

import pytest

from tests.cli.process import ROOT, Ended, error_line
from tests.training.workers import start_workers

FLAGS = (
    "--train_semisupervised",
    "--ncode=4",
    "--nlabel=100",
    "--maxepoch=5",
    "--plot_every=1",
    "--bsize=100",
    "--nhidden=50",
    "--resume",
)
SECONDS_TO_NOTICE = 60


def start(folder, idx_folder):
    """Two workers of the script that share a save path."""
    script = ROOT / "experiment/aae_mnist.py"
    return start_workers(2, [script, *FLAGS, f"--save_path={folder}", f"--data_path={idx_folder}"])


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 1])
def test_a_killed_worker_ends_the_other_and_both_resume_from_the_last_checkpoint(tmp_path, idx_folder, killed):
    folder = tmp_path / "run"
    workers = start(folder, idx_folder)
    while not (folder / "checkpoints/epoch_0002.keras").exists():
        assert all(worker.poll() is None for worker in workers)
        time.sleep(0.1)
    workers[killed].kill()
    start_of_wait = time.monotonic()
    line = error_line(Ended(workers[1 - killed]))
    assert time.monotonic() - start_of_wait < SECONDS_TO_NOTICE
    assert "lost another worker" in line
    assert "resume from epoch" in line
    workers[killed].communicate()
    chief, other = (Ended(worker) for worker in start(folder, idx_folder))
    assert (chief.returncode, other.returncode) == (0, 0), chief.stderr
    assert "Epoch 1/" not in chief.stdout
    assert "Epoch 5/5" in chief.stdout
    assert "what came of it is where the chief writes" in other.stdout
    assert [row["epoch"] for row in csv.DictReader((folder / "metrics.csv").open())] == ["0", "1", "2", "3", "4"]
    assert not list(folder.glob("earlier"))
    assert (folder / "evaluation.json").exists()
