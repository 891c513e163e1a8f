"""Collects the health of the embedded system, in which one process does everything."""

from datetime import datetime

from infra.embedded.runner import ReactorProgress
from infra.monitoring.health import (
    MOST,
    PlanningHealth,
    ProgressMark,
    Status,
    TimerHealth,
    lag_details,
    letter_counts,
    seconds,
)
from infra.rows.model import ReadModel
from infra.store.store import EventStore
from projections.timers import overdue
from streams.dead_letters import REACTIONS, DeadLetters
from streams.lag import Backlog


def collect_status(
    now: datetime, store: EventStore, rows: ReadModel, progress: ReactorProgress, dead_letters: DeadLetters
) -> Status:
    """Collect the health of the embedded system, in which one process does everything."""
    last = store.last_position()
    marks = {**rows.positions(), REACTIONS: progress.position()}
    events = store.select_notifications(min(marks.values()) + 1, MOST)
    upto = events[-1].position if len(events) == MOST else None
    backlog = Backlog([(event.position, event.stream) for event in events], 1, upto)
    recorded = {event.position: event for event in events}

    def mark(projection: str) -> ProgressMark:
        lag = backlog.lag(0, marks[projection], last)
        since = recorded[lag.oldest].metadata.recorded_at if lag.oldest else None
        behind = lag_details(lag, since, now)
        return ProgressMark(projection=projection, partition=None, watermark=marks[projection], end=last, behind=behind)

    due, since = overdue(rows, now)
    age = None if since is None else seconds(since, now)
    timers = TimerHealth(due=due, since=since, age=age, refused={}, leader=None)
    undone = store.undone_team_days(now)
    return Status(
        idle=min(marks.values()) == last and not due and not undone,
        now=now,
        moved=False,
        plans=True,
        last=last,
        relay=None,
        rows=[mark(name) for name in marks if name != REACTIONS],
        reactions=[mark(REACTIONS)],
        timers=timers,
        team_days=PlanningHealth(undone=undone),
        dead_letters=letter_counts(dead_letters.find()),
    )
