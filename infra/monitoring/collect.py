"""How everybody stands, as one moment shows it.

All is read in one snapshot of the database, and idle is what those who wait for the others call so. Lags are counted
from infra.database.advisory_locks import AdvisoryLock
from infra.database.advisory_locks import AdvisoryLock
from infra.database.advisory_locks import AdvisoryLock
from the events themselves, as positions are of the whole log.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.local_time import local_day
from infra.database.advisory_locks import AdvisoryLock, lock_key
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.distributed.catch_up_wait import SystemProgress, read_progress
from infra.distributed.clock import SharedClock
from infra.distributed.timers import UNFIRED
from infra.monitoring.health import (
    DeadLetterCounts,
    HealthProblem,
    LagDetails,
    PlanningHealth,
    ProgressMark,
    RelayHealth,
    Status,
    TimerHealth,
)
from infra.store.recorded import from_micros, to_micros
from infra.store.view import recorded_at
from infra.wiring import SCHEMA, Embedded
from projections.changes import moment
from projections.timers import overdue
from streams.due_reactions import REACTIONS
from streams.lag import Backlog, Lag, category_of

MOST = 200_000
"""So many events are read to count what is behind; beyond them a count is a least one."""

ROWS = """SELECT p.projection, e.partition, max(m.position), e.position
FROM jiayi.relay_ends e CROSS JOIN jiayi_rows.projections p JOIN jiayi_rows.positions m
    ON m.projection = p.projection AND m.partition IN (0, e.partition + 1)
