"""A run's report, ``report.html``: one file to send to somebody who has nothing of this package."""

import contextlib
import math
from numbers import Real

from .. import __version__
from ..errors import InputError
from ..safe_files import atomic_write
from ..visualization import report_page as html
from .epoch_metrics import last_epoch, meaning, parts_of, read_epoch_metrics
from .measurement import described, written
from .report_curves import curve_pictures
from .report_pictures import final_pictures

NAMES = {"labels": "MD5 of the labels", "images": "MD5 of the images", "rows": "MD5 of the rows"}


def write_report(folder):
    """Writes ``report.html``: metrics, curves, pictures, and how the run was made; returns its path.

    What the folder does not hold, the page leaves out.

    Args:
        folder: The ``RunFolder``.

    Raises:
        InputError: If the run's record cannot be read.
    """
    text = report(folder)
    with atomic_write(folder.report) as temporary:
        # Bytes of a file name that are no text become question marks.
        temporary.write_bytes(text.encode("utf-8", "replace"))
    return folder.report


def report(folder):
    """The text of the page, as ``write_report`` writes it."""
    record, evaluation = folder.read_config(), {}
    with contextlib.suppress(InputError):
        evaluation = folder.read_evaluation()
    metrics = read_epoch_metrics(folder.metrics)
    shown, left_out = final_pictures(folder.path)
    sections = {
        "Metrics": _evaluated(evaluation, "rows" if "table" in record else "images"),
        "Last epoch": _last_epoch(last_epoch(metrics)),
        "Curves": html.pictures(curve_pictures(metrics)),
        "Pictures": html.pictures(shown) + left_out,
        "How it was made": _made(record),
        "Data": _data(record.get("data", {})),
        "Machine and versions": _machine(record),
    }
    return html.page(folder.path.resolve().name, _lead(record), sections)


def _lead(record):
    """What a reader has to know first: the model, and what is to be known of its images."""
    model = record.get("experiment", {}).get("model")
    epochs = record.get("finished", {}).get("epochs")
    parts = [part for part in record.get("data", {}).values() if isinstance(part, dict)]
    notices = dict.fromkeys(part["notice"] for part in parts if part.get("notice"))
    told = [f"Model {model}" if model else "", f"epochs: {epochs}" if epochs else ""]
    summary = ", ".join(filter(None, told))
    return [*([html.paragraph(summary)] if summary else []), *map(html.note, notices)]


def _evaluated(evaluation, members):
    metrics = {name: value for name, value in evaluation.get("figures", {}).items() if _is_finite(value)}
    rows = [(_spaced(name), what, value.strip()) for name, value, what in described(metrics, members)]
    caption = f"On the test {members}"
    if "images" in evaluation and "epoch" in evaluation:
        caption = f"On {evaluation['images']:,} test {members}, by the model after epoch {evaluation['epoch']}"
    return [html.table(caption, ["metric", "value"], rows)] if rows else []


def _last_epoch(last):
    parts = parts_of(last)
    rows = [
        (
            _spaced(name),
            meaning(name),
            *(written(name, by_part[part]).strip() if part in by_part else "" for part in parts),
        )
        for name, by_part in last.items()
    ]
    caption = "Losses and metrics of the last epoch, without the weights of the losses; of training, means of the epoch"
    return [html.table(caption, ["metric", *parts], rows)] if rows else []


def _made(record):
    commands = [record.get("command"), *(each.get("command") for each in record.get("resumed", []))]
    flags, finished = record.get("flags", {}), record.get("finished", {})
    known = {
        "seed": flags.get("seed"),
        "epochs": finished.get("epochs"),
        "seconds": finished.get("seconds"),
        "images with a label": record.get("data", {}).get("labelled_images"),
        "git commit": record.get("git_commit"),
        **record.get("computation", {}),
    }
    pieces = [html.code(command) for command in commands if command]
    known = _texts(known)
    pieces += [html.facts({"": known})] if known else []
    return pieces + ([html.details("All flags", html.facts({"": _texts(flags)}))] if flags else [])


def _data(data):
    groups = {}
    for name, part in data.items():
        if isinstance(part, dict):
            digests = {NAMES.get(of, of): digest for of, digest in part.get("digests", {}).items()}
            groups[name] = _texts({key: value for key, value in part.items() if key not in ("digests", "notice")})
            groups[name] |= _texts(digests)
    return [html.facts(groups)] if groups else []


def _machine(record):
    known = _texts(record.get("machine", {}) | record.get("versions", {}))
    return [html.facts({"": known | {"report written by": f"aae {__version__}"}})] if known else []


def _texts(entries):
    """Names and texts of what is known of a dictionary's entries."""
    return {_spaced(name): _text(value) for name, value in entries.items() if value is not None}


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _spaced(name):
    return name.replace("_", " ")


def _is_finite(value):
    return isinstance(value, Real) and math.isfinite(value)
