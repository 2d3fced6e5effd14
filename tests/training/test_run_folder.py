import errno
import fcntl
import json
import os
import re
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.errors import InputError, RunError
from aae.models import load_model
from aae.training.checkpoints import Progress
from aae.training.run_folder import RunFolder

EXPERIMENT = {"ncode": 2, "dist_type": "gmm"}
CONFIG = {"experiment": EXPERIMENT, "note": "first"}


def test_a_claimed_folder_holds_its_record(tmp_path):
    folder = RunFolder(tmp_path / "new" / "run")
    folder.create(CONFIG)
    assert folder.read_config() == CONFIG
    assert folder.checkpoints.saved() == []


def test_checkpoints_come_back_by_epoch(tmp_path, small_model, few_digits):
    folder = RunFolder(tmp_path)
    folder.create(CONFIG)
    first, second = small_model(seed=1), small_model(seed=2)
    folder.checkpoints.save(first, Progress(5))
    folder.checkpoints.save(second, Progress(20))
    assert folder.checkpoints.saved() == [Progress(5), Progress(20)]
    images = to_range(few_digits.images[:5])
    newest, progress = folder.load()
    assert progress == Progress(20)
    np.testing.assert_array_equal(newest.encode(images), second.encode(images))
    np.testing.assert_array_equal(folder.load(5)[0].encode(images), first.encode(images))
    with pytest.raises(InputError, match=r"epoch 7: not saved .*saved are 5, 20"):
        folder.load(7)


def test_the_model_for_use_is_the_model_without_its_optimisers(tmp_path, small_model, few_digits):
    model = small_model()
    model.compile()
    folder = RunFolder(tmp_path)
    folder.save_model(model)
    folder.checkpoints.folder.mkdir()
    folder.checkpoints.save(model, Progress(1))
    assert folder.model.stat().st_size < folder.checkpoints.path(Progress(1)).stat().st_size / 2
    images = to_range(few_digits.images[:5])
    np.testing.assert_array_equal(load_model(folder.model).reconstruct(images), model.reconstruct(images))


def test_a_folder_without_checkpoints_and_a_damaged_one_say_so(tmp_path):
    folder = RunFolder(tmp_path)
    with pytest.raises(InputError, match="holds no checkpoint"):
        folder.load()
    folder.create(CONFIG)
    folder.checkpoints.path(Progress(3)).write_bytes(b"not a model")
    with pytest.raises(InputError, match=r"checkpoints: holds no valid checkpoint"):
        folder.load()
    with pytest.raises(InputError, match=r"epoch_0003.keras: corrupt: its digest"):
        folder.load(3)
    folder.config.write_text("{")
    with pytest.raises(InputError, match=r"config\.json: cannot be read"):
        folder.read_config()


def test_code_in_a_model_file_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda values: values + 1)])
    model.save(tmp_path / "reader.keras")
    with pytest.raises(InputError, match=r"reader\.keras: cannot be loaded: .*Lambda.*; remove it to train another"):
        RunFolder(tmp_path).load_oracle()


def test_another_experiment_is_refused_and_nothing_touched(tmp_path):
    folder = RunFolder(tmp_path)
    folder.create(CONFIG)
    with pytest.raises(InputError, match="holds a run with ncode 2, asked for ncode 10"):
        folder.create({"experiment": {"ncode": 10, "dist_type": "gmm"}})
    assert folder.read_config() == CONFIG
    assert not (tmp_path / "earlier").exists()


def test_an_earlier_run_is_set_aside_whole_and_other_files_stay(tmp_path):
    folder = RunFolder(tmp_path)
    folder.create(CONFIG)
    folder.checkpoints.path(Progress(40)).write_bytes(b"old")
    (tmp_path / "latent.png").write_bytes(b"old picture")
    (tmp_path / "thesis.txt").write_text("mine")
    folder.create({"experiment": EXPERIMENT, "note": "second"})
    assert folder.checkpoints.saved() == []
    (aside,) = (tmp_path / "earlier").iterdir()
    assert (aside / "checkpoints" / "epoch_0040.keras").read_bytes() == b"old"
    assert (aside / "latent.png").read_bytes() == b"old picture"
    assert json.loads((aside / "config.json").read_text())["note"] == "first"
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    folder.create(CONFIG)
    assert len(list((tmp_path / "earlier").iterdir())) == 2


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: not a folder; give another one"):
        RunFolder(tmp_path / "file").create(CONFIG)


def test_a_place_that_cannot_be_written_is_refused():
    with pytest.raises(RunError, match=r"/proc/nowhere: cannot be written: .*give another folder"):
        RunFolder("/proc/nowhere").create(CONFIG)


def test_the_newest_run_of_an_experiment_with_a_checkpoint_is_found(tmp_path):
    for age, (name, experiment) in enumerate(
        [("old", EXPERIMENT), ("untrained", EXPERIMENT), ("other", {"ncode": 10, "dist_type": "gmm"})]
    ):
        folder = RunFolder(tmp_path / name)
        folder.create({"experiment": experiment})
        if name != "untrained":
            folder.checkpoints.path(Progress(1)).write_bytes(b"")
        os.utime(folder.config, (age, age))
    assert RunFolder.newest(tmp_path, EXPERIMENT).path.name == "old"
    assert RunFolder.newest(tmp_path, {"dist_type": "gmm"}).path.name == "other"
    with pytest.raises(InputError, match="no trained run of dist_type gaussian"):
        RunFolder.newest(tmp_path, {"dist_type": "gaussian"})


def test_a_second_lock_is_refused_and_told_who_has_the_first(tmp_path):
    with (
        RunFolder(tmp_path / "run").lock(),
        pytest.raises(InputError, match=rf"run: process {os.getpid()} on .* is training there"),
        RunFolder(tmp_path / "run").lock(),
    ):
        pass
    with RunFolder(tmp_path / "run").lock():
        pass


def test_where_the_file_system_has_no_locks_a_warning_says_so(tmp_path, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with RunFolder(tmp_path / "run").lock():
        assert re.search(r"run: cannot be locked \(.*\): let no other process train there", caplog.text)


@pytest.mark.slow
def test_a_lock_left_by_a_killed_process_is_taken_over(tmp_path):
    die = (
        "import os, signal\nfrom aae.training.run_folder import RunFolder\n"
        "with RunFolder('run').lock(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", die], cwd=tmp_path, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "run/.lock").read_text()
    with RunFolder(tmp_path / "run").lock():
        assert str(os.getpid()) in (tmp_path / "run/.lock").read_text()
