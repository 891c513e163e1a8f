from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.rows.catch_up import catch_up
from infra.rows.sqlite import SqliteRows
from projections import registry
from tests.projections.histories import ListLog

Told = Callable[..., SqliteRows]


def answer(question: object, rows: SqliteRows) -> Any:
    """Return the answer of any shape, for tests to look into."""
    return registry.answer(question, rows)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """Return rows of which every projection was told these facts, in this order."""
    with ExitStack() as files:

        def tell(*facts: object) -> SqliteRows:
            rows = files.enter_context(SqliteRows(tmp_path / f"rows-{len(list(tmp_path.iterdir()))}.db"))
            catch_up(ListLog([("stream", fact) for fact in facts]), rows)
            assert rows.letters() == []
            return rows

        yield tell
