"""docs/tour.ipynb, run from top to bottom."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

NOTEBOOK = json.loads((Path(__file__).parents[1] / "docs" / "tour.ipynb").read_text())


@pytest.mark.slow
def test_the_tour_classifies_and_writes_every_class_that_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert np.mean(names["given"] == names["test"].labels) > 0.8
    reader = KNeighborsClassifier(3).fit(names["train"].images.reshape(4000, -1), names["train"].labels)
    asked = np.repeat(np.arange(10), 10)
    assert np.mean(reader.predict(names["styles"].reshape(100, -1)) == asked) > 0.7
    assert (tmp_path / "tour_explorer.html").exists()
