"""Numbers from a trained model, or from anything with ``encode`` and ``decode``."""
