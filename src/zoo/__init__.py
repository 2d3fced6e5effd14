"""Trained models that come with the package: their weights in float16, each with a card that says what it is.

``models/NAME.json`` is a card, ``models/NAME.npz`` its weights. ``aae-pack`` makes both of a run.
"""

from .card import Card
from .pretrained import Pretrained

__all__ = ["Card", "Pretrained"]
