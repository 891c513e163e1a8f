"""The planning queue: one durable row for each team-day that an event touched.

Column `wanted` is the requested position: that of the newest event that touched the day. Column `done` is the planned
position. A day is undone while `wanted > done`. A touched day is due after a pause without touches (debounce), at the
latest after the longest wait, and never before 18:00 local time of the day before. It is open until noon of the next
day, as its night shift may last until then. A lease keeps two planners apart and expires if its planner dies. Moments
are stored as microseconds since 1970 in UTC.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.decider import TeamDay
from domain.local_time import at_local, local_day
from infra.store.database import Cursor, Database, TeamDayMark, Writes
from infra.store.recorded import MICROSECOND, StaleBasis, from_micros, to_micros

PLAN_FROM_MINUTE = -6 * 60
"""Minutes from a day's midnight to the moment from which it may be planned: 18:00 of the day before."""

NIGHTS_END = timedelta(hours=12)
"""From midnight to the moment until which the day before may still have a shift that began on it: noon."""


class DebouncePolicy(NamedTuple):
    """How long a touched day waits for more touches."""

    debounce: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(seconds=30)


class ClaimedTeamDay(NamedTuple):
    """A team-day that one planner holds until `lease_until`; its roster is as of `requested`."""

    team_id: str
    day: date
    requested: int
    lease_until: datetime

    @property
    def team_day(self) -> TeamDay:
        """The team and its day."""
        return TeamDay(self.team_id, self.day)


class TeamDayTouch(NamedTuple):
    """The position of the last event that touched a team-day, and the moments of the first and the last touch."""

    position: int
    first: datetime
    last: datetime


class _QueueRow(NamedTuple):
    requested: int
    planned_position: int
    first_at: int


class TeamDayQueue:
    """The queue's part of the store."""

    _database: Database
    _policy: DebouncePolicy

    def claim_team_day(
        self, now: datetime, lease: timedelta, *, settle: bool = False, held_at: datetime | None = None
    ) -> ClaimedTeamDay | None:
        """Claim the free undone team-day that has been due longest; None if there is none.

        With `settle` days are claimed without the debounce, earlier days first. A team has one claimed day at a time,
        as one day's roster decides what is left for the next. Closed days are never claimed. The lease starts at
        `held_at` where the days' clock stands still and the planners' does not.
        """
        moment = to_micros(now)
        holds = moment if held_at is None else to_micros(held_at)
        until = holds + lease // MICROSECOND
        due, order = ("plan_from", "day, team_id") if settle else ("due_at", "due_at, day, team_id")
        find = f"""SELECT team_id, day, wanted FROM team_days d
            WHERE wanted > done AND {due} <= ? AND day >= ? AND (lease_until IS NULL OR lease_until <= ?)
            AND NOT EXISTS (SELECT 1 FROM team_days h
                WHERE h.team_id = d.team_id AND h.day <> d.day AND h.lease_until > ?)
            ORDER BY {order} LIMIT 1"""  # noqa: S608
        values = (moment, first_open_day(now).isoformat(), holds, holds)
        with self._database.cursor() as cursor:  # an idle planner takes no write lock
            if cursor.execute(find, values).fetchone() is None:
                return None
        with self._database.writing() as cursor:
            row = cursor.execute(find, values).fetchone()
            if row is None:
                return None
            team_id, day, requested = row
            cursor.execute("UPDATE team_days SET lease_until = ? WHERE team_id = ? AND day = ?", (until, team_id, day))
            return ClaimedTeamDay(team_id, date.fromisoformat(day), requested, (held_at or now) + lease)

    def renew_team_day(self, claimed: ClaimedTeamDay, until: datetime) -> ClaimedTeamDay:
        """Extend a lease, unless it has passed to another planner."""
        self._lease(claimed, to_micros(until))
        return claimed._replace(lease_until=until)

    def release_team_day(self, claimed: ClaimedTeamDay) -> None:
        """End a lease and leave the day undone, unless the lease has passed to another planner."""
        self._lease(claimed, None)

    def _lease(self, claimed: ClaimedTeamDay, until: int | None) -> None:
        with self._database.writing() as cursor:
            cursor.execute(
                "UPDATE team_days SET lease_until = ? WHERE team_id = ? AND day = ? AND lease_until = ?",
                (until, claimed.team_id, claimed.day.isoformat(), to_micros(claimed.lease_until)),
            )

    def postpone_team_day(self, claimed: ClaimedTeamDay, now: datetime) -> None:
        """Release a day that was touched while it was planned: its debounce starts again, behind the other days.

        Otherwise a day that is touched without end would stay claimed without end.
        """
        with self._database.writing() as cursor:
            cursor.execute(
                """UPDATE team_days SET lease_until = NULL, first_at = ?, due_at = ?
                WHERE team_id = ? AND day = ? AND lease_until = ?""",
                (
                    to_micros(now),
                    to_micros(now + self._policy.debounce),
                    claimed.team_id,
                    claimed.day.isoformat(),
                    to_micros(claimed.lease_until),
                ),
            )

    def next_due(self, now: datetime) -> datetime | None:
        """Return the moment after `now` at which the next touched day comes up, as it is known now."""
        with self._database.cursor() as cursor:
            (due_at,) = cursor.execute(
                "SELECT min(due_at) FROM team_days WHERE wanted > done AND due_at > ?", (to_micros(now),)
            ).fetchone()
        return None if due_at is None else from_micros(due_at)

    def settle_team_day(self, team_day: TeamDay, as_of_position: int) -> None:
        """Record that there was nothing to plan as of a position; StaleBasis if the day was touched since."""
        with self._database.writing() as cursor:
            check_not_stale(cursor, team_day, as_of_position)
            mark_planned(cursor, team_day, as_of_position)

    def mark(self, team_day: TeamDay, now: datetime) -> None:
        """Request a team-day's planning as of the newest event; a closed day is not marked."""
        with self._database.writing() as cursor:
            (newest,) = cursor.execute("SELECT max(notification_id) FROM stored_events").fetchone()
            marks = marked(cursor, {team_day: TeamDayTouch(newest or 0, now, now)}, self._policy)
            self._database.write(cursor, Writes(marks=marks))

    def requested_position(self, team_day: TeamDay) -> int:
        """Return the position of the last event that touched a team-day, 0 if none did."""
        with self._database.cursor() as cursor:
            row = cursor.execute(
                "SELECT wanted FROM team_days WHERE team_id = ? AND day = ?",
                (team_day.team_id, team_day.day.isoformat()),
            ).fetchone()
        return int(row[0]) if row else 0

    def is_planned(self, team_day: TeamDay) -> bool:
        """Say whether a team-day was planned since it was last touched."""
        with self._database.cursor() as cursor:
            row = cursor.execute(
                "SELECT wanted, done FROM team_days WHERE team_id = ? AND day = ?",
                (team_day.team_id, team_day.day.isoformat()),
            ).fetchone()
        return row is None or row[0] <= row[1]

    def undone_team_days(self, now: datetime) -> int:
        """Return how many open team-days may be planned by now and are not."""
        with self._database.cursor() as cursor:
            (count,) = cursor.execute(
                "SELECT count(*) FROM team_days WHERE wanted > done AND plan_from <= ? AND day >= ?",
                (to_micros(now), first_open_day(now).isoformat()),
            ).fetchone()
        return int(count)


