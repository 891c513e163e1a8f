"""The table of mutants cannot rot: each change can be made, and each test is there. `make mutants` runs them."""

import ast
from collections import Counter
from functools import cache

import pytest

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.table import MUTANTS

LEAST = 60


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def names_in(name: str) -> frozenset[str]:
    return frozenset(node.name for node in ast.parse(text_of(name)).body if isinstance(node, ast.FunctionDef))


def wrong_with(mutant: Mutant) -> str:
    """Return what keeps a mutant from being run, empty if nothing does."""
    times = text_of(mutant.file).count(mutant.before) if (ROOT / mutant.file).exists() else 0
    file, _, test = mutant.test.partition("::")
    if times != 1:
        return f"{mutant.before!r} stands {times} times in {mutant.file}"
    lines = zip(mutant.before.split("\n"), mutant.after.split("\n"), strict=False)
    if sum(before != after for before, after in lines) != 1 or mutant.before.count("\n") != mutant.after.count("\n"):
        return f"{mutant.before!r} in {mutant.file} is not a change of one line"
    if not (ROOT / file).exists() or test.partition("[")[0] not in names_in(file):
        return f"there is no test {mutant.test}"
    return ""


def test_each_mutant_changes_one_line_that_stands_there_once_and_names_a_test():
    assert [wrong for mutant in MUTANTS if (wrong := wrong_with(mutant))] == []


def test_there_are_enough_mutants_each_with_its_reason_and_none_twice():
    assert len(MUTANTS) >= LEAST
    assert all(mutant.why.endswith(".") for mutant in MUTANTS)
    assert [each for each, times in Counter(mutant[:3] for mutant in MUTANTS).items() if times > 1] == []


@pytest.mark.parametrize(
    "change",
    [
        {"before": "no such line"},
        {"before": "MUTANTS"},
        {"after": "ROOT = Path(__file__).parents[2]"},
        {"test": "tests/mutants/test_table.py::test_of_nothing"},
    ],
    ids=["not there", "there twice", "no change", "no test"],
)
def test_a_mutant_that_cannot_be_run_is_found(change):
    mutant = Mutant(
        file="tests/mutants/mutant.py",
        before="ROOT = Path(__file__).parents[2]",
        after="ROOT = Path(__file__).parents[1]",
        test="tests/mutants/test_table.py::test_a_mutant_that_cannot_be_run_is_found[not there]",
        why="An example.",
    )
    assert not wrong_with(mutant)
    assert wrong_with(mutant._replace(**change))
