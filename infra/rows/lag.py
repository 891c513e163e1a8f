"""How far rows are behind the log."""

from datetime import datetime

from domain.event import value
from infra.rows.model import ReadModel
from infra.store.store import EventStore


@value
class RowsLag:
    """Rows hold the events up to `position`; `behind` newer ones wait, the oldest of them since `seconds`."""

    position: int
    behind: int
    seconds: float


def rows_lag(store: EventStore, rows: ReadModel, now: datetime) -> RowsLag:
    """Return how far rows are behind; an answer that is read afterwards is at least as new."""
    last, position = store.last_position(), rows.position
    if position >= last:
        return RowsLag(position=position, behind=0, seconds=0.0)
    (oldest,) = store.after(position, 1)
    waited = max(0.0, (now - oldest.metadata.recorded_at).total_seconds())
    return RowsLag(position=position, behind=last - position, seconds=round(waited, 1))
