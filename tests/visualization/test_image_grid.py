import numpy as np
from aae.visualization.image_grid import save_image_grid, save_overview, tile
from PIL import Image


def test_tiles_lie_row_by_row_with_grey_levels_of_their_own():
    images = np.arange(0, 256, 51, dtype=np.uint8).reshape(6, 1, 1, 1) * np.ones((6, 2, 3, 1), np.uint8)
    sheet = tile(images, 2, 3)
    assert sheet.shape == (4, 9)
    assert sheet[::2, ::3].tolist() == [[0, 51, 102], [153, 204, 255]]


def test_colour_images_keep_their_channels():
    images = np.stack([np.full((2, 2, 3), [1, 2, 3], np.uint8), np.full((2, 2, 3), 255, np.uint8)])
    sheet = tile(images, 1, 2)
    assert sheet.shape == (2, 4, 3)
    assert sheet[0, 0].tolist() == [1, 2, 3]
    assert sheet[0, 3].tolist() == [255, 255, 255]


def test_a_sheet_in_a_file_shows_its_images_in_their_places(tmp_path):
    images = np.zeros((4, 8, 8, 1), np.uint8)
    images[3] = 255
    path = save_image_grid(tmp_path / "sheet.png", images, 2, 2, "title")
    pixels = np.asarray(Image.open(path).convert("L"))
    light = pixels == 255
    # Inside the dark sheet, which is the largest dark region, only the lower right quarter is light.
    rows, columns = np.where(pixels == 0)
    middle = (rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2
    assert light[middle[0] + 8, middle[1] + 8]
    assert not light[middle[0] - 8, middle[1] + 8]
    assert not light[middle[0] + 8, middle[1] - 8]
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.png"]


def test_an_overview_holds_sheets_of_any_number(tmp_path):
    for n in (1, 7):
        path = save_overview(tmp_path / f"{n}.png", [np.zeros((4, 4), np.uint8)] * n, ["a"] * n, "all")
        assert Image.open(path).size[0] == 300 * min(n, 5)
