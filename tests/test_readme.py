"""What the README says is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_python_example_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    check = "\nassert codes.shape == (1000, 2) and copies.shape == images.shape and len(new) == 16\n"
    result = subprocess.run([sys.executable, "-c", code + check], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "mine.keras").exists()


def test_the_table_lists_every_flag_of_the_help_and_no_other():
    table = README[README.index("## Flags") : README.index("## From Python")]
    rows = re.findall(r"^\| (`--.*?) \|", table, re.MULTILINE)
    listed = {flag for row in rows for flag in re.findall(r"--(\w+)", row)}
    script = ROOT / "experiment" / "aae_mnist.py"
    help_text = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True).stdout
    assert listed == set(re.findall(r"^  --(?:\[no\])?(\w+):", help_text, re.MULTILINE))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http).*?)\)", README))))
def test_every_picture_and_page_it_shows_is_there(path):
    assert (ROOT / path).exists()


def test_every_recipe_it_names_is_there():
    for recipe in set(re.findall(r"experiment/recipes/\S+\.cfg", README)):
        assert (ROOT / recipe).exists()
