"""What holds for every projection."""

import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import get_type_hints

import pytest

import projections
from domain.care_plan.events import CareEndMoved, CareResumed, ContractLaidDown, ContractMoved, OpenVisitsMoved
from domain.event import stored_name
from domain.registry import EVENT_TYPES
from infra.codec import schema_of
from infra.rows.sqlite import SqliteRows
from projections.changes import Projection
from projections.questions import Question
from projections.registry import HANDLERS, PROJECTIONS, QUESTIONS, TABLES, answer
from tests.projections.conftest import RowsOf
from tests.projections.histories import history

EACH_PROJECTION = pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=lambda each: each.name)
EACH_QUESTION = pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda each: each.name)


FOLLOWED_BY_NONE = (ContractMoved, ContractLaidDown, CareResumed, OpenVisitsMoved, CareEndMoved)
"""The care plan's own memory: the caseload tells of contracts."""


def test_every_event_is_followed_by_somebody() -> None:
    assert EVENT_TYPES.keys() - HANDLERS.keys() == {stored_name(event) for event in FOLLOWED_BY_NONE}


def test_the_random_histories_hold_every_event() -> None:
    rows_of = {type(event) for seed in range(20) for _, event in history(seed)}
    assert rows_of == set(EVENT_TYPES.values())


def test_every_projection_is_listed() -> None:
    modules = [import_module(f"projections.{each.name}") for each in iter_modules(projections.__path__)]
    declared = {each.name for module in modules for each in vars(module).values() if isinstance(each, Projection)}
    assert sorted(declared - PROJECTIONS.keys()) == []


def test_every_question_is_asked_by_a_test() -> None:
    files = [file for file in Path(__file__).parent.rglob("test_*.py") if file != Path(__file__)]
    words = {word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))}
    assert sorted(QUESTIONS.keys() - words) == []


@EACH_PROJECTION
def test_a_row_is_written_by_one_stream_only(projection: Projection) -> None:
    for seed in range(10):
        writers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for stream, event in history(seed, residents=20):
            if isinstance(event, projection.events):
                for change in projection.project(event):
                    writers[change.table, change.key].add(stream)
        assert [row for row, streams in writers.items() if len(streams) > 1] == []


@EACH_PROJECTION
def test_a_projection_writes_its_own_tables_only_and_answers_every_event(projection: Projection) -> None:
    own = {table.name for table in projection.tables}
    for seed in range(10):
        for _, event in history(seed):
            if isinstance(event, projection.events):
                changes = list(projection.project(event))
                assert changes
                assert {change.table for change in changes} <= own


def test_tables_are_versioned_and_no_two_have_one_name() -> None:
    names = [table.name for each in PROJECTIONS.values() for table in each.tables]
    assert len(set(names)) == len(names) == len(TABLES)
    assert all(name.rpartition("_v")[2].isdigit() for name in names)


@EACH_PROJECTION
def test_indexes_are_of_columns_that_exist(projection: Projection) -> None:
    for table in projection.tables:
        assert {column for index in table.indexes for column in index} <= {table.key, *table.columns}


@EACH_QUESTION
def test_a_question_says_what_it_asks_and_has_an_example(question: Question[object]) -> None:
    assert isinstance(question.example, question.asks)
    assert question.asks.__doc__
    assert question.answer.__doc__
    assert get_type_hints(question.asks).keys() == question.asks.__dataclass_fields__.keys()  # type: ignore[attr-defined]
    assert schema_of(question.asks)


@EACH_QUESTION
def test_a_question_can_be_asked_of_empty_and_of_full_rows(question: Question[object], rows_of: RowsOf) -> None:
    answer(question.example, rows_of())
    for seed in range(3):
        rows: SqliteRows = rows_of(*(event for _, event in history(seed)))
        answer(question.example, rows)
