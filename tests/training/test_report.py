"""The report of a run, read as a browser reads it."""

import base64
import csv
import io
import json
import os

import numpy as np
import pytest
from aae.training import report_pictures
from aae.training.report import write_report
from aae.training.run_folder import RunFolder
from PIL import Image

from tests.visualization.test_report_page import Parsed

EVIL = "<script>alert(1)</script>"
METRICS = """epoch,generator_loss,reconstruction_loss,valid_reconstruction_loss,test_reconstruction_loss,seconds
0,0.7,50.25,51.5,52.75,3.0
1,0.65,40.125,41.25,42.5,3.0
"""
CONFIG = {
    "experiment": {"model": "supervised"},
    "command": "python experiment/aae_mnist.py --train --save_path 'a b'",
    "flags": {"seed": 17, "lr": 0.5, "nothing": None},
    "data": {
        "train": {
            "source": "a folder",
            "images": 3000,
            "image_shape": [28, 28, 1],
            "digests": {"labels": "a1" * 16, "images": "b2" * 16},
            "notice": "not what it seems",
        },
        "labelled_images": 100,
    },
    "versions": {"python": "3.11.9", "keras": "3.14.0"},
    "machine": {"processor": "an abacus", "cores": 3},
    "git_commit": "c0ffee",
    "finished": {"epochs": 2, "seconds": 12.5},
}
EVALUATION = {"epoch": 2, "images": 1500, "figures": {"accuracy": 0.97104, "prior_fit": 1.25, "unheard_of": 3.0}}


@pytest.fixture
def folder(tmp_path):
    """A run folder with a record, metrics of two epochs, and an evaluation."""
    folder = RunFolder(tmp_path / "a run")
    folder.create(CONFIG)
    folder.metrics.write_text(METRICS)
    folder.write_evaluation(EVALUATION)
    return folder


def draw(folder, name, age=0):
    """A picture like no other in the folder; the older, the greater its age."""
    pixels = np.random.default_rng(list(name.encode())).integers(0, 255, (8, 8), np.uint8)
    path = folder.path / name
    Image.fromarray(pixels).save(path)
    os.utime(path, (1000 - age, 1000 - age))
    return path


def page_of(folder):
    return Parsed(write_report(folder).read_text(encoding="utf-8"))


def files_in(page):
    """The pictures of a page, decoded, with what is said to those who do not see them."""
    return {base64.b64decode(image["src"].split(",")[1]): image["alt"] for image in page.named("img")}


def test_the_page_says_what_the_files_say(folder):
    page = page_of(folder)
    words = "\n".join(page.text)
    assert page.text.count("a run") == 2
    for said in (
        CONFIG["command"],
        *("17", "12.5", "c0ffee", "3.11.9", "3.14.0", "an abacus", "a1" * 16, "b2" * 16, "28, 28, 1", "100"),
        *("not what it seems", "97.10%", "1.250", "On 1,500 test images, by the model after epoch 2"),
    ):
        assert said in words
    last = list(csv.DictReader(io.StringIO(METRICS)))[-1]
    for name, value in last.items():
        if name not in ("epoch", "seconds"):
            assert f"{float(value):.3f}" in page.text
    assert "unheard of" not in words
    assert "None" not in page.text
    assert not list(folder.path.glob(".temporary*"))


def test_headings_and_tables_say_what_they_are(folder):
    draw(folder, "confusion.png")
    page = page_of(folder)
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == names.count("title") == names.count("main") == 1
    assert names.count("h2") == 7
    assert all(given.get("scope") in ("col", "row", "rowgroup") for given in page.named("th"))
    assert all(image["alt"] for image in page.named("img"))


def test_curves_are_drawn_of_what_is_known(folder):
    alts = files_in(page_of(folder)).values()
    assert sorted(alts) == ["Curves over the epochs: game on z: losses", "Curves over the epochs: reconstruction loss"]


