"""What a run does when it is stopped, damaged, run twice or out of room, by the real script."""

import json
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from aae.models import load_model
from aae.training.checkpoints import CheckpointManager, Progress

from tests.cli.process import ROOT, Ended, call, error_line, run

FLAGS = "--train", "--ncode=2", "--nhidden=40", "--bsize=10", "--save_path=run", "--save_every=1"
MANY = "--maxepoch=5000"


def start(cwd, *flags, limit=None):
    """The script in the background; ``limit`` is the most bytes a file may have."""
    return subprocess.Popen(
        [sys.executable, ROOT / "experiment/aae_mnist.py", *FLAGS, *flags],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit and (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))),
    )


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)


def weights(path):
    return [np.asarray(variable).tobytes() for variable in load_model(path, compile=False).variables]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_says_how_to_resume_and_ends(tmp_path, idx_folder, number, status):
    data = f"--data_path={idx_folder}"
    process = start(tmp_path, data, MANY)
    manager = CheckpointManager(tmp_path / "run/checkpoints")
    wait_for(manager.path(Progress(1)), process)
    time.sleep(0.3)
    process.send_signal(number)
    ended = Ended(process)
    assert ended.returncode == status, ended.stderr
    stopped, said = manager.saved()[-1], ended.stderr.strip().splitlines()
    assert said[0] == "finishing the step, then saving; once more stops at once"
    assert said[1:] == [
        f"stopped by {number.name} after {stopped}, which is saved; "
        "to resume, give the same command again with --resume --save_path run"
    ]
    assert manager.corruption(stopped) is None
    offer = error_line(call(*FLAGS, data, MANY, cwd=tmp_path))
    assert f"holds a run of this command, stopped after {stopped}; add --resume to continue from there" in offer
    n_epochs = stopped.epoch + 2
    result = call("--train", "--resume", "--save_path=run", f"--maxepoch={n_epochs}", data, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"Epoch {n_epochs}/{n_epochs}" in result.stdout
    assert "Epoch 1/" not in result.stdout


@pytest.mark.slow
def test_a_full_disk_ends_in_one_line(tmp_path, idx_folder):
    line = error_line(Ended(start(tmp_path, f"--data_path={idx_folder}", MANY, limit=400_000)))
    assert "run: cannot be written: File too large; make room, and begin again: nothing was saved yet" in line
    assert not list((tmp_path / "run").rglob(".temporary*"))


@pytest.mark.slow
def test_a_full_file_system_ends_in_one_line_and_what_was_saved_resumes(tmp_path, idx_folder):
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*small, "true"], capture_output=True).returncode:
        pytest.skip("no file system of its own may be mounted here")
    (tmp_path / "small").mkdir()
    flags = f"--data_path={idx_folder}", MANY, "--keep=1000", "--save_path=small/run"
    command = shlex.join([sys.executable, str(ROOT / "experiment/aae_mnist.py"), *FLAGS, *flags])
    mount = "mount -t tmpfs -o size=8m small small"
    keep = "status=$?; cp -r small/run left; cat /dev/zero > small/rest"
    another = f"{command.replace('small/run', 'small/other')} 2>another"
    result = subprocess.run(
        [*small, f"{mount} && {{ {command}; {keep} 2>/dev/null; {another}; exit $status; }}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    line = error_line(result)
    (refused,) = (tmp_path / "another").read_text().splitlines()
    assert "small/other: cannot be written: No space left on device; give another folder (--save_path)" in refused
    manager = CheckpointManager(tmp_path / "left/checkpoints")
    newest = manager.saved()[-1]
    assert "small/run: cannot be written: No space left on device; make room" in line
    assert f"resume from {newest} (--resume)" in line
    assert [manager.corruption(progress) for progress in manager.saved()] == [None] * len(manager.saved())
    last = newest.epoch + 1
    result = run("--train", "--resume", "--save_path=left", f"--maxepoch={last}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"Epoch {last}/{last}" in result.stdout


@pytest.mark.slow
def test_a_picture_for_which_there_is_no_room_ends_in_one_line(tmp_path, idx_folder):
    assert call(*FLAGS, f"--data_path={idx_folder}", "--maxepoch=1", cwd=tmp_path).returncode == 0
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        result = call("--generate", "--save_path=run", cwd=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert "File too large" in error_line(result)
    assert not list((tmp_path / "run").rglob(".temporary*"))


@pytest.mark.slow
def test_a_second_process_in_the_same_folder_is_refused(tmp_path, idx_folder):
    data = f"--data_path={idx_folder}"
    first = start(tmp_path, data, MANY)
    wait_for(tmp_path / "run/checkpoints/epoch_0001.keras", first)
    line = error_line(call(*FLAGS, data, "--resume", cwd=tmp_path))
    assert f"run: process {first.pid} on " in line
    assert "is training there; give another folder (--save_path)" in line
    assert first.poll() is None
    first.kill()
    first.communicate()


@pytest.mark.slow
def test_flags_of_the_run_hold_and_others_are_refused(tmp_path, idx_folder):
    data = f"--data_path={idx_folder}"
    assert call(*FLAGS, data, "--maxepoch=1", "--lr=1e-3", cwd=tmp_path).returncode == 0
    line = error_line(call(*FLAGS, data, "--resume", "--lr=1e-4", cwd=tmp_path))
    assert "--lr 0.0001: the run in run has 0.001; leave it out to resume that run" in line
    # Nothing else need be given: neither where the images are, nor, the second time, how many epochs.
    for more in ["--maxepoch=2"], []:
        result = call("--train", "--resume", "--save_path=run", *more, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    config = json.loads((tmp_path / "run/config.json").read_text())
    assert "--lr=1e-3" in config["command"]
    assert [each["after"] for each in config["resumed"]] == ["epoch 1", "epoch 2"]
    assert config["flags"]["lr"] == 1e-3
    assert config["finished"]["saves"] == 2
    rows = (tmp_path / "run/metrics.csv").read_text().splitlines()
    assert len(rows) == 3
    columns = dict(zip(rows[0].split(","), zip(*(row.split(",") for row in rows[1:]), strict=True), strict=True))
    assert [float(rate) for rate in columns["learning_rate"]] == pytest.approx([1e-3, 1e-3])
    # The record's time is that of the whole run, not of the last process.
    assert config["finished"]["seconds"] >= sum(map(float, columns["seconds"])) - 0.1


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"bsize": "many"}, "--bsize many"),
        ({"bsize": None}, "--bsize None"),
        ({"bsize": 0}, "--bsize 0"),
        ({"dist_type": "cauchy"}, "--dist_type cauchy"),
        ([], "config.json: cannot be read: it holds no record of a run"),
    ],
)
def test_a_record_that_somebody_spoilt_is_refused(tmp_path, flags, words):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/config.json").write_text(json.dumps({"flags": flags}))
    assert words in error_line(call("--train", "--resume", "--save_path=run", cwd=tmp_path))


@pytest.mark.slow
def test_other_images_are_refused(tmp_path, idx_folder, digits_folder):
    assert call(*FLAGS, f"--data_path={idx_folder}", "--maxepoch=1", cwd=tmp_path).returncode == 0
    line = error_line(call(*FLAGS, f"--data_path={digits_folder}", "--resume", "--maxepoch=2", cwd=tmp_path))
    assert "was trained on other images or labels" in line


@pytest.mark.slow
def test_a_corrupt_newest_checkpoint_is_named_and_the_run_ends_the_same(tmp_path, idx_folder):
    data = f"--data_path={idx_folder}"
    assert run(*FLAGS, data, "--maxepoch=3", cwd=tmp_path).returncode == 0
    expected = weights(tmp_path / "run/model.keras")
    newest = tmp_path / "run/checkpoints/epoch_0003.keras"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 16
    newest.write_bytes(content)
    result = run(*FLAGS, data, "--maxepoch=3", "--resume", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "epoch_0003.keras: corrupt: it differs from its digest" in result.stderr
    assert "Epoch 3/3" in result.stdout
    assert "Epoch 2/3" not in result.stdout
    assert weights(tmp_path / "run/model.keras") == expected


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["--train", "--train_semisupervised"])
def test_deterministic_runs_agree_to_the_bit(tmp_path, idx_folder, kind):
    flags = [kind, "--deterministic", "--ncode=2", "--nlabel=50"] if "semi" in kind else [kind, "--deterministic"]
    for folder in ("first", "second"):
        settings = f"--data_path={idx_folder}", "--bsize=20", "--maxepoch=2", f"--save_path={folder}"
        result = run(*flags, *settings, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert weights(tmp_path / "first/model.keras") == weights(tmp_path / "second/model.keras")


@pytest.mark.parametrize("what", ["a file", "a dangling link", "read-only"])
def test_a_save_path_that_cannot_be_used_is_named(tmp_path, idx_folder, what):
    path = {"a file": tmp_path / "file", "a dangling link": tmp_path / "link", "read-only": "/proc/run"}[what]
    if what == "a file":
        path.write_text("mine")
    elif what == "a dangling link":
        path.symlink_to(tmp_path / "nowhere")
    line = error_line(call("--train", f"--data_path={idx_folder}", f"--save_path={path}", cwd=tmp_path))
    assert str(path) in line
    assert "give another" in line
    assert "(--save_path)" in line
