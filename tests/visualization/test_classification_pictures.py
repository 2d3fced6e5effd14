import numpy as np
from aae.visualization.captioned_images import save_captioned_images
from aae.visualization.confusion import save_confusion
from PIL import Image


def coloured(pixels):
    """Where a picture is neither grey, black nor white."""
    return np.ptp(pixels.astype(int), axis=-1) > 60


def test_the_darkest_cell_is_the_commonest_mistake(tmp_path):
    confusion = np.full((4, 4), 0)
    np.fill_diagonal(confusion, 900)
    confusion[1, 3] = 50
    path = save_confusion(tmp_path / "confusion.png", confusion, [1, 0.95, 1, 1], "title")
    pixels = np.asarray(Image.open(path).convert("RGB"))
    rows, columns = np.where(coloured(pixels))
    height, width = pixels.shape[:2]
    # Row 1 of 4 is in the upper half, column 3 of 4 on the right; nothing else is coloured so strongly.
    assert 0.2 * height < rows.mean() < 0.5 * height
    assert 0.6 * width < columns.mean() < 0.9 * width


def test_a_classifier_without_mistakes_and_one_with_many_classes_are_drawn(tmp_path):
    for n_classes in (2, 26):
        path = save_confusion(tmp_path / f"{n_classes}.png", 5 * np.eye(n_classes, dtype=int), np.ones(n_classes), "t")
        assert min(Image.open(path).size) >= 500


def test_captioned_images_fill_rows_of_eight(tmp_path):
    sizes = {}
    for n in (1, 8, 9):
        images = np.full((n, 5, 5, 1), 200, np.uint8)
        sizes[n] = Image.open(save_captioned_images(tmp_path / f"{n}.png", images, ["0→1"] * n, "title")).size
    assert sizes[1] == sizes[8]
    assert sizes[9][1] > sizes[8][1]


def test_captioned_images_are_set_row_by_row(tmp_path):
    images = np.full((9, 20, 20, 3), 255, np.uint8)
    images[7], images[8] = [255, 0, 0], [0, 0, 255]
    path = save_captioned_images(tmp_path / "two.png", images, [""] * 9, "title")
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    red, blue = ((pixels[..., channel] - pixels.sum(axis=-1) / 3 > 60) for channel in (0, 2))
    for colour, row, column in ((red, 0.25, 7.5 / 8), (blue, 0.75, 0.5 / 8)):
        rows, columns = np.where(colour)
        assert abs(rows.mean() / height - row) < 0.15
        assert abs(columns.mean() / width - column) < 0.05
