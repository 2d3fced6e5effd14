"""What `results/` holds belongs to the recipes that are named there."""

import json
from pathlib import Path

import pytest
from aae.cli.aae_mnist import SCRIPT
from aae.cli.given import OF_THE_COMMAND, default_flags, recorded_flags
from aae.cli.script import parsed
from aae.training.publication import OF_THE_SEED

ROOT = Path(__file__).parents[1]
PUBLISHED = json.loads((ROOT / "results" / "published.json").read_text())
RECORDS = sorted((ROOT / "results").glob("*/seed_*/config.json"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_a_seed_was_trained_with_the_flags_of_its_recipe(record):
    name = record.parts[-3]
    values, _ = parsed(SCRIPT, [f"--recipe={PUBLISHED[name].get('recipe', name)}"])
    # Flags that are younger than the run had their defaults.
    had = default_flags(values) | json.loads(record.read_text())["flags"]
    expected = recorded_flags(values)
    asked = expected.keys() - {*OF_THE_COMMAND, *OF_THE_SEED}
    assert {flag: had[flag] for flag in asked} == {flag: expected[flag] for flag in asked}
