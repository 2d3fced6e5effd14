"""What the pictures of a run on images say."""

import aae.training.pictures
import pytest
from aae.training.pictures import RunPictures


@pytest.fixture
def texts_drawn(monkeypatch):
    """The titles and labels of the sheets that are drawn from here on, in a list of tuples."""
    texts = []
    draw = aae.training.pictures.save_image_grid

    def drawn(path, images, rows, columns, *of_sheet, **names):
        texts.append(of_sheet)
        return draw(path, images, rows, columns, *of_sheet, **names)

    monkeypatch.setattr(aae.training.pictures, "save_image_grid", drawn)
    return texts


@pytest.mark.parametrize(("kind", "rows"), [("semisupervised", "class"), ("clustering", "cluster")])
def test_styles_say_whether_their_rows_are_classes_or_clusters(tmp_path, model_of_kind, texts_drawn, kind, rows):
    RunPictures(tmp_path, model_of_kind(kind)).write_styles(seed=0)
    assert texts_drawn == [
        (f"Every {rows} in ten styles", f"{rows} asked for", "one code per row"),
        (f"Every {rows} in ten styles", "one code per column", f"{rows} asked for"),
    ]
