"""How a script was started: by its path, by ``python -m``, or by the name that its installation gave it."""

import os
import sys
from dataclasses import dataclass

# The names under which setup.py installs the scripts.
INSTALLED = {
    "aae_mnist": "aae-mnist",
    "vae_mnist": "vae-mnist",
    "compare_codes": "aae-compare",
    "repeat": "aae-repeat",
    "reproduce": "aae-reproduce",
    "pack": "aae-pack",
    "show": "aae-show",
    "make_shapes": "aae-shapes",
}


@dataclass(frozen=True)
class Program:
    """The words of a command that come before its flags.

    Attributes:
        words: Such as ("python", "experiment/aae_mnist.py"), ("python", "-m", "aae.cli.aae_mnist") or ("aae-mnist",).
    """

    words: tuple[str, ...]

    @classmethod
    def as_module(cls, script):
        """The script called ``script``, such as "aae_mnist", as a module of this package."""
        return cls(("python", "-m", f"{__package__}.{script}"))

    @classmethod
    def started(cls, script):
        """The script called ``script`` as this process was started with it."""
        if getattr(sys.modules["__main__"], "__spec__", None) is not None:
            return cls.as_module(script)
        path = sys.argv[0]
        return cls(("python", path)) if path.endswith(".py") else cls((os.path.basename(path),))

    @property
    def name(self):
        """The name under which errors are told."""
        return f"{self.words[-1].rpartition('.')[2]}.py" if "-m" in self.words else os.path.basename(self.words[-1])

    def sibling(self, script):
        """How another script would be started in the same way."""
        *before, last = self.words
        if "-m" in before:
            return Program.as_module(script)
        if before:
            return Program((*before, os.path.join(os.path.dirname(last), f"{script}.py")))
        return Program((INSTALLED[script],))

    def __str__(self):
        return " ".join(self.words)
