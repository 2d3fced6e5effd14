"""The scripts as a person runs them, and the same in this process."""

import contextlib
import importlib
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "experiment/recipes").glob("*.cfg"))
# A proxy that answers nothing keeps the scripts off any network.
OFFLINE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def run(*flags, script="aae_mnist.py", cwd=ROOT, **environment):
    """Runs a script in a process of its own."""
    return subprocess.run(
        [sys.executable, ROOT / "experiment" / script, *map(str, flags)],
        cwd=cwd,
        env=os.environ | OFFLINE | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def call(*flags, script="aae_mnist.py", cwd=ROOT, **environment):
    """Calls ``main`` of a script in this process; gives what ``run`` does."""
    main = importlib.import_module(f"aae.cli.{script.removesuffix('.py')}").main
    out, err = io.StringIO(), io.StringIO()
    before = dict(os.environ)
    os.environ |= OFFLINE | environment
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main([str(flag) for flag in flags])
    finally:
        os.environ.clear()
        os.environ.update(before)
    return SimpleNamespace(returncode=status, stdout=out.getvalue(), stderr=err.getvalue())


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
