"""What is told of a trained model that comes with the package."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from ..errors import InputError
from ..safe_files import write_json

FORMAT = 1
NEEDED = ("experiment", "command", "flags", "finished")


@dataclass(frozen=True)
class Card:
    """The card of a trained model.

    Attributes:
        name: Its name, as ``pretrained`` takes it.
        title: What it is, in one line, with the paper's figure or table.
        model: The fields of its ``config.ModelConfig``.
        image_shape: Shape of one image, (height, width, channels).
        n_classes: Number of classes of its images.
        class_names: Their names, or None.
        label_of_cluster: The commonest class of the validation images in each of its clusters; None without clusters.
        record: What its run recorded; see ``training.run_folder``. Its flags name no folder of data.
        measured: Metrics of the weights as they are packed, a dictionary by name of the images: each with "source",
            "images" and "metrics".
        sha256: Of the file of its weights.
        n_bytes: Size of that file.
    """

    name: str
    title: str
    model: dict
    image_shape: tuple[int, ...]
    n_classes: int
    record: dict
    measured: dict
    sha256: str
    n_bytes: int
    class_names: tuple[str, ...] | None = None
    label_of_cluster: tuple[int, ...] | None = None
    format: int = field(default=FORMAT)

    def save(self, path):
        """Writes the card as JSON, atomically."""
        write_json(asdict(self), path)

    @classmethod
    def load(cls, path):
        """Reads a card.

        Raises:
            InputError: If it cannot be read, or is of another format.
        """
        try:
            content = json.loads(path.read_text())
            card = cls(**content)
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"{path}: cannot be read as the card of a model: {error}") from None
        if card.format != FORMAT:
            raise InputError(f"{path}: a card of format {card.format}, expected {FORMAT}: install a newer package")
        missing = [name for name in NEEDED if name not in card.record] + ["hidden"] * ("hidden" not in card.model)
        if missing:
            raise InputError(f"{path}: cannot be read as the card of a model: it does not say {', '.join(missing)}")
        return card

    @property
    def is_of_mnist(self):
        """Whether it was trained on MNIST."""
        return self.record["flags"]["dataset"] == "mnist"

    def require_weights(self, content):
        """Refuses bytes that are not those of its weights."""
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise InputError(
                f"the weights of {self.name} are damaged: SHA-256 {found[:12]}…, expected {self.sha256[:12]}…; "
                "install the package again"
            )
