"""Training from images that are not held in memory, by the real script."""

import pytest

from tests.cli.process import call, error_line
from tests.conftest import write_pictures

SMALL = "--maxepoch=1", "--nhidden=20", "--bsize=20"


@pytest.fixture
def pictures(tmp_path, few_digits):
    write_pictures(tmp_path / "pictures", few_digits.images, few_digits.labels)
    return tmp_path / "pictures"


@pytest.mark.slow
def test_a_model_of_few_labels_trains_on_pictures_read_in_every_epoch(pictures, tmp_path):
    flags = "--ncode=3", "--nlabel=50", f"--data_path={pictures}", f"--save_path={tmp_path}/run"
    trained = call("--train_semisupervised", "--cache=none", *flags, *SMALL)
    assert trained.returncode == 0, trained.stderr
    evaluated = call("--evaluate", f"--save_path={tmp_path}/run")
    assert evaluated.returncode == 0, evaluated.stderr
    metrics = trained.stdout[trained.stdout.index("On 300 test images") :].splitlines()
    assert set(metrics) <= set(evaluated.stdout.splitlines())
    assert any("accuracy" in line for line in metrics)


def test_a_picture_damaged_while_training_ends_in_one_line(pictures, tmp_path):
    (pictures / "train/digit 4/122.png").write_bytes(b"no picture")
    flags = f"--data_path={pictures}", f"--save_path={tmp_path}/run"
    assert "digit 4/122.png: " in error_line(call("--train", "--cache=none", *flags, *SMALL))


@pytest.mark.slow
def test_a_prepared_copy_of_tensorflow_datasets_is_read_in_every_epoch(prepare, few_digits, tmp_path, tfds_folder):
    prepare(tfds_folder, "fashion_mnist", "3.0.1", few_digits.images, few_digits.labels)
    command = "--train", "--dataset=fashion_mnist", "--cache=none", f"--save_path={tmp_path}/run", *SMALL[1:]
    trained = call(*command, "--maxepoch=1")
    assert trained.returncode == 0, trained.stderr
    resumed = call("--train", "--resume", "--maxepoch=2", f"--save_path={tmp_path}/run")
    assert resumed.returncode == 0, resumed.stderr
    assert "On 10 test images" in resumed.stdout
