"""Where held-out images lie among the codes, with thumbnails, for TensorBoard's projector."""

import math

import numpy as np
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.projector import ProjectorConfig

from ..evaluation.codes import class_probabilities
from ..safe_files import atomic_write, write_text
from ..visualization.image_grid import tile

# So many thumbnails, each of no more pixels a side, make a sprite well below the 8,192 that the projector takes.
N_POINTS = 5000
MAX_THUMBNAIL = 64
CONFIG = "projector_config.pbtxt"
POSITIONS = "projector_positions.tsv"
METADATA = "projector_metadata.tsv"
SPRITE = "projector_sprite.png"
# The projector draws three principal components, and no point where there are fewer.
MIN_AXES = 3
# What would end a cell or a line, and the backslash itself.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class ProjectorFiles:
    """Writes the positions of held-out images to a run's log, and with them their classes and thumbnails.

    Each file is written atomically, the one that names the others last; those of a later snapshot replace them. One or
    two codes are given axes on which all are 0.

    Args:
        folder: Folder of the log.
        model: The model.
        split: Held-out images, a ``Split``; of more than 5,000 so many are shown, evenly chosen. Rows of a table
            have no thumbnails.
    """

    def __init__(self, folder, model, split):
        self.folder = folder
        self.model = model
        self._chosen = np.linspace(0, len(split) - 1, min(len(split), N_POINTS)).round().astype(int)
        self._split = split.take(self._chosen)
        self._thumbnails = None

    def write(self, snapshot):
        """Writes a ``Snapshot`` of the split."""
        if self._thumbnails is None and not self._split.is_table:
            self._thumbnails = thumbnails(self._split.images)
            _write_png(sprite(self._thumbnails), self.folder / SPRITE)
        positions = _with_axes(snapshot.positions[self._chosen])
        write_text(tsv(positions.tolist()), self.folder / POSITIONS)
        columns = self._columns()
        write_text(tsv([list(columns), *zip(*columns.values(), strict=True)]), self.folder / METADATA)
        write_text(text_format.MessageToString(self._config(snapshot.epoch, positions.shape)), self.folder / CONFIG)

    def _columns(self):
        """What is said of each image: its class, what the model takes it for, and which one of the split it is."""
        # Not every data set names its classes.
        names = self._split.class_names or [str(label) for label in range(self._n_classes())]
        columns = {"class": [names[label] for label in self._split.labels]} if self._split.has_labels else {}
        if hasattr(self.model, "classify"):
            found = class_probabilities(self.model, self._split).argmax(axis=1)
            if self.model.has_clusters:
                columns["cluster"] = found
            else:
                columns["predicted"] = [names[label] for label in found]
                # A number, because points are labelled by the first column that has none, or the first one.
                columns["right"] = (found == self._split.labels).astype(int)
        return columns | {self._split.members.removesuffix("s"): self._chosen}

    def _n_classes(self):
        return max(self._split.n_classes, getattr(self.model, "n_classes", None) or 0)

    def _config(self, epoch, shape):
        config = ProjectorConfig()
        kind = "representations" if self.model.has_heads else "codes"
        embedding = config.embeddings.add(
            tensor_name=f"{kind}_after_epoch_{epoch}", tensor_path=POSITIONS, metadata_path=METADATA
        )
        embedding.tensor_shape.extend(shape)
        if self._thumbnails is not None:
            height, width = self._thumbnails.shape[1:3]
            embedding.sprite.image_path = SPRITE
            embedding.sprite.single_image_dim.extend([width, height])
        return config


def _with_axes(positions):
    return np.pad(positions, [(0, 0), (0, max(0, MIN_AXES - positions.shape[1]))])


def tsv(rows):
    """A table of tab-separated values, one row a line; tabs, line ends and backslashes in a cell are escaped."""
    return "".join("\t".join(str(cell).translate(ESCAPED) for cell in row) + "\n" for row in rows)


def thumbnails(images):
    """Images at most 64 pixels wide and high, smaller ones as they are, larger ones made smaller in proportion.

    Args:
        images: uint8 [n, height, width, channels].

    Returns:
        uint8 [n, height, width, channels].
    """
    height, width = images.shape[1:3]
    scale = MAX_THUMBNAIL / max(height, width)
    if scale >= 1:
        return images
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = images.shape[-1] == 1
    smaller = [np.asarray(Image.fromarray(image[..., 0] if grey else image).resize(size)) for image in images]
    return np.stack(smaller)[..., None] if grey else np.stack(smaller)


def sprite(images):
    """Images side by side, row by row in as many rows as columns or one less; the rest of the last row is black.

    Args:
        images: uint8 [n, height, width, channels].

    Returns:
        uint8 [rows * height, columns * width] for grey images, [..., channels] otherwise.
    """
    columns = math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    padded = np.zeros((rows * columns, *images.shape[1:]), np.uint8)
    padded[: len(images)] = images
    return tile(padded, rows, columns)


def _write_png(picture, path):
    with atomic_write(path) as temporary:
        Image.fromarray(picture).save(temporary, format="PNG")
