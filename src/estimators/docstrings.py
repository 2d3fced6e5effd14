"""Docstrings of estimators: what the base says of parameters and attributes stands in that of each, for ``help``."""

import inspect
import re

SECTION = re.compile(r"^(Args|Attributes):\n((?: {4}.*\n?)+)", re.MULTILINE)
SHARED = "    ...: As in ``AAEEstimator``."


def with_shared_sections(text, of_base):
    """``text``, in whose sections the lines of the base's stand in place of the line ``SHARED``.

    Args:
        text: A class's docstring, or None, as under ``python -OO``.
        of_base: That of its base.
    """
    if not text or not of_base:
        return text
    sections = {name: body.rstrip() for name, body in SECTION.findall(inspect.cleandoc(of_base))}
    return SECTION.sub(lambda found: found[0].replace(SHARED, sections[found[1]]), inspect.cleandoc(text))