def test_pictures_are_the_files_that_show_the_end(folder):
    names = ["generate_im_9.png", "generate_im_10.png", "generate_im_component3.png", "confusion.png", "latent.gif"]
    written = {name: draw(folder, name).read_bytes() for name in (*names, "thesis.png", "generate_im_x.png")}
    shown = set(files_in(page_of(folder))) & set(written.values())
    assert shown == {written[name] for name in ("generate_im_10.png", "confusion.png", "latent.gif")}


@pytest.mark.parametrize(("age", "expected"), [(0, "latent.png"), (9, "latent_2.png")])
def test_a_final_picture_goes_before_the_last_snapshot_unless_it_is_from_before(folder, age, expected):
    snapshot, final = draw(folder, "latent_2.png", age=5), draw(folder, "latent.png", age=age)
    shown = set(files_in(page_of(folder)))
    assert {path.name for path in (snapshot, final) if path.read_bytes() in shown} == {expected}


def test_what_would_make_it_too_large_to_send_is_named(folder, monkeypatch):
    large, small = draw(folder, "confusion.png"), draw(folder, "clusters.png")
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99), np.uint8)).save(large)
    monkeypatch.setattr(report_pictures, "MAX_BYTES", large.stat().st_size - 1)
    page = page_of(folder)
    assert small.read_bytes() in files_in(page)
    assert large.read_bytes() not in files_in(page)
    assert "Too large for this page, in the folder of the run: confusion.png" in page.text


def test_what_comes_from_outside_is_only_text(tmp_path):
    folder = RunFolder(tmp_path / EVIL.replace("/", "∕"))
    part = {"source": EVIL, "images": 3, "digests": {EVIL: EVIL}, "notice": EVIL, "class_names": [EVIL, "1 & 2"]}
    outside = {
        "experiment": {"model": EVIL},
        "command": f"python {EVIL}",
        "resumed": [{"command": EVIL, "after": EVIL}],
        "flags": {"seed": EVIL, EVIL: EVIL},
        "data": {EVIL: part},
        "versions": {EVIL: EVIL},
        "machine": {"processor": EVIL},
        "computation": {"strategy": EVIL},
        "git_commit": EVIL,
    }
    folder.create(CONFIG | outside)
    folder.metrics.write_text(f"epoch,{EVIL},test_{EVIL}\n0,1,2\n")
    folder.write_evaluation(EVALUATION | {"epoch": EVIL})
    text = write_report(folder).read_text(encoding="utf-8")
    assert "<script" not in text
    page = Parsed(text)
    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text.count(EVIL) >= 12
    assert page.text.count(folder.path.name) == 2
    assert f"{EVIL}, 1 & 2" in page.text


def test_what_is_missing_is_left_out(tmp_path):
    folder = RunFolder(tmp_path)
    folder.write_config({"experiment": {}})
    folder.write_evaluation({"figures": {"accuracy": None, "prior_fit": float("nan")}})
    page = page_of(folder)
    assert {"h2", "table", "img", "p"} & {tag for tag, _ in page.tags} == set()
    folder.write_evaluation({"figures": {"accuracy": None, "prior_fit": 1.25}})
    page = page_of(folder)
    assert "accuracy" not in page.text
    assert "1.250" in page.text
    folder.evaluation.write_text("{")
    assert "1.250" not in page_of(folder).text


def test_a_name_that_is_no_text_is_no_obstacle(tmp_path):
    folder = RunFolder(tmp_path / os.fsdecode(b"run \xff"))
    folder.create(json.loads(json.dumps(CONFIG)))
    assert "run ?" in page_of(folder).text


def test_an_earlier_runs_report_is_set_aside(folder):
    report = write_report(folder).read_bytes()
    folder.create(CONFIG)
    assert not folder.report.exists()
    (aside,) = (folder.path / "earlier").iterdir()
    assert (aside / "report.html").read_bytes() == report
