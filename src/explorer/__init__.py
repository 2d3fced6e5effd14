"""The explorer: one HTML file in which one moves through a trained model by hand, without a server or a network."""

from .explore import explore

__all__ = ["explore"]
