from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.read_model import SqliteRows, catch_up
from tests.projections.histories import ListLog

Told = Callable[..., SqliteRows]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """Return rows of which every projection was told these facts, in this order."""
    with ExitStack() as files:

        def tell(*facts: object) -> SqliteRows:
            rows = files.enter_context(SqliteRows(tmp_path / f"rows-{len(list(tmp_path.iterdir()))}.db"))
            catch_up(ListLog([("stream", fact) for fact in facts]), rows)
            return rows

        yield tell
