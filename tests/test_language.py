"""One language: private words are refused as names, each with the field's word in its place.

Names are those of files, classes, functions, parameters, attributes and locals. A word is refused wherever it is a part
of a name; a name is refused where the table says so. Stored, command, question and `--json` fields keep theirs.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ROOMS = ("domain", "projections", "schedulers", "streams", "infra", "tests")

WORDS = {
    "told": "what the value is: result, payload, line, on_progress",
    "asked": "commands, arguments, request, question",
    "given": "arguments, pending",
    "found": "what was found: incumbent, contract, row",
    "fact": "event",
    "facts": "events, or inputs of a decision",
    "beside": "shadow, others, next_to",
    "anew": "rebuild, again",
    "whoever": "the person or part that is meant",
}
"""Words that say nothing about a value, and what to say instead."""

NAMES = {
    # was: (is, where it is refused)
    "Together": ("GroupCommit", ""),
    "Link": ("Connection", ""),
    "Links": ("ConnectionPool", ""),
    "Ear": ("CommitListener", ""),
    "Hopeful": ("OptimisticTransaction", ""),
    "Locked": ("PessimisticTransaction", ""),
    "available": ("translate_errors", "infra/"),
    "Work": ("ReactorProgress, SearchEffort", ""),
    "Parcel": ("PartitionBatch", ""),
    "Hole": ("MissingEvents", ""),
    "Gap": ("MissingEvents", "streams/"),
    "Letters": ("DeadLetterCounts", ""),
    "Noted": ("LoggedEvent", ""),
    "Carried": ("TransportedEvent", ""),
    "Recorded": ("StoredEvent", ""),
    "Standing": ("SystemProgress, ProjectionMarks", ""),
    "Following": ("ProgressWaiter, EventSubscription", ""),
    "stand_still": ("on_stalled", ""),
    "or_end": ("exit_on_error", ""),
    "Filling": ("ShadowFiller", ""),
    "Pace": ("DebouncePolicy", ""),
    "spread_weeks": ("assign_visit_days", ""),
    "Sifting": ("ColumnFixing", ""),
    "sift": ("fix", ""),
    "Ways": ("Partitions", "schedulers/"),
    "ways": ("partitions, or modes of travel", "schedulers/"),
    "walks": ("ng_routes", "schedulers/"),
    "Covers": ("PartitionEnumerator", ""),
    "Crew": ("SynchronisedGroup", "schedulers/"),
    "Crews": ("SynchronisedGroups", "schedulers/"),
    "lay": ("decode", "schedulers/"),
    "laid": ("decode", "schedulers/"),
    "settle": ("left_shift, evaluate", "schedulers/"),
    "Calm": ("RepeatFilter", ""),
    "Unfit": ("UsageError", ""),
    "Unready": ("ServiceNotReady", ""),
    "Trouble": ("HealthProblem", ""),
    "Manner": ("OutputOptions", ""),
    "Sheet": ("RosterView", "infra/cli/"),
    "Ending": ("GracefulShutdown", ""),
    "leave_at_once": ("exit_now", ""),
    "bury": ("reap_finished", ""),
    "Place": ("WorkerSlot", "infra/processes/"),
}
"""Names that only Jiayi had, the field's term for each, and the folder in which it is refused ("" is everywhere)."""

KEPT: dict[str, str] = {
    "ConsentGiven": "a stored event",
    "given_on": "a stored field",
    "given_by": "a stored field",
    "domain/care_plan/events.py:asked": "a stored field",
    "infra/planning/published_roster.py:told": "a `--json` field",
    "criteria_told": "a stored field",
    "risks_told": "a stored field",
    "infra/cli/reports/results.py:told_by": "a `--json` field",
    "infra/cli/roster/results.py:told": "a `--json` field",
    "given": "hypothesis calls its decorator so",
    "ways": "a stored field of travel times, a `--json` field of explanations",
}
"""Names that stay, everywhere or in one file: they are stored, part of a command, question or `--json` answer, or a
library's."""

FILES = sorted(
    file.relative_to(ROOT).as_posix()
    for room in ROOMS
    for file in (ROOT / room).rglob("*.py")
    if file.stem != "__init__"
)


def bound(tree: ast.Module, *, functions_of_tests: bool = False) -> Iterator[tuple[int, str]]:
    """Yield each name that a module binds, with its line. The sentence of a test is no name."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if functions_of_tests or not name.startswith("test_"):
                    yield node.lineno, name
            case ast.ClassDef(name=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name
            case ast.alias(asname=str(name)):
                yield node.lineno, name


def parts_of(name: str) -> list[str]:
    """Return the words of a name, in lower case: `told` and `columns` of both `told_columns` and `ToldColumns`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def fault(name: str, file: str) -> str | None:
    """Return why a name is refused in a file, None if it is not."""
    if name in KEPT or f"{file}:{name}" in KEPT:
        return None
    for word in parts_of(name):
        if word in WORDS:
            return f"`{name}` has the word `{word}`; say {WORDS[word]}"
    term, where = NAMES.get(name.lstrip("_"), ("", "nowhere"))
    return f"`{name}` is {term}" if file.startswith(where) else None


def faults_in(file: str) -> list[str]:
    """Return every refused name of a file, its own name among them, each with its line."""
    named = [(1, Path(file).stem), *bound(ast.parse((ROOT / file).read_text(encoding="utf-8")))]
    return sorted({f"{file}:{line} {why}" for line, name in named if (why := fault(name, file))})


@pytest.mark.parametrize("file", FILES)
def test_a_name_is_a_word_of_the_field(file):
    assert not faults_in(file)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("domain/x.py", "def f(told): ..."),
        ("domain/x.py", "facts = 1"),
        ("infra/x.py", "class SeatFact: ..."),
        ("infra/x.py", "class _Hopeful: ..."),
        ("infra/x.py", "self.first_told = 1"),
        ("infra/x.py", "for found in rows: ..."),
        ("streams/x.py", "match e:\n    case Event() as given_up: ..."),
        ("schedulers/x.py", "walks = 2"),
        ("schedulers/x.py", "import numpy as asked"),
    ],
)
def test_a_private_word_is_refused_wherever_it_is_bound(file, code):
    assert [fault(name, file) for _, name in bound(ast.parse(code)) if fault(name, file)]


def test_a_word_of_the_field_is_not_refused():
    for name in ("foundation", "ConsentGiven", "Gap", "ways", "expected_position", "left_shift"):
        assert fault(name, "domain/x.py") is None