GROUP BY p.projection, e.partition, e.position ORDER BY p.projection, e.partition"""

REACTED = """SELECT e.partition, coalesce(r.position, 0), e.position
FROM jiayi.relay_ends e LEFT JOIN jiayi.reactor_marks r USING (partition) ORDER BY e.partition"""

UNTAKEN = """SELECT notification_id, originator_id FROM jiayi.stored_events WHERE notification_id > ?
ORDER BY notification_id LIMIT ?"""

RECORDED = "SELECT notification_id, metadata FROM jiayi.stored_events WHERE notification_id = ANY(?)"

DUE_SINCE = f"SELECT min(due_at) FROM {UNFIRED}"  # noqa: S608 -- our own

REFUSED = "SELECT rule, count(*) FROM jiayi.fired_timers WHERE rule IS NOT NULL GROUP BY rule ORDER BY 2 DESC, 1"

UNDONE_SINCE = """SELECT min(greatest(first_at, plan_from)) FROM jiayi.team_days
WHERE wanted > done AND plan_from <= :micros AND day >= :today"""

LETTERS = """SELECT projection, count(*) FILTER (WHERE reason = 'poison'), count(*) FILTER (WHERE reason = 'parked')
FROM (SELECT projection, reason FROM jiayi_rows.dead_letters
    UNION ALL SELECT :reactions, reason FROM jiayi.reaction_letters) l GROUP BY projection ORDER BY projection"""

LED = """SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint, objid::bigint) = (
        SELECT one & 4294967295, other & 4294967295 FROM (SELECT {}) key(one, other)))"""
"""Whether anybody holds an advisory lock; the table of locks tells the two halves of its key without a sign."""


def collect_status(connections: ConnectionPool, own: datetime | None, partitions: int) -> Status:
    """Return how everybody stands in the distributed system. StoreError: the database is away.

    `own` is this process's own time, None: the clock of all parts.
    """
    told = SharedClock(connections, own).read()
    with connections.reading() as cursor:
        standing = read_progress(cursor, told.now)
        rows = cursor.execute(ROWS).fetchall()
        reactions = [(REACTIONS, *row) for row in cursor.execute(REACTED).fetchall()]
        behinds = _Behinds(cursor, told.now, partitions, [row[1:] for row in (*rows, *reactions)])
        status = Status(
            idle=standing.idle,
            now=told.now,
            moved=told.moved,
            plans=not told.moved or told.budget is not None,
            last=standing.last,
            relay=RelayHealth(
                position=standing.relayed,
                last=standing.last,
                leader=_led(cursor, AdvisoryLock.RELAY_LEADER),
                behind=behinds.of_relay(standing.relayed),
            ),
            rows=[behinds.mark(*row) for row in rows],
            reactions=[behinds.mark(*row) for row in reactions],
            timers=_timed(cursor, told.now, standing),
            team_days=_undone(cursor, told.now, standing),
            dead_letters=_letters(cursor),
        )
    return status.also(_leaderless(status))


def _leaderless(status: Status) -> list[HealthProblem]:
    leads = {"relay": status.relay is None or status.relay.leader, "timers": status.timers.leader}
    return [HealthProblem("part-without-leader", {"part": part}) for part, led in leads.items() if led is False]


class _Behinds:
    """Counts what is not taken past `marks`: partitions, watermarks and ends."""

    def __init__(
        self, cursor: PostgresCursor, now: datetime, partitions: int, marks: Sequence[tuple[int, int, int]]
    ) -> None:
        self._cursor = cursor
        self._now = now
        lowest = min((watermark for _, watermark, end in marks if watermark < end), default=None)
        events = [] if lowest is None else cursor.execute(UNTAKEN, (lowest, MOST)).fetchall()
        upto = events[-1][0] if len(events) == MOST else None
        self._backlog = Backlog(events, partitions, upto)
        self._recorded = self._moments({self._backlog.lag(*mark).oldest for mark in marks} - {0})

    def _moments(self, positions: set[int]) -> dict[int, datetime]:
        found = self._cursor.execute(RECORDED, (sorted(positions),)).fetchall() if positions else []
        return {position: recorded_at(metadata) for position, metadata in found}

    def mark(self, projection: str, partition: int, watermark: int, end: int) -> ProgressMark:
        """Return where somebody stands."""
        lag = self._backlog.lag(partition, watermark, end)
        behind = lag_details(lag, self._recorded.get(lag.oldest), self._now)
        return ProgressMark(projection=projection, partition=partition, watermark=watermark, end=end, behind=behind)

    def of_relay(self, position: int) -> LagDetails:
        """Return what was not sent."""
        events = self._cursor.execute(UNTAKEN, (position, MOST)).fetchall()
        if not events:
            return LagDetails(categories={})
        oldest = events[0][0]
        categories = dict(Counter(category_of(stream) for _, stream in events).most_common())
        lag = Lag(len(events), oldest, categories, at_least=len(events) == MOST)
        return lag_details(lag, self._moments({oldest})[oldest], self._now)


def lag_details(lag: Lag, since: datetime | None, now: datetime) -> LagDetails:
    """Return a lag with its age."""
    age = None if since is None else seconds(since, now)
    return LagDetails(lag=lag.events, at_least=lag.at_least, since=since, age=age, categories=lag.categories)


def seconds(since: datetime, now: datetime) -> float:
    """Return how long ago it was; never less than nothing, as clocks of machines differ."""
    return round(max(now - since, timedelta(0)).total_seconds(), 3)


def _led(cursor: PostgresCursor, leader: AdvisoryLock) -> bool:
    return bool(cursor.execute(LED.format(lock_key(SCHEMA, leader))).fetchone()[0])


def _timed(cursor: PostgresCursor, now: datetime, standing: SystemProgress) -> TimerHealth:
    (due_at,) = cursor.execute(DUE_SINCE, {"now": moment(now)}).fetchone()
    since = None if due_at is None else datetime.fromisoformat(due_at)
    age = None if since is None else seconds(since, now)
    refused = dict(cursor.execute(REFUSED).fetchall())
    leader = _led(cursor, AdvisoryLock.TIMERS_LEADER)
    return TimerHealth(due=standing.timers_due, since=since, age=age, refused=refused, leader=leader)


def _undone(cursor: PostgresCursor, now: datetime, standing: SystemProgress) -> PlanningHealth:
    told = {"micros": to_micros(now), "today": local_day(now).isoformat()}
    (found,) = cursor.execute(UNDONE_SINCE, told).fetchone()
    since = None if found is None else from_micros(found)
    wait = None if since is None else seconds(since, now)
    return PlanningHealth(undone=standing.days_undone, since=since, longest_wait=wait)


def _letters(cursor: PostgresCursor) -> list[DeadLetterCounts]:
    found = cursor.execute(LETTERS, {"reactions": REACTIONS}).fetchall()
    return [DeadLetterCounts(projection=name, poison=poison, parked=parked) for name, poison, parked in found]


def collect_embedded_status(system: Embedded) -> Status:
    """Return how rows, reactions, timers and team-days stand in the embedded system, in which nobody else works."""
    now, last = system.now(), system.store.last_position()
    marks = {**system.rows.positions(), REACTIONS: system.work.position()}
    events = system.store.select_notifications(min(marks.values()) + 1, MOST)
    upto = events[-1].position if len(events) == MOST else None
    backlog = Backlog([(event.position, event.stream) for event in events], 1, upto)
    recorded = {event.position: event for event in events}

    def mark(projection: str) -> ProgressMark:
        lag = backlog.lag(0, marks[projection], last)
        since = recorded[lag.oldest].metadata.recorded_at if lag.oldest else None
        behind = lag_details(lag, since, now)
        return ProgressMark(projection=projection, partition=None, watermark=marks[projection], end=last, behind=behind)

    due, since = overdue(system.rows, now)
    age = None if since is None else seconds(since, now)
    timers = TimerHealth(due=due, since=since, age=age, refused={}, leader=None)
    undone = system.store.undone_team_days(now)
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
    )
