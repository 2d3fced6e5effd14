import json
import os

import numpy as np
import pytest
from aae.data.pipeline import scale
from aae.errors import InputError
from aae.training.run_folder import RunFolder

EXPERIMENT = {"ncode": 2, "dist_type": "gmm"}
CONFIG = {"experiment": EXPERIMENT, "note": "first"}


def test_a_claimed_folder_holds_its_record(tmp_path):
    folder = RunFolder(tmp_path / "new" / "run")
    folder.claim(CONFIG)
    assert folder.read_config() == CONFIG
    assert folder.saved_epochs() == []


def test_checkpoints_come_back_by_epoch(tmp_path, small_model, few_digits):
    folder = RunFolder(tmp_path)
    folder.claim(CONFIG)
    first, second = small_model(seed=1), small_model(seed=2)
    folder.save_checkpoint(first, 5)
    folder.save_checkpoint(second, 20)
    assert folder.saved_epochs() == [5, 20]
    images = scale(few_digits.images[:5])
    newest, epoch = folder.load()
    assert epoch == 20
    np.testing.assert_array_equal(newest.encode(images), second.encode(images))
    np.testing.assert_array_equal(folder.load(5)[0].encode(images), first.encode(images))
    with pytest.raises(InputError, match=r"--load 7: not saved .*saved are 5, 20"):
        folder.load(7)


def test_the_model_for_use_is_the_model_without_its_optimisers(tmp_path, small_model, few_digits):
    model = small_model()
    model.compile()
    folder = RunFolder(tmp_path)
    folder.save_model(model)
    folder.checkpoints.mkdir()
    folder.save_checkpoint(model, 1)
    assert folder.model.stat().st_size < folder.checkpoint(1).stat().st_size / 2
    os.replace(folder.model, folder.checkpoint(2))
    images = scale(few_digits.images[:5])
    np.testing.assert_array_equal(folder.load(2)[0].reconstruct(images), model.reconstruct(images))


def test_a_folder_without_checkpoints_and_a_damaged_one_say_so(tmp_path):
    folder = RunFolder(tmp_path)
    with pytest.raises(InputError, match="holds no checkpoint"):
        folder.load()
    folder.claim(CONFIG)
    folder.checkpoint(3).write_bytes(b"not a model")
    with pytest.raises(InputError, match=r"epoch_0003.keras: cannot be loaded"):
        folder.load()
    folder.config.write_text("{")
    with pytest.raises(InputError, match=r"config\.json: cannot be read"):
        folder.read_config()


def test_another_experiment_is_refused_and_nothing_touched(tmp_path):
    folder = RunFolder(tmp_path)
    folder.claim(CONFIG)
    with pytest.raises(InputError, match="holds a run with ncode 2, asked for ncode 10"):
        folder.claim({"experiment": {"ncode": 10, "dist_type": "gmm"}})
    assert folder.read_config() == CONFIG
    assert not (tmp_path / "earlier").exists()


def test_an_earlier_run_is_set_aside_whole_and_other_files_stay(tmp_path):
    folder = RunFolder(tmp_path)
    folder.claim(CONFIG)
    folder.checkpoint(40).write_bytes(b"old")
    (tmp_path / "latent.png").write_bytes(b"old picture")
    (tmp_path / "thesis.txt").write_text("mine")
    folder.claim({"experiment": EXPERIMENT, "note": "second"})
    assert folder.saved_epochs() == []
    (aside,) = (tmp_path / "earlier").iterdir()
    assert (aside / "checkpoints" / "epoch_0040.keras").read_bytes() == b"old"
    assert (aside / "latent.png").read_bytes() == b"old picture"
    assert json.loads((aside / "config.json").read_text())["note"] == "first"
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    folder.claim(CONFIG)
    assert len(list((tmp_path / "earlier").iterdir())) == 2


def test_a_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: not a folder; give another --save_path"):
        RunFolder(tmp_path / "file").claim(CONFIG)


def test_a_place_that_cannot_be_written_is_refused():
    with pytest.raises(InputError, match=r"/proc/nowhere: cannot be written: .*give another --save_path"):
        RunFolder("/proc/nowhere").claim(CONFIG)


def test_the_newest_run_of_an_experiment_with_a_checkpoint_is_found(tmp_path):
    for age, (name, experiment) in enumerate(
        [("old", EXPERIMENT), ("untrained", EXPERIMENT), ("other", {"ncode": 10, "dist_type": "gmm"})]
    ):
        folder = RunFolder(tmp_path / name)
        folder.claim({"experiment": experiment})
        if name != "untrained":
            folder.checkpoint(1).write_bytes(b"")
        os.utime(folder.config, (age, age))
    assert RunFolder.newest(tmp_path, EXPERIMENT).path.name == "old"
    assert RunFolder.newest(tmp_path, {"dist_type": "gmm"}).path.name == "other"
    with pytest.raises(InputError, match="no trained run of dist_type gaussian"):
        RunFolder.newest(tmp_path, {"dist_type": "gaussian"})
