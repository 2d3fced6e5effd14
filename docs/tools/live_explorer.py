"""The explorer of a model that comes with the package, as a page of the site that one can move through."""

import os

import aae
from aae.data.digits import load_digits
from aae.explorer import page
from aae.zoo.pretrained import FOLDER

NAME = "mnist_gmm_2d"


def write_explorer(folder):
    """Writes ``explorer_NAME.html`` into ``folder``, unless it is there and newer than the model and its own code."""
    path = folder / f"explorer_{NAME}.html"
    made_of = [*FOLDER.glob(f"{NAME}.*"), *page.STATIC.iterdir(), *page.STATIC.parent.glob("*.py")]
    if path.exists() and path.stat().st_mtime > max(os.path.getmtime(file) for file in made_of):
        return
    folder.mkdir(parents=True, exist_ok=True)
    test = load_digits("test")
    title = aae.pretrained.card(NAME).title
    aae.explore(aae.pretrained(NAME), test.images, test.labels, path, title=title)
