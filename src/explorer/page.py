"""One HTML file from its parts: a template, a style sheet, scripts, and data that are read and never run."""

import base64
import hashlib
import html
import json
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    *("network.js", "state.js", "pictures.js", "points.js", "plane.js", "sliders.js", "clusters.js"),
    *("drawing.js", "pen.js", "main.js"),
)


def page(title, subtitle, content):
    """The page.

    Nothing of ``title``, ``subtitle`` or ``content`` is run: they are escaped, the script writes them as text, and the
    page's content-security policy allows the style sheet and the scripts of this package alone, by their digests.

    Args:
        title: Its title, plain text.
        subtitle: What stands under it, plain text.
        content: Dictionary for JSON; see ``content``.

    Returns:
        The text of an HTML file.
    """
    style = (STATIC / "explorer.css").read_text()
    script = "\n".join((STATIC / name).read_text() for name in SCRIPTS)
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_digest(script)}",
            f"style-src {_digest(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    parts = {
        "policy": html.escape(policy, quote=False),
        "title": html.escape(title),
        "subtitle": html.escape(subtitle),
        "style": style,
        "data": _inert(content),
        "script": script,
    }
    # One pass over the template, so that what is put in is not searched again.
    pieces = (STATIC / "explorer.html").read_text().split("@@")
    return "".join(parts[piece] if index % 2 else piece for index, piece in enumerate(pieces))


def _digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert(content):
    """JSON that cannot end the element it stands in."""
    return json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")