def first_open_day(now: datetime) -> date:
    """Return the first day that may be planned: today, and until noon the day before, for the sake of its night."""
    return local_day(now - NIGHTS_END)


def marked(cursor: Cursor, marks: Mapping[TeamDay, TeamDayTouch], policy: DebouncePolicy) -> list[TeamDayMark]:
    """Return the queue rows of touched team-days without closed days; under the write lock."""
    rows: list[TeamDayMark] = []
    open_days = [
        (team_day, touched) for team_day, touched in marks.items() if team_day.day >= first_open_day(touched.last)
    ]
    longest = policy.longest_wait // MICROSECOND
    for begin in range(0, len(open_days), 200):
        chunk = open_days[begin : begin + 200]
        known = _undone(cursor, [team_day for team_day, _ in chunk])
        for (team_id, day), touched in chunk:
            key = (team_id, day.isoformat())
            before = known.get(key)
            undone = before is not None and before.requested > before.planned_position
            first_at = before.first_at if before and undone else to_micros(touched.first)
            plan_from = _plan_from(day)
            due_at = max(plan_from, min(to_micros(touched.last + policy.debounce), first_at + longest))
            requested = max(touched.position, before.requested if before else 0)
            rows.append(TeamDayMark(*key, requested, plan_from, due_at, first_at))
    return rows


def _undone(cursor: Cursor, team_days: Sequence[TeamDay]) -> dict[tuple[str, str], _QueueRow]:
    pairs = ", ".join(["(?, ?)"] * len(team_days))
    values = [part for team_day in team_days for part in (team_day.team_id, team_day.day.isoformat())]
    rows = cursor.execute(
        f"""SELECT team_id, day, wanted, done, first_at FROM team_days
        WHERE (team_id, day) IN (VALUES {pairs})""",  # noqa: S608
        values,
    )
    return {(team_id, day): _QueueRow(*numbers) for team_id, day, *numbers in rows}


def check_not_stale(cursor: Cursor, team_day: TeamDay, as_of_position: int) -> None:
    """Raise StaleBasis unless the team-day's requested position is `as_of_position`."""
    row = cursor.execute(
        "SELECT wanted FROM team_days WHERE team_id = ? AND day = ?", (team_day.team_id, team_day.day.isoformat())
    ).fetchone()
    requested = row[0] if row else 0
    if requested != as_of_position:
        raise StaleBasis(team_day, as_of_position, requested)


def mark_planned(cursor: Cursor, team_day: TeamDay, as_of_position: int) -> None:
    """Set a team-day's planned position and end its lease."""
    cursor.execute(
        "UPDATE team_days SET done = ?, lease_until = NULL WHERE team_id = ? AND day = ?",
        (as_of_position, team_day.team_id, team_day.day.isoformat()),
    )


@lru_cache(maxsize=1024)
def _plan_from(day: date) -> int:
    return to_micros(at_local(day, PLAN_FROM_MINUTE))
