"""Makes one mistake after the other in a copy of the package, and expects that a test notices each: ``make mutants``.

python -m tests.mutants.run [TEXT ...]

Without arguments all of ``mutations.py``, otherwise those whose name or file contains one of the texts. Every mutation
is tested in a process of its own, against a copy of ``src/`` of its own. The processes are forks of this one, which has
imported what all of them need from elsewhere: that takes longer than most of the tests. What was noticed is noted in
``runs/mutants.json``, and not run again until the code, the tests named or the mutation change.
"""

import argparse
import hashlib
import importlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.mutants.mutations import MUTATIONS

ROOT = Path(__file__).parents[2]
SRC, TESTS = ROOT / "src", ROOT / "tests"
LINKS = ("recipes", "results")
IMPORTED_ONCE = (
    *("tensorflow", "keras", "scipy.stats", "scipy.integrate", "PIL.Image", "hypothesis", "matplotlib.pyplot"),
    *("sklearn.linear_model", "sklearn.metrics", "sklearn.model_selection", "sklearn.neighbors"),
    "tensorboard.backend.event_processing.event_accumulator",
)
# Seconds: for one mutation, and for all tests named.
LIMIT, LIMIT_OF_ALL = 1800, 14400
PASSED, FAILED, NOT_THE_COPY, TOO_LONG = 0, 1, 98, 99
OUTCOMES = {FAILED: "noticed", PASSED: "NOT NOTICED", TOO_LONG: "TOO LONG"}


def main(arguments=None):
    """Runs the mutations asked for, and prints a line for each.

    Returns:
        Exit status: 0 if the tests named pass without a mutation and notice every one.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__.split("\n")[0])
    parser.add_argument("text", nargs="*", help="only mutations whose name or file contains one of these")
    parser.add_argument("--table", action="store_true", help="print the table of docs/TESTING.md and do nothing else")
    given = parser.parse_args(arguments)
    if given.table:
        print(table())
        return 0
    chosen = [each for each in MUTATIONS if not given.text or any(t in f"{each.file} {each.name}" for t in given.text)]
    if not chosen:
        parser.error(f"no mutation has {' or '.join(map(repr, given.text))} in its file or name")
    begun, noted = time.monotonic(), Noted(ROOT / "runs" / "mutants.json")
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "COLUMNS": "240"}
    for module in IMPORTED_ONCE:
        importlib.import_module(module)
    if not pass_without({test for each in chosen for test in each.tests}, noted):
        return 1
    left = [each for each in chosen if not is_noticed(each, noted)]
    print(f"{len(chosen)} mutations, {len(left)} not noticed, {time.monotonic() - begun:.0f} s")
    for each in left:
        print(f"  {each.file}: {each.name}")
    return 1 if left else 0


def pass_without(tests, noted):
    """Whether ``tests``, node ids, pass on a copy without a mutation; prints what they say if not."""
    new = sorted(test for test in tests if not noted.has(test, [test]))
    if new:
        status, output, seconds = run_pytest(new, limit=LIMIT_OF_ALL)
        outcome = "pass" if status == PASSED else "FAIL"
        print(f"{seconds:5.0f} s  {len(new)} tests without a mutation {outcome}", flush=True)
        if status != PASSED:
            print(output[-4000:])
            return False
        for test in new:
            noted.add(test, [test])
    return True


def is_noticed(mutation, noted):
    """Whether the tests of a ``Mutation`` notice it; prints how."""
    where = f"{mutation.file}: {mutation.name}"
    if noted.has(mutation, mutation.tests):
        print(f"         noticed before: {where}", flush=True)
        return True
    status, output, seconds = run_pytest(mutation.tests, mutation)
    print(f"{seconds:5.0f} s  {OUTCOMES.get(status, 'NOT TESTED')}: {where}")
    for line in output.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            print(f"           {line[:200]}")
    if status == FAILED:
        noted.add(mutation, mutation.tests)
    elif status != PASSED:
        print(output[-2000:])
    sys.stdout.flush()
    return status == FAILED


class Noted:
    """What has passed or was noticed before, in a file.

    Args:
        path: The file, which need not exist.
    """

    def __init__(self, path):
        self.path = path
        self._digests = set(json.loads(path.read_text())) if path.exists() else set()
        self._code = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(SRC.rglob("*.py")))).hexdigest()

    def has(self, what, tests):
        """Whether ``what``, a node id or a ``Mutation``, was added with ``tests`` and code as they are now."""
        return self._digest(what, tests) in self._digests

    def add(self, what, tests):
        """Notes ``what``; see ``has``."""
        self._digests.add(self._digest(what, tests))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(sorted(self._digests)))

    def _digest(self, what, tests):
        files = sorted({test.split("::")[0] for test in tests})
        content = [repr(what), self._code, [(TESTS / file).read_bytes() for file in ("conftest.py", *files)]]
        return hashlib.sha256(repr(content).encode()).hexdigest()


def mutated_copy(folder, mutation=None):
    """Writes the package, with a ``Mutation`` or as it is, to ``folder / "aae"``.

    Raises:
        ValueError: If the text that is to be changed does not stand in the file exactly once.
    """
    package = folder / "aae"
    # Compiled code comes along: it is that of files with the time and size of their sources.
    shutil.copytree(SRC, package, ignore=shutil.ignore_patterns(*LINKS))
    for name in LINKS:
        (package / name).symlink_to((SRC / name).resolve())
    if mutation:
        path = package / mutation.file
        text = path.read_text()
        if text.count(mutation.old) != 1:
            raise ValueError(f"{mutation.file} holds {text.count(mutation.old)} times what {mutation.name!r} changes")
        path.write_text(text.replace(mutation.old, mutation.new))


def run_pytest(tests, mutation=None, limit=LIMIT):
    """Runs ``tests``, node ids, on a copy of the package; with a ``Mutation`` up to the first failure.

    Returns:
        Exit status of pytest, or ``NOT_THE_COPY`` or ``TOO_LONG``; what it printed; and the seconds it took.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mutated_copy(folder, mutation)
        arguments = [*(["-x"] if mutation else []), *(str(TESTS / test) for test in tests)]
        process = multiprocessing.get_context("fork").Process(target=_pytest, args=(folder, arguments))
        process.start()
        process.join(limit)
        status = TOO_LONG if process.exitcode is None else process.exitcode
        process.kill()
        process.join()
        return status, (folder / "output").read_text(errors="replace"), time.monotonic() - begun


def _pytest(folder, arguments):
    """In a process of its own: runs pytest on the copy in ``folder``, and leaves there what it printed."""
    with open(folder / "output", "wb") as output:
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)
    # For this process, and for those that tests start.
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    if Path(importlib.import_module("aae").__file__).parent != folder / "aae":
        sys.exit(NOT_THE_COPY)
    quiet = ("-m", "not slow", "-n", "0", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "-rfE", "--tb=short")
    sys.exit(int(pytest.main([*quiet, *arguments])))


def table():
    """The table of ``docs/TESTING.md``: every mutation, and the tests that notice it."""
    rows = [f"| {m.name} | `{m.file}` | {', '.join(f'`{test}`' for test in m.tests)} |" for m in MUTATIONS]
    return "\n".join(["| mistake | in `src/` | noticed in `tests/` by |", "|---|---|---|", *rows])


if __name__ == "__main__":
    sys.exit(main())
