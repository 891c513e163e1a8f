"""Every column of every answer has a heading in both languages."""

from collections import defaultdict
from dataclasses import fields, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain.registry import EVENT_TYPES
from infra.cli.records.history.files import COLUMNS
from infra.rows.model import catch_up
from infra.rows.sqlite import SqliteRows
from infra.words.catalogue import words
from projections.registry import QUESTIONS, TABLES, answer
from tests.domain.builders import TODAY
from tests.projections.histories import ListLog, history

PROJECTIONS = Path(__file__).parents[3] / "projections"


def ids_in(rows: SqliteRows) -> dict[str, list[Any]]:
    """Return what the columns of all rows hold that questions ask with."""
    ids: dict[str, set[Any]] = defaultdict(set)
    for table in TABLES.values():
        names = (table.key, *table.columns)
        with rows.reading() as view:
            for row in view.rows_of(table):
                for name, content in zip(names, row, strict=True):
                    if name.endswith("_id") and content is not None:
                        ids[name].add(content)
    return {name: sorted(some)[:3] for name, some in ids.items()}


def days_of(example: Any) -> dict[str, date]:
    """Return days between which the whole history lies, for the fields of a question that are days."""
    named = {each.name for each in fields(example) if isinstance(getattr(example, each.name), date)}
    first = dict.fromkeys(named & {"from_day", "first", "since"}, date(2000, 1, 1))
    last = dict.fromkeys(named & {"to_day", "last", "due_by"}, date(2100, 1, 1))
    return {**first, **last, **dict.fromkeys(named & {"day"}, TODAY)}


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The columns of each question's answers over a random history with every event."""
    by_question: dict[str, set[str]] = defaultdict(set)
    path: Path = tmp_path_factory.mktemp("columns") / "rows.db"
    with SqliteRows(path) as rows:
        catch_up(ListLog(history(3)), rows, known=EVENT_TYPES)
        ids = ids_in(rows)
        for name, question in QUESTIONS.items():
            example = replace(question.example, **days_of(question.example))
            named = [each.name for each in fields(example) if each.name.endswith("_id")]
            for chosen in product(*(ids.get(each, ["none"]) for each in named)):
                result = answer(replace(example, **dict(zip(named, chosen, strict=True))), rows)
                for row in [result] if isinstance(result, dict) else result or []:
                    by_question[name] |= row.keys()
    return by_question


def test_every_column_of_every_answer_has_a_heading_in_both_languages(columns: dict[str, set[str]]) -> None:
    for language in ("zh", "en"):
        headings = {key for kind, key in words(language) if kind == "column"}
        missing = {name: sorted(some - headings) for name, some in columns.items() if some - headings}
        assert missing == {}, language


def test_every_column_of_a_history_has_a_heading_in_both_languages() -> None:
    for language in ("zh", "en"):
        headings = {key for kind, key in words(language) if kind == "column"}
        assert set(COLUMNS) <= headings, language


def test_no_heading_is_for_nothing(columns: dict[str, set[str]]) -> None:
    headings = {key for kind, key in words("en") if kind == "column"}
    named = {name for table in TABLES.values() for name in table.columns}
    sources = "".join(file.read_text(encoding="utf-8") for file in PROJECTIONS.rglob("*.py"))
    unknown = headings - named.union(COLUMNS, *columns.values())
    assert sorted(each for each in unknown if f'"{each}"' not in sources) == []
