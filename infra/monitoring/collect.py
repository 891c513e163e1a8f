"""Collects system health from one database snapshot.

Idle means the same as for processes that wait for the others. Lags are counted from the events themselves, as positions
are of the whole log.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from infra.clock import ClockReading
from infra.database.advisory_locks import AdvisoryLock, lock_key
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.database.tables import SCHEMA
from infra.distributed.catch_up_wait import SystemProgress, read_progress
from infra.distributed.clock import SharedClock
from infra.distributed.timers import UNFIRED
from infra.distributed.topic import topic_of
from infra.embedded.runner import ReactorProgress
from infra.monitoring.health import (
    DeadLetterCounts,
    HealthProblem,
    LagDetails,
    LoneVisit,
    PlanningHealth,
    ProgressMark,
    RelayHealth,
    Status,
    TimerHealth,
    stalled_parts,
)
from infra.rows.model import ReadModel
from infra.settings import Settings
from infra.store.recorded import from_micros, recorded_at, to_micros
from infra.store.store import EventStore
from infra.store.team_days import first_open_day
from projections.changes import moment
from projections.feeds.webhooks import Webhooks, webhooks
from projections.questions import Rows
from projections.timers import overdue
from projections.visit_days import visits_nobody_left
from streams.dead_letters import REACTIONS, DeadLetters, StoredDeadLetter
from streams.lag import Backlog, Lag, category_of
from streams.topics import TopicError, check_topic

SECOND_LOOK_SECONDS = 2.0
KAFKA_WITHIN_SECONDS = 5.0

MOST = 200_000
"""Events that are read to count lags; beyond them a count is a lower bound."""

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
WHERE wanted > done AND plan_from <= :micros AND day >= :first"""

LETTERS = """SELECT projection, count(*) FILTER (WHERE reason = 'poison'), count(*) FILTER (WHERE reason = 'parked')
FROM (SELECT projection, reason FROM jiayi_rows.dead_letters
    UNION ALL SELECT :reactions, reason FROM jiayi.reaction_letters) l GROUP BY projection ORDER BY projection"""

LED = """SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint, objid::bigint) = (
        SELECT one & 4294967295, other & 4294967295 FROM (SELECT {}) key(one, other)))"""
"""Whether an advisory lock is held; the table of locks has the two halves of its key without a sign."""


def collect_status(connections: ConnectionPool, own: datetime | None, partitions: int) -> Status:
    """Collect the health of the distributed system from one snapshot. StoreError: the database is away.

    `own` is this process's own time, None: the clock of all parts.
    """
    clock = SharedClock(connections, own).read()
    with connections.reading() as cursor:
        progress = read_progress(cursor, clock.due_until)
        rows = cursor.execute(ROWS).fetchall()
        reactions = [(REACTIONS, *row) for row in cursor.execute(REACTED).fetchall()]
        lags = _Lags(cursor, clock.now, partitions, [row[1:] for row in (*rows, *reactions)])
        status = Status(
            lives=clock.lives,
            idle=progress.idle,
            now=clock.now,
            moved=clock.moved,
            plans=not clock.moved or clock.budget is not None,
            last=progress.last,
            relay=RelayHealth(
                position=progress.relayed,
                last=progress.last,
                leader=_led(cursor, AdvisoryLock.RELAY_LEADER),
                behind=lags.of_relay(progress.relayed),
            ),
            rows=[lags.mark(*row) for row in rows],
            reactions=[lags.mark(*row) for row in reactions],
            timers=_timed(cursor, clock.due_until, progress),
            team_days=_undone(cursor, clock.due_until, progress),
            dead_letters=_letters(cursor),
        )
    return status.also(_leaderless(status))


def collect_distributed_status(connections: ConnectionPool, settings: Settings, older_than: float) -> Status:
    """Collect the health of the distributed system and of Kafka; if something has waited too long, look twice.

    A part that moves only has much to do; one that does not move between the two looks is stalled.
    """
    status = collect_status(connections, settings.now, settings.partitions)
    if status.longest_wait() > older_than:
        time.sleep(SECOND_LOOK_SECONDS)
        again = collect_status(connections, settings.now, settings.partitions)
        status = again.also(list(stalled_parts(status, again, older_than)))
    return status.also(kafka_problems(settings))


