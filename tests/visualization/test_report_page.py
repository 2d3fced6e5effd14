import base64
import hashlib
import re
from html.parser import HTMLParser

from aae.visualization import report_page as html

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"


class Parsed(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self._open = [], [], []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def whole():
    """A page with hostile text in every place that takes text."""
    return html.page(
        EVIL,
        [html.paragraph(EVIL), html.note(EVIL)],
        {
            EVIL: [
                html.code(EVIL),
                html.details(EVIL, html.facts({EVIL: {EVIL: EVIL}, "": {"name": EVIL}})),
                html.table(EVIL, [EVIL, EVIL], [(EVIL, EVIL, EVIL)]),
                *html.pictures([html.picture(b"content", "png", EVIL, EVIL)]),
            ],
            "nothing": [],
        },
    )


def test_text_is_only_text_wherever_it_stands():
    page = Parsed(whole())
    assert not {"script", "a", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert page.text.count(EVIL) == whole().count("&lt;script&gt;") - 1 == 18
    (image,) = page.named("img")
    assert set(image) == {"src", "alt"}
    assert image["alt"] == EVIL
    assert not any(name.startswith("on") or name in ("style", "href") for _, given in page.tags for name in given)


def test_nothing_is_loaded_and_nothing_runs():
    text = whole()
    (policy,) = [given["content"] for given in Parsed(text).named("meta") if "http-equiv" in given]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert "url(" not in style
    assert "@import" not in style


def test_a_picture_is_the_file_itself():
    content = bytes(range(256))
    (image,) = Parsed(html.picture(content, "gif", "what it shows", "below")).named("img")
    kind, data = image["src"].split(",")
    assert kind == "data:image/gif;base64"
    assert base64.b64decode(data) == content


def test_a_section_of_nothing_is_left_out():
    page = Parsed(html.page("title", [], {"one": [html.paragraph("text")], "two": []}))
    assert "one" in page.text
    assert "two" not in page.text
    assert html.pictures([]) == []
