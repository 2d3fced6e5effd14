"""That the list of mutations is right, without running any; ``make mutants`` does."""

import ast
import filecmp
from collections import Counter

import pytest

from tests.mutants.mutations import MUTATIONS
from tests.mutants.run import ROOT, SRC, TESTS, mutated_copy, table


def test_there_are_many_and_each_has_a_name_of_its_own():
    assert len(MUTATIONS) >= 40
    assert max(Counter(mutation.name for mutation in MUTATIONS).values()) == 1


def test_each_changes_what_stands_in_its_file_once_to_other_code():
    for mutation in MUTATIONS:
        text = (SRC / mutation.file).read_text()
        assert text.count(mutation.old) == 1, mutation
        assert ast.dump(ast.parse(text.replace(mutation.old, mutation.new))) != ast.dump(ast.parse(text)), mutation


def fast_tests(path):
    """Names of the tests of a file that are not all slow."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if "pytest.mark.slow" not in map(ast.unparse, f.decorator_list)}


def test_each_names_fast_tests_that_there_are():
    for mutation in MUTATIONS:
        assert mutation.tests
        for test in mutation.tests:
            file, name = test.split("::")
            assert name.split("[")[0] in fast_tests(TESTS / file), test


def test_a_copy_differs_in_the_mutation_alone(tmp_path):
    mutation = MUTATIONS[0]
    mutated_copy(tmp_path, mutation)
    files = [str(path.relative_to(SRC)) for path in SRC.rglob("*.py")]
    _, others, missing = filecmp.cmpfiles(SRC, tmp_path / "aae", files, shallow=False)
    assert (others, missing) == ([mutation.file], [])
    assert mutation.new in (tmp_path / "aae" / mutation.file).read_text()
    assert (tmp_path / "aae" / "recipes" / "fig1_gaussian.cfg").exists()


def test_a_mutation_of_other_code_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds 0 times"):
        mutated_copy(tmp_path, MUTATIONS[0]._replace(old="no such text"))


def test_the_page_has_the_table():
    assert table() in (ROOT / "docs" / "TESTING.md").read_text()
