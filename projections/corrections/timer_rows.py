"""Rows of timers: when something falls due, and the command that is then given."""

from datetime import date
from functools import lru_cache

from domain.local_time import at_local
from projections.changes import Put, Table, as_json, moment

TIMERS_V1 = Table("timers_v1", "timer_id", {"due_at": "text", "command": "text"}, indexes=(("due_at",),))
"""`command` is JSON {name, data}. A timer's id begins with what it is for, so each stream writes its own."""


@lru_cache(maxsize=4096)
def moment_of(day: date, minute: int) -> str:
    """Return the moment so many minutes after a local midnight, as rows hold it."""
    return moment(at_local(day, minute))


def end_of(day: date) -> str:
    """Return the local midnight that ends a day."""
    return moment_of(day, 24 * 60)


def timer(timer_id: str, due_at: str, command: object) -> Put:
    """Return the row of a timer."""
    return TIMERS_V1.put(timer_id, due_at=due_at, command=as_json({"name": type(command).__name__, "data": command}))
