from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.rows.model import catch_up
from infra.rows.sqlite import SqliteRows
from projections import registry
from tests.projections.histories import ListLog

RowsOf = Callable[..., SqliteRows]


def answer(question: object, rows: SqliteRows) -> Any:
    """Return the answer of any shape, for tests to look into."""
    return registry.answer(question, rows)


@pytest.fixture
def rows_of(tmp_path: Path) -> Iterator[RowsOf]:
    """Return a function from events to the rows that all projections make of them, in this order."""
    with ExitStack() as files:

        def project(*events: object) -> SqliteRows:
            rows = files.enter_context(SqliteRows(tmp_path / f"rows-{len(list(tmp_path.iterdir()))}.db"))
            catch_up(ListLog([("stream", event) for event in events]), rows)
            assert rows.letters() == []
            return rows

        yield project
