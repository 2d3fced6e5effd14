"""Sphinx extension: pages and pictures made when the documentation is built, and links out of ``docs/``.

Into ``docs/generated`` go the tables of flags, the plots of "Reading the curves", a page for every folder of results,
one with all recipes, and the explorer of a trained model. Pages are written for readers of the repository, so their
links may lead anywhere in it; here those to results lead to the pages made of them, those to other files to copies, and
those to folders are text.
"""

import inspect
import re
from functools import partial
from os.path import relpath
from pathlib import Path

import curve_plots
import flag_tables
import live_explorer

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
GENERATED = DOCS / "generated"
RESULTS = ROOT / "results"
RECIPES = ROOT / "experiment" / "recipes"
LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def setup(app):
    """Called by Sphinx."""
    app.connect("config-inited", lambda app, config: write_all())
    app.connect("source-read", lambda app, docname, content: content.__setitem__(0, linked(docname, content[0])))
    # Before napoleon, whose priority is 500.
    app.connect("autodoc-process-docstring", lambda *event: plain(event[1], event[-1]), priority=400)
    app.connect("autodoc-process-signature", lambda *event: signature(event[1], event[3], event[5]))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_all():
    """Writes all that is made at build time."""
    write(GENERATED / "flags.md", flag_tables.all_tables())
    curve_plots.draw_all(GENERATED / "curves")
    live_explorer.write_explorer(GENERATED / "site")
    names = [readme.parent.name for readme in result_folders()]
    for page in (GENERATED / "results").glob("*.md"):
        # Of a folder that has been renamed since.
        if page.stem not in names:
            page.unlink()
    for readme in result_folders():
        write(GENERATED / "results" / f"{readme.parent.name}.md", readme.read_text())
    entries = "\n".join(f"results/{name}" for name in names)
    write(GENERATED / "runs.md", f"# All runs\n\n```{{toctree}}\n{entries}\n```\n")
    sections = [f"## {path.stem}\n\n```\n{path.read_text()}```" for path in sorted(RECIPES.glob("*.cfg"))]
    write(GENERATED / "recipes.md", "# Recipes\n\n" + "\n\n".join([WHAT_RECIPES_ARE, *sections]) + "\n")


WHAT_RECIPES_ARE = """Each is a file of flags, `experiment/recipes/NAME.cfg`, for `--recipe NAME`. Its first lines say
whose settings it holds: the paper's, those of one of the two source repositories, or ours. Those with `--model` in them
are for `vae_mnist.py`."""


def write(path, text):
    """Writes a file unless it says so already, so that Sphinx reads only what has changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def result_folders():
    """The READMEs of the runs in ``results/``."""
    return sorted(RESULTS.glob("*/README.md"))


def linked(docname, text):
    """The Markdown ``text`` of a page, with links that lead somewhere on the site.

    Args:
        docname: Sphinx's name of the page: its path below ``docs/`` without suffix.
        text: As it was written, for its place in the repository.
    """
    page = DOCS / f"{docname}.md"
    is_copy = page.parent == GENERATED / "results"
    written_in = RESULTS / page.stem if is_copy else page.parent
    parts = re.split(r"(^```.*?^```)", text, flags=re.MULTILINE | re.DOTALL)
    replaced = partial(_replaced, written_in, page.parent)
    return "".join(part if part.startswith("```") else LINK.sub(replaced, part) for part in parts)


def plain(what, lines):
    """Keeps Sphinx from reading markup where a docstring has none.

    Args:
        what: The kind of thing documented, in Sphinx's word.
        lines: Lines of its docstring, which are changed in place.
    """
    for index, line in enumerate(lines):
        # A plural after code, and a star in a shape.
        line = re.sub(r"(``[^`]+``)(?=s\b)", r"\1\\ ", line)
        lines[index] = re.sub(r"(?<=, )\*(?=\w+\])", r"\\*", line)
    if what == "property":
        # In its first line napoleon takes for a type what stands before a colon; so that is an empty comment.
        lines[:0] = ["..", ""]


def signature(what, thing, said):
    """The parameters of a class, whose ``__init__`` has them where ``__new__``, as Keras's, takes anything.

    Args:
        what: As in ``plain``.
        thing: What is documented.
        said: Sphinx's own finding, None for none.

    Returns:
        Parameters in brackets and None, or None to leave it as it is.
    """
    if what != "class" or said != "(*args, **kwargs)":
        return None
    _, *parameters = inspect.signature(thing.__init__).parameters.values()
    return f"{inspect.Signature(parameters)}", None


def _replaced(written_in, shown_in, link):
    path, hash_sign, anchor = link["target"].partition("#")
    if ":" in path or not path:
        return link[0]
    target = (written_in / path).resolve()
    if target.is_dir():
        readme = target / "README.md"
        if target == RECIPES:
            target = GENERATED / "recipes.md"
        elif readme in result_folders():
            target = GENERATED / "results" / f"{target.name}.md"
        else:
            return link["text"]
    elif target == ROOT / "README.md":
        target = DOCS / "index.md"
    return f"{link['image']}[{link['text']}]({relpath(target, shown_in)}{hash_sign}{anchor})"
