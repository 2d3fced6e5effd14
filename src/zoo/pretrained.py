"""Trained models by name."""

from pathlib import Path

from ..config import ModelConfig
from ..errors import InputError, choose
from .card import Card

FOLDER = Path(__file__).parent / "models"


class Pretrained:
    """The trained models that come with the package, as ``aae.pretrained``.

    ``aae.pretrained("mnist_gmm_2d")`` loads one; ``aae.pretrained.list()`` prints what there is.

    Args:
        folder: Folder of cards and weights; default: the package's own.
    """

    def __init__(self, folder=FOLDER):
        self.folder = Path(folder)

    def __call__(self, name):
        """Loads the model ``name``, without a network.

        It encodes, decodes, samples and classifies as the run did that it comes from. Its discriminators are new, and
        it is not compiled; ``compile`` and ``fit`` train it further.

        Returns:
            A model of ``aae.models``; its card is that of ``card(name)``.

        Raises:
            InputError: If there is none of that name, or its file is missing or damaged.
        """
        card = self.card(name)
        path = self.folder / f"{name}.npz"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}; install the package again") from None
        return rebuilt(card, content)

    def names(self):
        """Names of the models, those of MNIST first: a list of strings."""
        return [card.name for card in self.cards()]

    def cards(self):
        """The cards of all models, those of MNIST first: a list of ``Card``."""
        cards = [Card.load(path) for path in sorted(self.folder.glob("*.json"))]
        return sorted(cards, key=lambda card: (not card.is_of_mnist, card.name))

    def card(self, name):
        """The card of the model ``name``.

        Raises:
            InputError: If there is none of that name.
        """
        return choose("pretrained model", name, {card.name: card for card in self.cards()})

    def find(self, experiment, name=None):
        """The card of the first model with certain settings, or of the model ``name``.

        Args:
            experiment: Mapping from recorded settings ("model", "ncode", "dist_type", …) to the value asked for, or to
                a tuple of values that will do.
            name: Name of the model, or None for any.

        Raises:
            InputError: If there is none, or the one of that name has other settings.
        """
        cards = self.cards() if name is None else [self.card(name)]
        wanted = {key: value if isinstance(value, tuple) else (value,) for key, value in experiment.items()}
        for card in cards:
            if all(card.record["experiment"].get(key) in values for key, values in wanted.items()):
                return card
        described = ", ".join(f"{key} {' or '.join(map(str, values))}" for key, values in wanted.items())
        raise InputError(
            f"no pretrained model {'' if name is None else f'{name} '}of {described}: "
            f"there are {', '.join(self.names())}",
            setting="trained.pretrained",
        )

    def list(self, name=None):
        """Prints what each model is, how it was trained, and what was measured of it; or of the model ``name`` alone.

        Raises:
            InputError: If there is none of that name.
        """
        for card in self.cards() if name is None else [self.card(name)]:
            print(f"{card.name}: {card.title}")
            finished = card.record["finished"]
            print(f"  {card.record['command']}")
            seed = card.record["flags"].get("seed")
            print(f"  {finished['epochs']} epochs in {finished['seconds']:.0f} s, seed {seed}")
            print(f"  {card.n_bytes / 1e6:.1f} MB, SHA-256 {card.sha256}")
            for images in card.measured.values():
                metrics = ", ".join(f"{name} {value:.4g}" for name, value in images["metrics"].items())
                print(f"  on {images['images']:,} test images of {images['source']}: {metrics}")


def rebuilt(card, content):
    """The model of a card, with the weights in ``content``, the bytes of its NPZ file.

    Raises:
        InputError: If they are not those that the card tells of, or the card tells of no model.
    """
    from ..models.build import build_model
    from .weights import unpack

    card.require_weights(content)
    try:
        config = ModelConfig(**card.model | {"hidden": tuple(card.model["hidden"]), "ema_decay": 0.0})
    except TypeError as error:
        raise InputError(f"the card of {card.name} tells of no model: {error}") from None
    model = build_model(config, tuple(card.image_shape), card.n_classes)
    unpack(model, content)
    return model
