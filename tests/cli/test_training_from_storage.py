"""Training from images that are not held in memory, by the real script."""

import pytest
from PIL import Image

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


@pytest.mark.slow
def test_a_picture_damaged_while_training_ends_in_one_line(pictures, tmp_path):
    (pictures / "train/digit 4/122.png").write_bytes(b"no picture")
    flags = f"--data_path={pictures}", f"--save_path={tmp_path}/run"
    assert "digit 4/122.png: " in error_line(call("--train", "--cache=none", *flags, *SMALL))


@pytest.fixture
def photos(tmp_path, few_digits):
    """Digits as somebody's photos: in folders of classes alone, in colour, of many sizes, one of them damaged."""
    for index, (image, label) in enumerate(zip(few_digits.images, few_digits.labels, strict=True)):
        path = tmp_path / f"photos/digit {label}/{index:03d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).convert("RGB").resize((40 + index % 7, 50 + index % 11)).save(path)
    path.write_bytes(path.read_bytes()[:200])
    return tmp_path / "photos"


@pytest.mark.slow
def test_photos_of_any_size_are_trained_on_resumed_and_evaluated_as_the_run_was_begun(photos, tmp_path):
    flags = "--image_size=28", "--colour=grey", "--skip_damaged", f"--data_path={photos}"
    command = "--train", "--label", "--nlabel=all", f"--save_path={tmp_path}/run", *SMALL[1:]
    trained = call(*command, *flags, "--maxepoch=1")
    assert trained.returncode == 0, trained.stderr
    assert "1 cannot be read and are left out: digit 9/299.jpg" in " ".join(trained.stdout.split())
    resumed = call(*command, "--resume", "--maxepoch=2")
    assert resumed.returncode == 0, resumed.stderr
    evaluated = call("--evaluate", f"--save_path={tmp_path}/run")
    assert evaluated.returncode == 0, evaluated.stderr
    metrics = resumed.stdout[resumed.stdout.index("On 50 test images") :].splitlines()
    assert set(metrics) <= set(evaluated.stdout.splitlines())
    assert "the run in" in error_line(call(*command, "--resume", "--maxepoch=2", "--image_size=32"))


def test_what_photos_lack_is_said_with_the_flag_that_mends_it(photos, tmp_path):
    data = "--train", f"--data_path={photos}", f"--save_path={tmp_path}/run", *SMALL
    assert error_line(call(*data)).endswith("ask for a size to scale all to (--image_size)")
    line = error_line(call(*data, "--image_size=28"))
    assert "digit 9/299.jpg: cannot be read as a picture: " in line
    assert line.endswith("(--skip_damaged)")
    unlabelled = tmp_path / "photos/digit 0"
    refused = "--train_semisupervised", f"--data_path={unlabelled}", "--image_size=28", f"--save_path={tmp_path}/run"
    assert "no labels, and this model learns from them: put the pictures of each class" in error_line(
        call(*refused, *SMALL)
    )
    (tmp_path / "one").mkdir()
    unlabelled.rename(tmp_path / "one/class")
    refused = "--train_supervised", f"--data_path={tmp_path}/one", "--image_size=28", f"--save_path={tmp_path}/run"
    assert "one class, and this model learns from labels" in error_line(call(*refused, *SMALL))
    refused = "--train", f"--data_path={tmp_path / 'none'}", "--image_size=28", f"--save_path={tmp_path}/run"
    assert error_line(call(*refused, *SMALL)).endswith("(--image_size)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "action"),
    [
        ("aae_mnist.py", ["--train"]),
        ("aae_mnist.py", ["--train_clustering", "--nclusters=3"]),
        ("aae_mnist.py", ["--train_dimreduction", "--ncode=2", "--nclusters=3"]),
        ("vae_mnist.py", ["--train", "--model=vae"]),
    ],
)
def test_pictures_without_classes_are_trained_on_and_shown_by_models_that_need_no_labels(
    photos, tmp_path, script, action
):
    run = f"--save_path={tmp_path}/run"
    flags = "--image_size=16", f"--data_path={photos / 'digit 1'}", "--maxepoch=1", "--nhidden=20", "--bsize=5"
    trained = call(*action, *flags, run, script=script)
    assert trained.returncode == 0, trained.stderr
    assert "On 5 test images" in trained.stdout
    assert "stands for" not in trained.stdout
    for look in ("--evaluate", "--explore"):
        looked_at = call(look, run, script=script)
        assert looked_at.returncode == 0, looked_at.stderr


@pytest.mark.slow
def test_a_prepared_copy_of_tensorflow_datasets_is_read_in_every_epoch(prepare, few_digits, tmp_path, tfds_folder):
    prepare(tfds_folder, "fashion_mnist", "3.0.1", few_digits.images, few_digits.labels)
    command = "--train", "--dataset=fashion_mnist", "--cache=none", f"--save_path={tmp_path}/run", *SMALL[1:]
    trained = call(*command, "--maxepoch=1")
    assert trained.returncode == 0, trained.stderr
    resumed = call("--train", "--resume", "--maxepoch=2", f"--save_path={tmp_path}/run")
    assert resumed.returncode == 0, resumed.stderr
    assert "On 10 test images" in resumed.stdout
