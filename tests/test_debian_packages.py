"""What slow tests need of Debian's packages: how it is installed, and what becomes of them without it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import without_package

ROOT = Path(__file__).parents[1]


@pytest.fixture
def apt_get(tmp_path):
    """A function that runs debian_package.sh beside an apt-get that fails so many times: status, output, its calls."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def run(failures):
        calls = tmp_path / "calls"
        calls.write_text("")
        succeeds = f'[ "$(grep -c update {calls})" -gt {failures} ]'
        scripts = {
            "apt-get": f'echo "$@" >> {calls}; {succeeds} || {{ seq 9; exit 100; }}',
            "sleep": f"echo sleep >> {calls}",
        }
        for name, text in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
        command = [ROOT / "tests/debian_package.sh", "chromium"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True)
        return result.returncode, result.stdout.splitlines(), calls.read_text().splitlines()

    return run


def test_a_package_is_installed_in_up_to_three_tries(apt_get):
    update, install = "update -qq", "-o DPkg::Lock::Timeout=120 install -qq --yes chromium"
    assert apt_get(0) == (0, [], [update, install])
    assert apt_get(2) == (0, [], [update, "sleep", update, "sleep", update, install])


def test_a_package_that_cannot_be_installed_is_told_with_what_apt_get_said_last(apt_get):
    status, output, calls = apt_get(99)
    assert status == 0
    assert output[:-1] == list("56789")
    assert output[-1].startswith("chromium: cannot be installed, in three tries")
    assert calls.count("update -qq") == 3


@pytest.mark.parametrize(("required", "outcome"), [("1", "Failed"), ("0", "Skipped"), ("", "Skipped")])
def test_without_it_a_test_is_skipped_or_fails_where_it_is_required(required, outcome, monkeypatch):
    monkeypatch.setenv("AAE_REQUIRE_PACKAGES", required)
    with pytest.raises(BaseException, match="no Chromium: install Debian's package chromium") as raised:
        without_package("Chromium", "chromium")
    assert raised.typename == outcome


def test_all_packages_are_required_where_changes_are_checked():
    script = (ROOT / ".ci/run").read_text()
    assert script.index("export AAE_REQUIRE_PACKAGES=1\n") < script.index("make test-slow")
