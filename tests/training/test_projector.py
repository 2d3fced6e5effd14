import csv
from types import SimpleNamespace

import numpy as np
import pytest
from aae.data.splits import Split
from aae.training import projector
from aae.training.projector import ProjectorFiles, sprite, thumbnails, tsv
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.projector import ProjectorConfig

NAMES = ["tab\there", "line\nend", "back\\slash", "return\rhere", "plain"]


def snapshot_of(n, n_codes=2, epoch=3):
    positions = np.random.default_rng(0).normal(size=(n, n_codes)).astype(np.float32)
    return SimpleNamespace(epoch=epoch, positions=positions)


def images_of(n, height, width, channels):
    return np.random.default_rng(1).integers(0, 256, (n, height, width, channels), np.uint8)


def written(folder):
    """The one embedding of the folder, as TensorBoard's own message."""
    (embedding,) = text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig()).embeddings
    return embedding


def rows_of(path):
    return list(csv.reader(path.open(newline=""), delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n"))


def picture(sheet, embedding, number):
    """The thumbnail of a point, where the projector looks for it."""
    width, height = embedding.sprite.single_image_dim
    row, column = divmod(number, sheet.shape[1] // width)
    return sheet[row * height : (row + 1) * height, column * width : (column + 1) * width]


@pytest.mark.parametrize("kind", ["aae", "semisupervised", "clustering"])
def test_every_image_has_its_position_class_and_thumbnail(model_of_kind, few_digits, tmp_path, kind):
    model, split = model_of_kind(kind), few_digits.take(np.arange(0, 300, 7))
    snapshot = snapshot_of(len(split))
    ProjectorFiles(tmp_path, model, split).write(snapshot)
    embedding = written(tmp_path)
    assert embedding.tensor_name == "codes_after_epoch_3"
    # Two codes and an axis of zeros.
    assert list(embedding.tensor_shape) == [len(split), 3]
    positions = np.loadtxt(tmp_path / embedding.tensor_path, np.float32)
    np.testing.assert_array_equal(positions[:, :2], snapshot.positions)
    assert not positions[:, 2].any()
    header, *rows = rows_of(tmp_path / embedding.metadata_path)
    assert [row[0] for row in rows] == [str(label) for label in split.labels]
    assert [row[-1] for row in rows] == [str(number) for number in range(len(split))]
    images = split.images.astype(np.float32) / 127.5 - 1
    if kind == "semisupervised":
        found = model.classify(images).numpy().argmax(axis=1)
        assert header == ["class", "predicted", "right", "image"]
        assert [(row[1], row[2] == "1") for row in rows] == [
            (str(guess), guess == label) for guess, label in zip(found, split.labels, strict=True)
        ]
    elif kind == "clustering":
        assert header == ["class", "cluster", "image"]
        assert [row[1] for row in rows] == [str(each) for each in model.classify(images).numpy().argmax(axis=1)]
    sheet = np.asarray(Image.open(tmp_path / embedding.sprite.image_path))
    for number, image in enumerate(split.images):
        np.testing.assert_array_equal(picture(sheet, embedding, number), image[..., 0])
    assert not list(tmp_path.glob(".temporary*"))


def test_classes_with_heads_have_representations(model_of_kind, few_digits, tmp_path):
    split = few_digits.take(np.arange(10))
    ProjectorFiles(tmp_path, model_of_kind("dimreduction"), split).write(snapshot_of(10))
    assert written(tmp_path).tensor_name == "representations_after_epoch_3"


def test_of_many_images_so_many_are_shown_from_first_to_last(small_model, tmp_path, monkeypatch):
    monkeypatch.setattr(projector, "N_POINTS", 5)
    split = Split("test", images_of(41, 6, 4, 3), np.arange(41, dtype=np.int32) % 3, "noise")
    snapshot = snapshot_of(41, n_codes=7)
    files = ProjectorFiles(tmp_path, small_model(), split)
    files.write(snapshot_of(41, n_codes=7, epoch=1))
    files.write(snapshot)
    embedding, chosen = written(tmp_path), [0, 10, 20, 30, 40]
    assert embedding.tensor_name == "codes_after_epoch_3"
    np.testing.assert_array_equal(np.loadtxt(tmp_path / embedding.tensor_path, np.float32), snapshot.positions[chosen])
    assert [row[-1] for row in rows_of(tmp_path / embedding.metadata_path)[1:]] == list(map(str, chosen))
    sheet = np.asarray(Image.open(tmp_path / embedding.sprite.image_path))
    for point, number in enumerate(chosen):
        np.testing.assert_array_equal(picture(sheet, embedding, point), split.images[number])


def test_names_that_would_end_a_cell_or_a_line_do_not():
    lines = tsv([[name, number] for number, name in enumerate(NAMES)]).split("\n")
    assert lines.pop() == ""
    cells = [line.split("\t") for line in lines]
    assert [cell[0].encode().decode("unicode_escape") for cell in cells] == NAMES
    assert [cell[1:] for cell in cells] == [["0"], ["1"], ["2"], ["3"], ["4"]]
    assert not any("\r" in cell[0] for cell in cells)


def test_classes_that_have_names_are_shown_by_them(small_model, tmp_path):
    labels = np.arange(5, dtype=np.int32)[::-1]
    split = Split("test", images_of(5, 6, 4, 1), labels, "noise", class_names=tuple(NAMES))
    ProjectorFiles(tmp_path, small_model(), split).write(snapshot_of(5))
    rows = rows_of(tmp_path / written(tmp_path).metadata_path)
    assert [row[0].encode().decode("unicode_escape") for row in rows[1:]] == NAMES[::-1]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_large_images_become_thumbnails_in_proportion(channels):
    wide = thumbnails(np.full((2, 100, 400, channels), 200, np.uint8))
    assert wide.shape == (2, 16, 64, channels)
    assert (wide == 200).all()
    small = images_of(2, 28, 64, channels)
    assert thumbnails(small) is small


def test_the_largest_sprite_is_within_what_the_projector_takes():
    side = projector.MAX_THUMBNAIL
    sheet = sprite(np.zeros((projector.N_POINTS, side, side, 1), np.uint8))
    assert max(sheet.shape) <= 8192
