"""The explorer in a real browser, headless Chromium, from a file."""

import itertools
import shutil

import aae
import numpy as np
import pytest
from aae.data.digits import load_digits
from aae.data.pipeline import to_uint8
from aae.models import priors

from tests.conftest import without_package
from tests.visualization.colour_vision import require_told_apart

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these it asks its makers for news.
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
ATTACK = "<script>alert(1)</script>"
NAMES = [ATTACK, *(f"<img src=x onerror=alert({label})>" for label in range(1, 10))]
DECODED = """() => {
  const canvas = document.getElementById("decoded"), context = canvas.getContext("2d");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return [canvas.height, canvas.width, Array.from(data)];
}"""
# A digit as it is, spread over the paper.
DRAW = """(levels) => {
  const picture = new ImageData(280, 280);
  for (let i = 0; i < 280 * 280; i++) {
    const level = levels[Math.floor(Math.floor(i / 280) / 10) * 28 + Math.floor((i % 280) / 10)];
    picture.data.set([level, level, level, 255], 4 * i);
  }
  document.getElementById("centre").checked = false;
  explorer.drawing.ink.putImageData(picture, 0, 0);
  explorer.drawing.edited();
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        without_package("Chromium", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False)
        yield browser
        browser.close()


class Page:
    """A page in the browser, and all that it asked for, said or failed at."""

    def __init__(self, browser, path, **settings):
        self.page = browser.new_page(**{"viewport": {"width": 1200, "height": 900}} | settings)
        self.asked, self.said, self.dialogs = [], [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: message.type == "error" and self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.url = path.as_uri()
        self.page.goto(self.url)
        self.wait("window.explorer !== undefined")
        self.settle()

    def wait(self, condition):
        """Waits until it holds; Playwright's own way needs eval, which the page's policy forbids."""
        for _ in range(300):
            if self.state(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never: {condition}")

    def settle(self):
        self.page.evaluate(FRAMES)

    def state(self, what):
        return self.page.evaluate(f"() => {what}")

    def code(self):
        return np.array(self.state("Array.from(explorer.state.code)"), np.float32)

    def decoded(self):
        """Grey levels of the large picture: uint8 [height, width, channels]."""
        self.settle()
        height, width, levels = self.page.evaluate(DECODED)
        return np.array(levels, np.uint8).reshape(height, width, 4)[..., :3]

    def point(self, across, down):
        box = self.page.locator("#plane-top").bounding_box()
        self.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        self.settle()

    def require_quiet(self):
        """Nothing but the file itself was asked for, nothing was said, nothing of the data was run."""
        assert self.asked == [self.url]
        assert not self.said
        assert not self.dialogs


@pytest.fixture
def opened(browser, few_digits, tmp_path):
    """A function that opens the page of a model."""
    pages = []

    def open_page(model, images=None, labels=None, screen=None, **settings):
        images, labels = (few_digits.images, few_digits.labels) if images is None else (images, labels)
        path = aae.explore(model, images, labels, tmp_path / "explorer.html", **settings)
        pages.append(Page(browser, path, **screen or {}))
        return pages[-1]

    yield open_page
    for page in pages:
        page.require_quiet()
        page.page.close()


def require_same_picture(page, model, code, label=None):
    labels = None if label is None else [label]
    expected = to_uint8(model.decode(code[None], labels), model.image_range)[0]
    assert np.abs(page.decoded().astype(int) - expected.astype(int)).max() <= 3


def test_the_pointer_s_place_is_decoded(opened):
    model = aae.pretrained("mnist_gmm_2d")
    test = load_digits("test")
    page = opened(model, test.images, test.labels, class_names=NAMES, title=ATTACK)
    limit = model.prior.plot_limit
    seen = []
    for across, down in [(0.5, 0.5), (0.7, 0.5), (0.3, 0.35), (0.45, 0.8)]:
        page.point(across, down)
        assert page.code() == pytest.approx([(2 * across - 1) * limit, (1 - 2 * down) * limit], abs=0.02 * limit)
        require_same_picture(page, model, page.code())
        seen.append(page.decoded())
    assert len({picture.tobytes() for picture in seen}) == len(seen)
    assert page.page.locator("h1").inner_text() == ATTACK


def test_the_nearest_image_is_told(opened, few_digits):
    model = aae.pretrained("mnist_gmm_2d")
    page = opened(model, class_names=NAMES)
    page.point(0.7, 0.4)
    codes = np.asarray(model.encode(few_digits.images.astype(np.float32) / 127.5 - 1))
    deviations = np.array(page.state("explorer.data.prior.deviations"))
    nearest = (((codes - page.code()) / deviations) ** 2).sum(axis=1).argmin()
    assert page.page.locator("#nearest-facts").inner_text().startswith(f"class {NAMES[few_digits.labels[nearest]]}; ")


def test_zoom_pan_and_density(opened):
    page = opened(aae.pretrained("mnist_gmm_2d"))
    whole = page.state("explorer.plane.view.half")
    page.point(0.6, 0.4)
    before = page.code()
    page.page.mouse.wheel(0, -300)
    page.settle()
    assert page.state("explorer.plane.view.half") < whole / 2
    page.point(0.6, 0.4)
    # What was under the pointer stays there.
    assert page.code() == pytest.approx(before, abs=0.01 * whole)
    page.page.mouse.down()
    page.point(0.5, 0.5)
    page.point(0.4, 0.6)
    page.page.mouse.up()
    middle = page.state("explorer.plane.view.x"), page.state("explorer.plane.view.y")
    page.page.locator("#zoom-all").click()
    assert middle != (0, 0)
    assert page.state("explorer.plane.view") == {"x": 0, "y": 0, "half": whole}
    full = coloured_pixels(page)
    page.page.locator("#density").fill("10")
    page.settle()
    assert coloured_pixels(page) < full / 2


def coloured_pixels(page):
    """Pixels of the plane that are no shade of grey: the points."""
    return page.state("""(() => {
      const canvas = document.getElementById("plane-base");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) count += Math.max(data[i], data[i + 1], data[i + 2]) -
        Math.min(data[i], data[i + 1], data[i + 2]) > 24;
      return count;
    })()""")


def test_a_walk_between_two_places(opened):
    model = aae.pretrained("mnist_gmm_2d")
    page = opened(model)
    ends = []
    for across, down in [(0.3, 0.4), (0.7, 0.6)]:
        page.point(across, down)
        ends.append(page.code())
        page.page.mouse.down()
        page.page.mouse.up()
    page.settle()
    assert page.page.locator("#walk-play").inner_text() == "Pause"
    page.page.locator("#walk-play").click()
    page.settle()
    page.page.evaluate("() => explorer.plane.walkTo(0.5)")
    assert page.code() == pytest.approx((ends[0] + ends[1]) / 2, abs=1e-4)
    require_same_picture(page, model, page.code())
    page.page.locator("#walk-step").click()
    assert page.code() == pytest.approx(0.4 * ends[0] + 0.6 * ends[1], abs=1e-4)
    page.page.evaluate("() => explorer.plane.walkTo(1.25)")
    assert page.code() == pytest.approx(0.25 * ends[0] + 0.75 * ends[1], abs=1e-4)
    page.page.locator("#walk-clear").click()
    assert page.state("explorer.state.walk") is None


def test_the_keyboard_does_what_the_pointer_does(opened):
    model = aae.pretrained("mnist_gmm_2d")
    page = opened(model)
    keyboard, half = page.page.keyboard, page.state("explorer.plane.view.half")
    page.page.locator("#plane-top").focus()
    keyboard.press("Enter")
    for _ in range(5):
        keyboard.press("ArrowRight")
    keyboard.press("ArrowUp")
    assert page.code() == pytest.approx([5 * 0.04 * half, 0.04 * half], rel=1e-4)
    require_same_picture(page, model, page.code())
    end = page.code()
    keyboard.press("Enter")
    keyboard.press(" ")
    keyboard.press(".")
    assert not page.state("explorer.state.walk.isPlaying")
    along = page.code() / end
    assert along[0] == pytest.approx(along[1], abs=1e-3)
    assert 0 < along[0] < 1
    keyboard.press("Escape")
    keyboard.press("+")
    assert page.state("explorer.state.walk") is None
    assert page.state("explorer.plane.view.half") < half
    page.wait("document.getElementById('spoken').textContent.includes('Nearest held-out image')")


@pytest.mark.parametrize("kind", ["supervised", "semisupervised", "clustering"])
def test_sliders_and_classes(kind, opened, model_of_kind):
    model = model_of_kind(kind, priors.Gaussian(4))
    page = opened(model, class_names=NAMES)
    sliders = page.page.locator("#slider-list input")
    assert sliders.count() == 4
    assert not page.page.locator("#plane").is_visible()
    sliders.nth(2).fill("1.5")
    page.page.locator("#class").select_option(index=7)
    deviations = page.state("explorer.data.prior.deviations")
    code = np.array([0, 0, 1.5 * deviations[2], 0], np.float32)
    assert page.code() == pytest.approx(code, abs=1e-5)
    require_same_picture(page, model, code, 7)
    page.page.locator("#shuffle").click()
    assert page.code() != pytest.approx(code)
    require_same_picture(page, model, page.code(), 7)
    require_same_grid(page, model)


def require_same_grid(page, model):
    """Every class in this style, each in its place."""
    page.wait("slices.every((slice) => slice.isDone())")
    width, height, levels = page.state("""(() => {
      const canvas = document.getElementById("grid-canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return [canvas.width, canvas.height, Array.from(data)];
    })()""")
    grid = np.array(levels).reshape(height, width, 4)[..., 0]
    codes = np.repeat(page.code()[None], model.n_classes, axis=0)
    expected = to_uint8(model.decode(codes, np.arange(model.n_classes)), model.image_range)[..., 0]
    for label in range(model.n_classes):
        tile = grid[:28, 30 * label : 30 * label + 28]
        assert np.abs(tile - expected[label].astype(int)).max() <= 3


PIXELS = """(id) => {
  const canvas = document.getElementById(id);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(data).filter((_, i) => i % 4 === 0);
}"""


@pytest.mark.parametrize("kind", ["semisupervised", "supervised"])
def test_the_nearest_image_is_reconstructed_as_the_model_does(kind, opened, model_of_kind, few_digits):
    model = model_of_kind(kind, priors.Gaussian(4))
    page = opened(model)
    page.page.locator("#class").select_option(index=page.state("(given || data.labels)[7]"))
    page.settle()
    shown = np.array(page.page.evaluate(PIXELS, "nearest"), np.uint8).reshape(28, 28)
    index = np.flatnonzero((few_digits.images[..., 0] == shown).all(axis=(1, 2)))[0]
    image = few_digits.images[index : index + 1].astype(np.float32) / 127.5 - 1
    expected = to_uint8(model.reconstruct(image, few_digits.labels[index : index + 1]), model.image_range)[0, ..., 0]
    again = np.array(page.page.evaluate(PIXELS, "nearest-again"), int).reshape(28, 28)
    assert np.abs(again - expected).max() <= 3


def test_a_cluster_without_images_says_so(opened, model_of_kind):
    model = model_of_kind("clustering", priors.Gaussian(4))
    page = opened(model)
    counts = page.state("explorer.data.clusters.map((each) => each.count)")
    page.page.locator("#class").select_option(index=counts.index(0))
    page.settle()
    assert page.page.locator("#nearest-facts").inner_text().startswith("none of the images shown is in cluster")
    assert not any(page.page.evaluate(PIXELS, "nearest"))


def test_a_drawing_is_classified_by_reconstruction_where_no_head_does(opened):
    test = load_digits("test")
    model = aae.pretrained("mnist_supervised_10")
    page = opened(model, test.images, test.labels)
    chosen = np.arange(0, 1000, 25)
    found = []
    for index in chosen:
        page.page.evaluate(DRAW, test.images[index].ravel().tolist())
        page.settle()
        found.append(page.state("explorer.state.cls"))
    assert np.mean(np.array(found) == test.labels[chosen]) > 0.9


def test_clusters_show_their_members(opened, model_of_kind, few_digits):
    model = model_of_kind("clustering", priors.Gaussian(4))
    page = opened(model, class_names=NAMES, label_of_cluster=list(range(10)))
    items = page.page.locator("#cluster-list button")
    assert items.count() == 10
    assert items.nth(0).inner_text().startswith(f"cluster 0: {ATTACK} (")
    items.nth(3).click()
    assert page.state("explorer.state.cls") == 3
    assert not page.code().any()
    require_same_picture(page, model, page.code(), 3)


def test_the_plane_of_an_embedding_shows_representations(opened, model_of_kind, few_digits):
    model = model_of_kind("dimreduction")
    page = opened(model)
    images = few_digits.images.astype(np.float32) / 127.5 - 1
    shown = np.array(page.state("Array.from(positions)")).reshape(-1, 2)
    expected = np.asarray(model.represent(images))
    assert np.sort(shown[:, 0]) == pytest.approx(np.sort(expected[:, 0]), abs=1e-4)
    assert shown.mean(axis=0) == pytest.approx(expected.mean(axis=0), abs=1e-4)


@pytest.mark.parametrize("kind", ["aae", "semisupervised", "dimreduction"])
def test_a_picture_is_encoded_as_the_model_does(kind, opened, model_of_kind, few_digits):
    model = model_of_kind(kind, priors.Gaussian(2))
    page = opened(model)
    # An opened picture: its pixels are spread over the paper, and gathered again.
    sheet = page.state("document.getElementById('paper').width")
    assert sheet == 280
    page.page.evaluate(DRAW, few_digits.images[4].ravel().tolist())
    page.settle()
    image = few_digits.images[4:5].astype(np.float32) / 127.5 - 1
    code = model.represent(image) if kind == "dimreduction" else model.encode(image)
    assert page.code() == pytest.approx(np.asarray(code)[0], abs=5e-3)
    if kind == "aae":
        return
    probabilities = np.asarray(model.classify(image))[0]
    first = page.page.locator(".verdict-line").first.inner_text()
    assert first.startswith(str(probabilities.argmax()))


def test_a_drawn_one_is_taken_for_a_one(opened):
    test = load_digits("test")
    page = opened(aae.pretrained("mnist_gmm_2d"), test.images, test.labels)
    page.page.locator("#paper").scroll_into_view_if_needed()
    box = page.page.locator("#paper").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.page.mouse.move(middle, box["y"] + 0.2 * box["height"])
    page.page.mouse.down()
    page.page.mouse.move(middle, box["y"] + 0.8 * box["height"], steps=10)
    page.page.mouse.up()
    page.settle()
    assert page.page.locator(".verdict-line").first.inner_text().startswith("1")
    page.page.locator("#wipe").click()
    assert page.page.locator(".verdict-line").count() == 0


def press(page, *keys):
    for key in keys:
        page.page.keyboard.press(key)
    page.settle()


def tab_to(page, identifier):
    for _ in range(40):
        press(page, "Tab")
        if page.state("document.activeElement.id") == identifier:
            return
    raise AssertionError(f"Tab never comes to {identifier}")


def bar(column, top, bottom):
    """Grey levels [28, 28] of a line 2.1 pixels wide with round ends, between the middles of two pixels of a column."""
    down, across = (np.mgrid[: 28 * 20, : 28 * 20] + 0.5) / 20
    beyond = np.maximum(0, np.maximum(top + 0.5 - down, down - bottom - 0.5))
    inked = np.hypot(across - column - 0.5, beyond) <= 1.05
    return 255 * inked.reshape(28, 20, 28, 20).mean(axis=(1, 3))


def drawn(page, canvas="drawn"):
    """Grey levels [28, 28] of a small picture beside the drawing."""
    return np.array(page.page.evaluate(PIXELS, canvas), int).reshape(28, 28)


def test_a_bar_drawn_by_keyboard_is_what_keras_makes_of_it(opened):
    model = aae.pretrained("mnist_classifier_100")
    page = opened(model)
    page.page.locator("#centre").uncheck()
    tab_to(page, "paper")
    press(page, "Shift+ArrowUp", "ArrowUp", "Space", *["Shift+ArrowDown"] * 3, "ArrowDown", "Enter", "ArrowRight")
    difference = np.abs(drawn(page) - bar(14, 9, 22))
    assert difference.mean() < 1
    assert difference.max() < 40
    assert model.image_range == (0, 1)
    image = (drawn(page)[None, ..., None] / 255).astype(np.float32)
    probabilities = np.asarray(model.classify(image))[0]
    told = page.state(
        "[...document.querySelectorAll('.verdict-line')].map((line) => [...line.children].map((part) => "
        "part.value === undefined ? part.textContent : part.value))"
    )
    for (name, share, _), label in zip(told, np.argsort(-probabilities), strict=False):
        assert name == str(label)
        assert share == pytest.approx(probabilities[label], abs=2e-3)
    assert page.code() == pytest.approx(np.asarray(model.encode(image))[0], abs=5e-3)
    expected = to_uint8(model.reconstruct(image), model.image_range)[0, ..., 0]
    assert np.abs(drawn(page, "drawn-again") - expected).max() <= 3
    page.wait("document.getElementById('drawing-spoken').textContent.startsWith('Pen up, column 16, row 23.')")
    page.page.locator("#centre").check()
    page.settle()
    assert page.page.locator(".verdict-line").first.inner_text().startswith("1")


def test_the_pen_is_seen_lifted_and_stopped_at_the_edges(opened):
    page = opened(aae.pretrained("mnist_gmm_2d"))
    page.page.locator("#centre").uncheck()
    mark = page.page.locator("#pen")
    assert not mark.is_visible()
    tab_to(page, "paper")
    assert mark.is_visible()
    assert page.state("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press(page, *["ArrowLeft"] * 30, *["Shift+ArrowUp"] * 9)
    page.wait("document.getElementById('drawing-spoken').textContent === 'Pen up, column 1, row 1. Nothing is drawn.'")
    assert not drawn(page).any()
    press(page, "Space")
    assert drawn(page)[0, 0] == 255
    assert not drawn(page)[3:].any()
    page.wait(
        "document.getElementById('drawing-spoken').textContent.startsWith('Pen down, column 1, row 1. Drawing: ')"
    )
    press(page, "Escape", *["ArrowDown"] * 9)
    assert not drawn(page)[3:].any()
    box, paper = mark.bounding_box(), page.page.locator("#paper").bounding_box()
    assert (box["x"] + box["width"] / 2 - paper["x"]) / paper["width"] == pytest.approx(0.5 / 28, abs=0.01)
    assert (box["y"] + box["height"] / 2 - paper["y"]) / paper["height"] == pytest.approx(9.5 / 28, abs=0.01)
    press(page, "Backspace")
    assert not drawn(page).any()
    assert page.page.locator(".verdict-line").count() == 0
    # Whoever leaves the paper with the pen down finds it lifted.
    press(page, "Enter", "Tab", "Shift+Tab", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    assert not drawn(page)[12:].any()


def test_a_file_that_is_no_picture_is_refused_in_a_line(opened, tmp_path):
    page = opened(aae.pretrained("mnist_gmm_2d"))
    (tmp_path / "notes.png").write_text("no picture")
    page.page.locator("#file").set_input_files(tmp_path / "notes.png")
    page.wait("document.getElementById('verdict').textContent")
    assert page.page.locator("#verdict").inner_text().startswith("notes.png: cannot be read as a picture")


@pytest.mark.parametrize("screen", [{"viewport": {"width": 390, "height": 844}}, {"color_scheme": "dark"}])
def test_nothing_hangs_over_the_edge(screen, opened):
    page = opened(aae.pretrained("mnist_gmm_2d"), class_names=NAMES, screen=screen)
    assert page.state("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def fifty_classes(opened, model_of_kind, few_digits):
    """A function that opens a page of 50 classes."""

    def open_page(**screen):
        labels = few_digits.labels + 10 * (np.arange(len(few_digits)) % 5)
        return opened(model_of_kind("aae"), few_digits.images, labels, screen=screen)

    return open_page


# One image of a class in the middle of an empty plane.
ONE_POINT = """(label) => {
  data.labels[0] = label;
  positions.fill(0, 0, 2);
  state.shown = 1;
  data.plane.contours = [];
  data.plane.middles = [];
  explorer.plane.redraw();
}"""
MIDDLE = """(() => {
  const { base } = explorer.plane, corner = Math.round(base.width / 2) - 20;
  return Array.from(base.getContext("2d").getImageData(corner, corner, 40, 40).data);
})()"""
SWATCHES = """[...document.querySelectorAll("#legend canvas")].map((canvas) =>
  Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data))"""


@pytest.mark.parametrize(("scheme", "least"), [("light", 17), ("dark", 14)])
def test_fifty_classes_are_told_apart_with_every_kind_of_colour_vision(scheme, least, fifty_classes):
    page = fifty_classes(color_scheme=scheme)
    swatches = np.array(page.state(SWATCHES)).reshape(50, 24, 24, 4)
    colours, shapes = swatches[:, 12, 12, :3] / 255, page.state("data.shapes")
    require_told_apart(colours, shapes, least)
    outlines = {shape: swatches[label, ..., 3] > 127 for label, shape in enumerate(shapes)}
    assert len(outlines) == 5
    for one, other in itertools.combinations(outlines.values(), 2):
        assert (one != other).sum() > 0.1 * one.sum()


def test_points_have_the_shape_and_the_colour_of_their_class(fifty_classes):
    page = fifty_classes()
    swatches = np.array(page.state(SWATCHES)).reshape(50, 24, 24, 4)
    # Of the square round it a disc fills π / 4, a triangle half.
    for label, share in ((3, np.pi / 4), (13, 1), (23, 0.5)):
        page.page.evaluate(ONE_POINT, label)
        page.settle()
        middle = np.array(page.state(MIDDLE)).reshape(40, 40, 4)[..., :3]
        # The layer of points lies on white at 80 %.
        colour = 255 - 0.8 * (255.0 - swatches[label, 12, 12, :3])
        rows, columns = np.nonzero(np.abs(middle - colour).max(axis=2) < 60)
        assert [rows.mean(), columns.mean()] == pytest.approx([20, 20], abs=1.5)
        assert 7 <= np.ptp(rows) + 1 <= 12
        assert len(rows) / ((np.ptp(rows) + 1) * (np.ptp(columns) + 1)) == pytest.approx(share, abs=0.13)


def test_a_script_in_the_page_would_not_run(opened):
    page = opened(aae.pretrained("mnist_gmm_2d"))
    page.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.wasRun = true";
      document.body.append(script);
    }""")
    assert page.state("window.wasRun === undefined")
    # The refusal is what the console says; nothing else may be.
    assert len(page.said) == 1
    assert "Content Security Policy" in page.said.pop()


def test_the_paper_stays_where_it_is_while_one_draws(opened, model_of_kind):
    page = opened(model_of_kind("clustering", priors.Gaussian(4)), class_names=NAMES, label_of_cluster=list(range(10)))
    where = "document.getElementById('paper').getBoundingClientRect().top + window.scrollY"
    before = page.state(where)
    box = page.page.locator("#paper").bounding_box()
    page.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.page.mouse.down()
    for step in range(5):
        page.page.mouse.move(box["x"] + (0.3 + 0.1 * step) * box["width"], box["y"] + 0.6 * box["height"])
        page.settle()
        assert page.state(where) == before
    page.page.mouse.up()
