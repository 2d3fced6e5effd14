"""The page of a model: what it holds, and that nothing it holds is run."""

import base64
import hashlib
import io
import json
import re
import sys
from html.parser import HTMLParser

import aae
import numpy as np
import pytest
from aae.errors import InputError
from aae.explorer.content import are_centred
from aae.explorer.page import STATIC
from aae.explorer.plane import contours
from aae.explorer.sprite import COLUMNS, sprite
from aae.models import priors
from PIL import Image

from tests.conftest import kinds_of_which

ATTACK = "</script><script>alert(1)</script>"


class Elements(HTMLParser):
    """The elements of a page: (tag, attributes, text)."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        # What follows belongs to no element.
        self.found.append([f"/{tag}", {}, ""])

    def handle_data(self, data):
        if self.found:
            self.found[-1][2] += data

    def of(self, tag, **attributes):
        return [
            (found, text)
            for name, found, text in self.found
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]


def written(path):
    """The elements of a page, and its data."""
    elements = Elements(path.read_text())
    return elements, json.loads(elements.of("script", type="application/json")[0][1])


@pytest.fixture
def page(model_of_kind, few_digits, tmp_path):
    """A function that writes the page of a small model of any kind."""

    def write(kind, prior=None, model=None, **settings):
        model = model or model_of_kind(kind, prior)
        return aae.explore(model, few_digits.images, few_digits.labels, tmp_path / f"{kind}.html", **settings)

    return write


@kinds_of_which("aae", "clustering", "dimreduction")
def test_every_kind_has_a_page(kind, page):
    _, data = written(page(kind))
    assert data["codes"] == 2
    assert len(data["labels"]) == 300
    assert (data["classes"] is not None) == (kind in ("supervised", "semisupervised", "clustering", "dimreduction"))
    assert (data["clusters"] is not None) == (kind == "clustering")
    assert (data["heads"] is not None) == (kind == "dimreduction")


def test_more_than_two_codes(page):
    _, data = written(page("semisupervised", priors.Gaussian(5)))
    assert data["codes"] == 5
    assert len(data["prior"]["deviations"]) == 5
    assert "plane" not in data


def test_only_its_own_script_and_style_may_run(page):
    elements, _ = written(page("aae", title=ATTACK, class_names=[ATTACK, *list("123456789")]))
    (_, script), (_, style) = elements.of("script")[-1], elements.of("style")[0]
    policy = elements.of("meta", **{"http-equiv": "Content-Security-Policy"})[0][0]["content"]
    digests = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for name, text in (("script", script), ("style", style))
    }
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{digests['script']}'",
        f"style-src 'sha256-{digests['style']}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_names_are_text(page):
    path = page("semisupervised", title=ATTACK, class_names=[ATTACK, *list("123456789")])
    elements, data = written(path)
    assert len(elements.of("script")) == 2
    assert data["names"][0] == ATTACK
    assert elements.of("h1")[0][1].strip() == ATTACK
    assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text())


def test_the_script_never_writes_markup():
    for path in STATIC.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|fetch\(", path.read_text()
        )


def test_images_come_back_from_the_sprite():
    images = np.random.default_rng(0).integers(0, 256, (COLUMNS + 3, 5, 4, 3), np.uint8)
    sheet = np.asarray(Image.open(io.BytesIO(sprite(images))))
    assert sheet.shape == (10, COLUMNS * 4, 3)
    for index in (0, COLUMNS - 1, COLUMNS, COLUMNS + 2):
        top, left = index // COLUMNS * 5, index % COLUMNS * 4
        np.testing.assert_array_equal(sheet[top : top + 5, left : left + 4], images[index])


def test_the_images_and_where_they_lie(page, few_digits, model_of_kind):
    model = model_of_kind("aae")
    _, data = written(page("aae", model=model))
    where = np.frombuffer(base64.b64decode(data["positions"]), "<f4").reshape(-1, 2)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["images"]["png"]))))
    first = sheet[:28, :28]
    (index,) = np.flatnonzero((few_digits.images[..., 0] == first).all(axis=(1, 2)))[:1]
    assert data["labels"][0] == few_digits.labels[index]
    code = model.encode(few_digits.images[index : index + 1].astype(np.float32) / 127.5 - 1)
    assert where[0] == pytest.approx(np.asarray(code)[0], abs=1e-5)


def test_contours_of_a_gaussian_are_circles_of_its_mass():
    lines = contours(priors.Gaussian(2).log_prob, 5.0)
    radii = sorted(np.linalg.norm(line, axis=1).mean() for line in lines)
    expected = [np.sqrt(-2 * np.log(1 - mass)) for mass in (0.5, 0.9, 0.99)]
    assert radii == pytest.approx(expected, rel=0.02)


def test_floats_are_taken_in_the_range_of_the_model(model_of_kind, few_digits, tmp_path):
    model = model_of_kind("aae")
    paths = [
        aae.explore(model, images, few_digits.labels, tmp_path / f"{index}.html")
        for index, images in enumerate([few_digits.images, few_digits.images[..., 0].astype(np.float32) / 127.5 - 1])
    ]
    one, other = (written(path)[1] for path in paths)
    assert one == other


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"images": np.zeros((5, 3, 3, 1), np.uint8)}, r"images \[5, 3, 3, 1\]: expected \[n, 28, 28, 1\]"),
        ({"labels": np.zeros(7, int)}, r"300 images and labels int64 \[7\]"),
        ({"labels": np.full(300, 0.5)}, r"300 images and labels float64"),
        ({"labels": np.full(300, 100_009)}, "a label of 100009: expected classes below 1000"),
        ({"class_names": ["a", "b"]}, "2 names of classes: expected 10"),
        ({"class_names": "abcdefghijkl"}, "class names 'abcdefghijkl': expected a list"),
        ({"class_names": 5}, "class names 5: expected a list"),
        ({"images": np.full((300, 28, 28, 1), 255.0)}, r"images float64: expected uint8, or float in \[-1, 1\]"),
        ({"images": np.full((300, 28, 28, 1), np.nan)}, "images float64: expected uint8"),
        ({"images": np.zeros((300, 28, 28, 1), np.int64)}, "images int64: expected uint8"),
        ({"label_of_cluster": [0] * 10}, r"label_of_cluster \[10\]: expected none, without clusters"),
        ({"images": np.zeros((0, 28, 28, 1), np.uint8), "labels": np.zeros(0, int)}, r"images \[0, 28, 28, 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(change, expected, model_of_kind, few_digits, tmp_path):
    given = {"images": few_digits.images, "labels": few_digits.labels} | change
    with pytest.raises(InputError, match=expected):
        aae.explore(model_of_kind("aae"), path=tmp_path / "page.html", **given)
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_or_no_file_is_refused(model_of_kind, few_digits, tmp_path):
    given = few_digits.images, few_digits.labels
    with pytest.raises(InputError, match=r"a page of str: expected a model of aae\.models"):
        aae.explore("mnist", *given)
    for path in (tmp_path, tmp_path / "nowhere/page.html"):
        with pytest.raises(InputError, match="expected the name of a file in a folder that is there"):
            aae.explore(model_of_kind("aae"), *given, path)
    with pytest.raises(InputError, match=r"label_of_cluster \[3\]: expected 10 classes below 10"):
        aae.explore(model_of_kind("clustering"), *given, tmp_path / "page.html", label_of_cluster=[0, 1, 99])
    with pytest.raises(InputError, match="a label of 13: expected classes below 10"):
        aae.explore(model_of_kind("supervised"), few_digits.images, few_digits.labels + 4, tmp_path / "page.html")


def test_classes_that_no_image_has_are_there_all_the_same(page, model_of_kind, few_digits, tmp_path):
    chosen = few_digits.labels < 4
    path = aae.explore(
        model_of_kind("supervised"), few_digits.images[chosen], few_digits.labels[chosen], tmp_path / "page.html"
    )
    assert written(path)[1]["classes"] == list("0123456789")


def test_a_large_page_has_fewer_images_then_no_encoder_then_a_warning(
    model_of_kind, few_digits, tmp_path, monkeypatch, recwarn
):
    def size(most):
        # The function of the module's name stands before it.
        monkeypatch.setattr(sys.modules["aae.explorer.explore"], "MOST_BYTES", most)
        model = model_of_kind("aae", hidden=(64, 64))
        path = aae.explore(model, few_digits.images, few_digits.labels, tmp_path / "page.html")
        _, data = written(path)
        return path.stat().st_size, len(data["labels"]), data["encoder"] is not None

    whole, n_images, has_encoder = size(10**9)
    assert (n_images, has_encoder) == (300, True)
    assert size(whole - 1)[1:] == (150, True)
    without, n_images, has_encoder = size(whole - 130_000)
    assert without <= whole - 130_000
    assert not has_encoder
    assert not recwarn
    with pytest.warns(UserWarning, match="the decoder alone is larger"):
        assert size(50_000)[1:] == (75, False)


def test_images_are_encoded_once_however_many_fit(model_of_kind, few_digits, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["aae.explorer.explore"], "MOST_BYTES", 50_000)
    model, n_encoded = model_of_kind("aae", hidden=(64, 64)), []
    encode = model.encode
    model.encode = lambda images: n_encoded.append(len(images)) or encode(images)
    with pytest.warns(UserWarning, match="the decoder alone is larger"):
        path = aae.explore(model, few_digits.images, few_digits.labels, tmp_path / "page.html")
    assert len(written(path)[1]["labels"]) == 75
    assert sum(n_encoded) == 300


def test_a_page_has_the_colours_and_shapes_of_the_figures(model_of_kind, few_digits, tmp_path):
    path = aae.explore(model_of_kind("aae"), few_digits.images, few_digits.labels + 3, tmp_path / "page.html")
    _, data = written(path)
    assert data["colours"][0] == data["colours"][10] != data["colours"][1]
    assert data["shapes"] == ["circle"] * 10 + ["square"] * 3


def test_images_centred_by_their_mass_are_told_from_others(few_digits):
    assert are_centred(few_digits.images)
    assert not are_centred(np.roll(few_digits.images, 3, axis=1))
    assert not are_centred(np.repeat(few_digits.images, 3, axis=-1))


def test_the_plane_holds_images_beyond_the_prior(page, model_of_kind):
    model = model_of_kind("aae")
    encode = model.encode
    model.encode = lambda images: 100 * encode(images)
    _, data = written(page("aae", model=model))
    where = np.abs(np.frombuffer(base64.b64decode(data["positions"]), "<f4"))
    assert data["plane"]["limit"] == pytest.approx(np.quantile(where, 0.995), rel=1e-4)
    assert data["plane"]["limit"] > model.prior.plot_limit


def test_classes_with_a_part_of_the_prior_are_named_there(page, model_of_kind):
    model = model_of_kind("aae", priors.PetalMixture(2, 10), sees_labels=True)
    _, data = written(page("aae", model=model))
    for middle in data["plane"]["middles"]:
        expected = (
            model.prior.means[middle["label"]] if hasattr(model.prior, "means") else model.prior._means[middle["label"]]
        )
        assert [middle["x"], middle["y"]] == pytest.approx(expected, abs=0.1)
