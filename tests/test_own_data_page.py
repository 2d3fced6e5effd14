"""docs/own_data.md, run from top to bottom."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PAGE = (Path(__file__).parents[1] / "docs" / "own_data.md").read_text()
BLOCKS = re.findall(r"```(python|bash)\n(.*?)```", PAGE, re.DOTALL)


def run_all(folder):
    """Does everything on the page in ``folder``."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for kind, code in BLOCKS:
        words = [sys.executable, "-c", code] if kind == "python" else ["bash", "-ec", code]
        done = subprocess.run(words, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
        assert done.returncode == 0, f"{code}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


def measured(run):
    return json.loads((run / "evaluation.json").read_text())["figures"]


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# One test, so that one worker does it all once.
@pytest.mark.slow
def test_the_page_gives_a_classifier_a_clustering_and_outlier_scores_on_pictures_and_a_table(tmp_path):
    run_all(tmp_path)
    runs = tmp_path / "runs"
    assert measured(runs / "classifier")["accuracy"] > 0.85
    # The decoder listens to the class that it is given.
    assert measured(runs / "classifier")["read_as_asked"] > 0.8
    assert measured(runs / "styles")["read_as_asked"] > 0.8
    new = rows_of(tmp_path / "new.csv")
    assert len(new) == 180
    assert np.mean([row["class"] == Path(row["name"]).parent.name for row in new]) > 0.8
    assert measured(runs / "clusters")["clustering_error"] < 0.35
    with Image.open(runs / "styles/interpolation.gif") as animation:
        assert animation.n_frames == 60
    assert measured(runs / "cells")["accuracy"] > 0.8
    cells = rows_of(tmp_path / "new_cells_codes.csv")
    assert len(cells) == 60
    assert {row["class"] for row in cells} == {"benign", "malignant"}
    assert sum(int(row["is_outlier"]) for row in cells) < 30
    assert "broken.png" in (runs / "photos/config.json").read_text()
    with Image.open(runs / "photos/interpolation.png") as strip:
        # Its right end is teal, but for what JPEG changes.
        assert np.isclose(strip.convert("RGB"), (0, 128, 128), atol=4).all(axis=-1).mean() > 0.01
    with np.load(tmp_path / "cells_codes.npz") as encoded:
        assert encoded["codes"].shape == (509, 2)
    pictures = ("latent.png", "manifold.png", "reconstructions.png")
    for name in ("clusters/clusters.png", *(f"plane/{each}" for each in pictures), "cells/feature_errors.png"):
        assert (runs / name).exists(), name
