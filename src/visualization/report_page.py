"""An HTML page in one file: pictures inside, no script, nothing loaded from elsewhere.

Every function takes plain text and gives HTML in which that text is only text, whatever stands in it.
"""

import base64
import hashlib
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #222; --soft: #5c5c5c; --paper: #fff; --line: #d4d4d4; --box: #f4f4f2;
  --warn: #fff3d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --soft: #a8a8a8; --paper: #18191b; --line: #44464a; --box: #242629; --warn: #47370c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0.5rem 0 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 2.2rem 0 0.6rem; padding-bottom: 0.2rem; border-bottom: 1px solid var(--line); font-size: 1.25rem; }
p { margin: 0.5rem 0; }
.note { padding: 0.6rem 0.9rem; border-left: 4px solid #d99a00; background: var(--warn); }
pre { padding: 0.7rem 0.9rem; background: var(--box); white-space: pre-wrap; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.6rem 0 1.2rem; overflow-wrap: normal; }
caption { padding-bottom: 0.3rem; color: var(--soft); text-align: left; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; font-weight: normal; }
th small { display: block; min-width: 8.5rem; color: var(--soft); line-height: 1.3; }
.number:last-child { padding-right: 0; }
thead th, .group { color: var(--soft); font-size: 0.9rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.facts { width: 100%; overflow-wrap: anywhere; }
.facts tbody th { width: 12rem; min-width: 6.5rem; color: var(--soft); overflow-wrap: normal; }
.facts .group { padding-top: 0.9rem; color: var(--ink); font-weight: bold; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem;
  align-items: start; }
figure { margin: 0; }
figcaption { color: var(--soft); font-size: 0.9rem; }
img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px;
  background: #fff; }
summary { cursor: pointer; }
@media (max-width: 30rem) {
  .wide table { font-size: 0.85rem; }
  .wide th, .wide td { padding-right: 0.5rem; }
  th small { min-width: 6rem; }
}
@media print { body { max-width: none; } figure { break-inside: avoid; } }
"""


def page(title, lead, sections):
    """A whole page.

    Args:
        title: Its title and first heading, plain text.
        lead: Pieces of HTML under it, a list.
        sections: Mapping from headings, plain text, to lists of pieces of HTML; those without any are left out.

    Returns:
        The text of the file, to be written in UTF-8.
    """
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(
        f"<section>\n<h2>{escape(heading)}</h2>\n{chr(10).join(pieces)}\n</section>"
        for heading, pieces in sections.items()
        if pieces
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{chr(10).join(lead)}
{body}
</main>
</body>
</html>
"""


def paragraph(text):
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def note(text):
    """A highlighted paragraph, for warnings."""
    return f'<p class="note" role="note">{escape(text)}</p>'


def code(text):
    """A command, in lines that may break anywhere."""
    return f"<pre><code>{escape(text)}</code></pre>"


def details(summary, piece):
    """A piece of HTML that is shown when its ``summary``, plain text, is asked for."""
    return f"<details>\n<summary>{escape(summary)}</summary>\n{piece}\n</details>"


def table(caption, columns, rows):
    """A table of numbers.

    Args:
        caption: What it shows.
        columns: Heading of each column, the first that of the names.
        rows: List of rows, each the name, a remark on it ("" for none), and the texts of the numbers.

    Returns:
        HTML; on a narrow screen the table scrolls by itself.
    """
    first, *others = map(escape, columns)
    heads = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col" class="number">{name}</th>' for name in others)
    lines = []
    for name, remark, *numbers in rows:
        head = escape(name) + (f"<small>{escape(remark)}</small>" if remark else "")
        cells = "".join(f'<td class="number">{escape(number)}</td>' for number in numbers)
        lines.append(f'<tr><th scope="row">{head}</th>{cells}</tr>')
    return (
        f'<div class="wide"><table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{chr(10).join(lines)}\n</tbody>\n</table></div>"
    )


def facts(groups):
    """A table of facts.

    Args:
        groups: Mapping from the name of each group, "" for none, to a mapping from names to texts.
    """
    parts = []
    for group, entries in groups.items():
        head = f'<tr><th class="group" colspan="2" scope="rowgroup">{escape(group)}</th></tr>\n' if group else ""
        rows = (
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>' for name, text in entries.items()
        )
        parts.append(f"<tbody>\n{head}{chr(10).join(rows)}\n</tbody>")
    return f'<table class="facts">\n{chr(10).join(parts)}\n</table>'


def picture(content, kind, alt, caption):
    """A picture that travels in the page.

    Args:
        content: Bytes of its file.
        kind: "png" or "gif".
        alt: What it shows, for those who do not see it.
        caption: What stands below it.
    """
    data = base64.b64encode(content).decode()
    image = f'<img src="data:image/{kind};base64,{data}" alt="{escape(alt)}">'
    return f"<figure>\n{image}\n<figcaption>{escape(caption)}</figcaption>\n</figure>"


def pictures(pieces):
    """Several of ``picture``, side by side where there is room; a list of one piece of HTML, or of none."""
    return [f'<div class="pictures">\n{chr(10).join(pieces)}\n</div>'] if pieces else []