def kafka_problems(settings: Settings) -> list[HealthProblem]:
    """Return the problems of Kafka, the topic's shape included."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # the problem says it in one line
    _, servers = settings.addresses()
    try:
        asyncio.run(check_topic(servers, topic_of(settings), KAFKA_WITHIN_SECONDS))
    except TopicError as error:
        return [HealthProblem(error.rule, error.values)]
    return []


def unsent_webhooks(connections: ConnectionPool, rows: Rows) -> list[HealthProblem]:
    """Return the problem of receivers to whom no process sends; none without receivers."""
    if not webhooks(Webhooks(active_only=True), rows):
        return []
    with connections.reading() as cursor:
        led = _led(cursor, AdvisoryLock.WEBHOOKS_LEADER)
    return [] if led else [HealthProblem("part-without-leader", {"part": "webhooks"})]


def alarms_of(rows: Rows, now: datetime) -> tuple[LoneVisit, ...]:
    """Return the visits that nobody has left, as the leaders see them on their days."""
    alarms = []
    for row in visits_nobody_left(rows, now):
        there = [part for part in row["parts"] if part["left_at"] is None]
        alarms.append(
            LoneVisit(
                visit_id=row["visit_id"],
                team_id=row["team_id"],
                day=date.fromisoformat(row["day"]),
                member_ids=tuple(part["member_id"] for part in there),
                entered_at=min(datetime.fromisoformat(part["entered_at"]) for part in there),
                alarm_at=datetime.fromisoformat(row["alarm_at"]),
            )
        )
    return tuple(alarms)


def letter_counts(letters: Sequence[StoredDeadLetter]) -> list[DeadLetterCounts]:
    """Return how many letters each projection has, and the reactions, by reason."""
    counts = Counter((letter.projection, letter.reason) for letter in letters)
    return [
        DeadLetterCounts(projection=name, poison=counts[name, "poison"], parked=counts[name, "parked"])
        for name in sorted({letter.projection for letter in letters})
    ]


def _leaderless(status: Status) -> list[HealthProblem]:
    leads = {"relay": status.relay is None or status.relay.leader, "timers": status.timers.leader}
    return [HealthProblem("part-without-leader", {"part": part}) for part, led in leads.items() if led is False]


class _Lags:
    """Counts the lags of `marks`: partitions, watermarks and ends."""

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
        rows = self._cursor.execute(RECORDED, (sorted(positions),)).fetchall() if positions else []
        return {position: recorded_at(metadata) for position, metadata in rows}

    def mark(self, projection: str, partition: int, watermark: int, end: int) -> ProgressMark:
        """Return a watermark with its lag."""
        lag = self._backlog.lag(partition, watermark, end)
        behind = lag_details(lag, self._recorded.get(lag.oldest), self._now)
        return ProgressMark(projection=projection, partition=partition, watermark=watermark, end=end, behind=behind)

    def of_relay(self, position: int) -> LagDetails:
        """Return the lag of the relay."""
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


def _timed(cursor: PostgresCursor, now: datetime, progress: SystemProgress) -> TimerHealth:
    (due_at,) = cursor.execute(DUE_SINCE, {"now": moment(now)}).fetchone()
    since = None if due_at is None else datetime.fromisoformat(due_at)
    age = None if since is None else seconds(since, now)
    refused = dict(cursor.execute(REFUSED).fetchall())
    leader = _led(cursor, AdvisoryLock.TIMERS_LEADER)
    return TimerHealth(due=progress.timers_due, since=since, age=age, refused=refused, leader=leader)


def _undone(cursor: PostgresCursor, now: datetime, progress: SystemProgress) -> PlanningHealth:
    parameters = {"micros": to_micros(now), "first": first_open_day(now).isoformat()}
    (micros,) = cursor.execute(UNDONE_SINCE, parameters).fetchone()
    since = None if micros is None else from_micros(micros)
    wait = None if since is None else seconds(since, now)
    return PlanningHealth(undone=progress.days_undone, since=since, longest_wait=wait)


def _letters(cursor: PostgresCursor) -> list[DeadLetterCounts]:
    rows = cursor.execute(LETTERS, {"reactions": REACTIONS}).fetchall()
    return [DeadLetterCounts(projection=name, poison=poison, parked=parked) for name, poison, parked in rows]


def collect_embedded_status(
    clock: ClockReading, store: EventStore, rows: ReadModel, progress: ReactorProgress, dead_letters: DeadLetters
) -> Status:
    """Collect the health of the embedded system, in which one process does everything."""
    now, due_until = clock.now, clock.due_until
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

    due, since = overdue(rows, due_until)
    age = None if since is None else seconds(since, due_until)
    timers = TimerHealth(due=due, since=since, age=age, refused={}, leader=None)
    undone = store.undone_team_days(due_until)
    return Status(
        lives=clock.lives,
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
        alarms=alarms_of(rows, now),
    )
