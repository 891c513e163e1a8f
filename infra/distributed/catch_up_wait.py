"""Waits for other processes: until rows, reactions, timers and plans have caught up with the log.

Each question is one statement, so it sees one moment. A process writes its events before its watermark, so one whose
watermark is at the end has nothing in hand that could still change the answer.
"""

import time
from collections.abc import Callable
from datetime import datetime

from domain.decider import Refused
from domain.event import value
from infra.database.errors import StoreError
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.distributed.timers import UNFIRED
from infra.store.recorded import to_micros
from infra.store.team_days import first_open_day
from projections.changes import moment

PATIENCE_SECONDS = 60.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.1

PROGRESS = f"""
WITH ends AS (SELECT partition, position FROM jiayi.relay_ends),
rows AS (
    SELECT e.position > max(m.position) AS behind, sum(m.position) AS at
    FROM ends e CROSS JOIN jiayi_rows.projections p JOIN jiayi_rows.positions m
        ON m.projection = p.projection AND m.partition IN (0, e.partition + 1)
    GROUP BY e.partition, e.position, p.projection),
reactions AS (
    SELECT e.position > coalesce(r.position, 0) AS behind, r.position AS at
    FROM ends e LEFT JOIN jiayi.reactor_marks r ON r.partition = e.partition)
SELECT t.last_id AS last, coalesce((SELECT position FROM jiayi.relay_position), 0) AS relayed,
    (SELECT count(*) FROM rows WHERE behind) AS rows_behind,
    (SELECT count(*) FROM reactions WHERE behind) AS reactions_behind,
    (SELECT count(*) FROM {UNFIRED}) AS timers_due,
    (SELECT count(*) FROM jiayi.team_days
        WHERE wanted > done AND plan_from <= :micros AND day >= :first) AS days_undone,
    coalesce((SELECT sum(at) FROM rows), 0)::bigint + coalesce((SELECT sum(at) FROM reactions), 0)::bigint AS moves
FROM jiayi.tip t"""  # noqa: S608 -- our own

REACHED = """
SELECT coalesce((SELECT position FROM jiayi.relay_position), 0) >= :position
    AND NOT EXISTS (
        SELECT FROM jiayi.relay_ends e CROSS JOIN jiayi_rows.projections p JOIN jiayi_rows.positions m
            ON m.projection = p.projection AND m.partition IN (0, e.partition + 1)
        GROUP BY e.partition, e.position, p.projection
        HAVING least(e.position, :position) > max(m.position))
    AND (:rows_only::int = 1 OR NOT EXISTS (
        SELECT FROM jiayi.relay_ends e LEFT JOIN jiayi.reactor_marks r ON r.partition = e.partition
        WHERE least(e.position, :position) > coalesce(r.position, 0)))"""


@value
class SystemProgress:
    """Progress of all parts: positions of the log, and how many partitions, timers and team-days are left to do."""

    last: int
    relayed: int
    rows_behind: int
    reactions_behind: int
    timers_due: int
    days_undone: int
    moves: int

    @property
    def quiet(self) -> bool:
        """Tell whether rows and reactions have taken every event."""
        return self.relayed == self.last and not self.rows_behind and not self.reactions_behind

    @property
    def settled(self) -> bool:
        """Tell whether nothing is due either."""
        return self.quiet and not self.timers_due

    @property
    def idle(self) -> bool:
        """Tell whether nothing at all is left to do."""
        return self.settled and not self.days_undone

    def waits_for(self) -> str:
        """Return the part that has something left to do."""
        if self.relayed < self.last:
            return "relay"
        if self.rows_behind:
            return "projector"
        if self.reactions_behind:
            return "reactor"
        return "timers" if self.timers_due else "planner"


def read_progress(cursor: PostgresCursor, now: datetime) -> SystemProgress:
    """Return the progress of all parts, in one statement."""
    parameters = {"now": moment(now), "micros": to_micros(now), "first": first_open_day(now).isoformat()}
    (row,) = cursor.execute(PROGRESS, parameters).fetchall()
    return SystemProgress(**dict(zip(SystemProgress.__dataclass_fields__, row, strict=True)))


class ProgressWaiter:
    """Waits for the progress of the other processes. Refused `streams-stand-still` if nothing moves."""

    def __init__(self, connections: ConnectionPool, patience: float = PATIENCE_SECONDS) -> None:
        self._connections = connections
        self._patience = patience

    def progress(self, now: datetime) -> SystemProgress:
        """Return the progress of all parts; StoreError if the database is away."""
        with self._connections.cursor() as cursor:
            return read_progress(cursor, now)

    def follow(self, now: datetime) -> None:
        """Wait until rows and reactions have taken every event, those of reactions included."""
        self._until(lambda progress: progress.quiet, now)

    def settle(self, now: datetime) -> None:
        """Wait until, beyond that, every timer due up to `now` was fired."""
        self._until(lambda progress: progress.settled, now)

    def rest(self, now: datetime) -> None:
        """Wait until nothing is left to do: every touched day is planned, too."""
        self._until(lambda progress: progress.idle, now)

    def reach(self, position: int, *, rows_only: bool = False, patience: float | None = None) -> bool:
        """Wait until rows, and reactions too, have taken the events up to a position; False if they did not in time."""
        give_up = time.monotonic() + (self._patience if patience is None else patience)
        pause = SHORTEST_PAUSE
        while True:
            with self._connections.cursor() as cursor:
                values = {"position": position, "rows_only": int(rows_only)}
                (reached,) = cursor.execute(REACHED, values).fetchone()
            if reached or time.monotonic() > give_up:
                return bool(reached)
            time.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)

    def _until(self, is_reached: Callable[[SystemProgress], bool], now: datetime) -> None:
        """Wait as long as anything moves; a database that is away is waited for likewise."""
        last: SystemProgress | None = None
        since, pause = time.monotonic(), SHORTEST_PAUSE
        while True:
            try:
                progress = self.progress(now)
            except StoreError:
                if time.monotonic() - since > self._patience:
                    raise
                time.sleep(LONGEST_PAUSE)
                continue
            if is_reached(progress):
                return
            if progress != last:
                last, since = progress, time.monotonic()
            elif time.monotonic() - since > self._patience:
                raise Refused("streams-stand-still", part=progress.waits_for(), seconds=round(self._patience))
            time.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)
