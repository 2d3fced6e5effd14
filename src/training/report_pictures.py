"""The pictures in a run's report: the final ones of its folder."""

from typing import NamedTuple

from ..visualization.report_page import paragraph, picture

# All together; in a page they take a third more, and mails are seldom let through above 25 MB.
MAX_BYTES = 15 * 2**20


class Kind(NamedTuple):
    """A kind of picture.

    Attributes:
        stem: Name of its file without the ending; those of snapshots add "_" and the epoch.
        ending: "png" or "gif".
        alt: What it shows.
    """

    stem: str
    ending: str
    alt: str


KINDS = (
    Kind("confusion", "png", "Confusion matrix of the test images: a row for each true class, a column for each given"),
    Kind("mistakes", "png", "The test images that were classified wrong with the highest probability"),
    Kind("clusters", "png", "A row for each cluster: its head, its most and its least typical test images, its class"),
    Kind("feature_errors", "png", "A bar for each feature of a table: how far its reconstructions are off"),
    Kind("reconstructions", "png", "Some test rows of a table, and beside them what the model makes of them"),
    Kind("latent", "png", "Codes of held-out images in the plane, coloured by class, on contours of the prior"),
    Kind("manifold", "png", "The features of a table, decoded at every place in the plane of codes"),
    Kind("generate_im", "png", "A sheet of images decoded from codes of the prior"),
    Kind("samples", "png", "Rows of a table decoded from samples of the prior"),
    Kind("styles", "png", "Rows of a table decoded from every class in ten styles"),
    Kind("sample_style", "png", "Every class decoded in ten styles: a row for each class, a column for each code"),
    Kind("latent", "gif", "Animation: codes of held-out images in the plane from the first epoch to the last"),
)


def final_pictures(path):
    """The pictures of a run as it ended.

    Args:
        path: Path of its folder.

    Returns:
        Two lists of HTML: the pictures, and what is said of those that were left out.
    """
    shown, left_out, n_bytes = [], [], 0
    for kind in KINDS:
        file = final_picture(path, kind)
        if file is None:
            continue
        n_bytes += file.stat().st_size
        if n_bytes > MAX_BYTES:
            n_bytes -= file.stat().st_size
            left_out.append(file.name)
        else:
            shown.append(picture(file.read_bytes(), kind.ending, kind.alt, f"{kind.alt} ({file.name})"))
    message = f"Too large for this page, in the folder of the run: {', '.join(left_out)}"
    return shown, [paragraph(message)] if left_out else []


def final_picture(path, kind):
    """The file of a ``Kind`` that shows the end of a run; None if there is none.

    That of the last snapshot where there is no other, and where the other was left from before it.
    """
    final = path / f"{kind.stem}.{kind.ending}"
    epochs = {}
    for file in path.glob(f"{kind.stem}_*.{kind.ending}"):
        number = file.stem.removeprefix(f"{kind.stem}_")
        if number.isdecimal():
            epochs[int(number)] = file
    snapshot = epochs[max(epochs)] if epochs else None
    if not final.exists():
        return snapshot
    return snapshot if snapshot and snapshot.stat().st_mtime_ns > final.stat().st_mtime_ns else final
