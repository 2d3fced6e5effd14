"""What `results/` holds belongs to the recipes that are named there."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PUBLISHED = json.loads((ROOT / "results" / "published.json").read_text())
RECORDS = sorted((ROOT / "results").glob("*/seed_*/config.json"))


def flags_of_recipe(name):
    """The flags of a recipe: a dictionary of texts, "true" where a flag has no value."""
    lines = (ROOT / "experiment" / "recipes" / f"{name}.cfg").read_text().splitlines()
    flags = (line.removeprefix("--").partition("=") for line in lines if line.startswith("--"))
    return {flag: value or "true" for flag, _, value in flags}


def is_the_same(text, recorded):
    """Whether the text of a flag says what a record has for it."""
    if isinstance(recorded, bool):
        return text == str(recorded).lower()
    if isinstance(recorded, list):
        return text.split(",") == [str(each) for each in recorded]
    return float(text) == recorded if isinstance(recorded, int | float) else text == recorded


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_a_seed_was_trained_with_the_flags_of_its_recipe(record):
    name = record.parts[-3]
    recorded = json.loads(record.read_text())["flags"]
    expected = flags_of_recipe(PUBLISHED[name].get("recipe", name))
    wrong = {flag: recorded.get(flag) for flag, text in expected.items() if not is_the_same(text, recorded.get(flag))}
    assert not wrong
