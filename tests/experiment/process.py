"""The scripts as a person runs them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "experiment/recipes").glob("*.cfg"))


def run(*flags, script="aae_mnist.py", cwd=ROOT, **environment):
    """Runs a script; a proxy that answers nothing keeps it off any network."""
    offline = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, ROOT / "experiment" / script, *map(str, flags)],
        cwd=cwd,
        env=os.environ | offline | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


class Ended:
    """A process that has ended, as ``error_line`` reads it."""

    def __init__(self, process):
        self.stdout, self.stderr = process.communicate(timeout=240)
        self.returncode = process.returncode


def error_line(result):
    """The one line of a run that refused."""
    assert result.returncode == 2, result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert ".py: error: " in lines[0]
    return lines[0]


def script_of(recipe):
    """The script that a recipe is for."""
    return "vae_mnist.py" if "--model=" in recipe.read_text() else "aae_mnist.py"
