"""Roster board: the newest roster of a team's day, the state of its visits, and the visits without a place."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from domain.event import value
from domain.roster.events import RosterBounded, RosterEvent, RosterRevised
from projections.changes import Change, Projection, Table, as_json, day_text
from projections.questions import Question, Row, Rows, Scalar, opened_json

ROSTERS_V1 = Table(
    "rosters_v1",
    "roster_id",
    {
        "team_id": "text",
        "day": "text",
        "revision": "int",
        "slots": "text",
        "unplaced": "text",
        "costs": "text",
        "proof": "text",
        "bound_tier": "text",
        "bound": "int",
        "seed": "int",
        "iterations": "int",
        "deterministic": "real",
        "solver": "text",
        "problem_digest": "text",
        "carried_over_to": "text",
        "moved": "text",
    },
    indexes=(("team_id", "day"), ("day",)),
)
"""`slots` is JSON [{visit_id, service, member_id, starts_at, ends_at, travel_seconds}].

`unplaced` is JSON [{visit_id, rule}], `costs` JSON [{tier, cost}], `moved` JSON [visit_id] since the last revision.
`proof`, `bound_tier` and `bound` are those of the newest revision; `solver` and `deterministic` who
found it, and with how much work.
"""


def project(event: RosterEvent) -> Iterator[Change]:
    """Follow the roster of a team's day; each revision replaces the row, a later bound only what is known of it."""
    if isinstance(event, RosterBounded):
        yield ROSTERS_V1.patch(event.roster_id, proof=event.proof, bound_tier=event.bound_tier, bound=event.bound)
        return
    solution = event.solution
    revised = event if isinstance(event, RosterRevised) else None
    yield ROSTERS_V1.put(
        event.roster_id,
        team_id=event.team_id,
        day=event.day.isoformat(),
        revision=revised.revision if revised else 1,
        slots=as_json(event.slots),
        unplaced=as_json(event.unplaced),
        costs=as_json(solution.costs),
        proof=solution.proof,
        bound_tier=solution.bound_tier,
        bound=solution.bound,
        seed=solution.seed,
        iterations=solution.iterations,
        deterministic=float(solution.deterministic),
        solver=solution.solver,
        problem_digest=solution.problem_digest,
        carried_over_to=day_text(event.carried_over_to),
        moved=as_json(revised.moved if revised else ()),
    )


@value
class TeamRoster:
    """Ask for the newest roster of a team's day."""

    team_id: str
    day: date


def team_roster(question: TeamRoster, rows: Rows) -> Row | None:
    """Return the roster with `slots` by member and start, and `unplaced`; None if the day was never planned.

    Slots and unplaced visits have the visit's `status`, `purpose`, `priority`, `resident_id`, `name` and `address`;
    slots the member's `role` too.
    """
    rosters = rows.ask(
        "SELECT * FROM rosters_v1 WHERE team_id = :team_id AND day = :day",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    if not rosters:
        return None
    roster = opened_json(rosters, "slots", "unplaced", "costs", "moved")[0]
    slots, unplaced = roster["slots"], roster["unplaced"]
    visits = visits_of(rows, {str(part["visit_id"]) for part in (*slots, *unplaced)})
    roles = {
        row["member_id"]: row["role"]
        for row in rows.ask("SELECT member_id, role FROM members_v1 WHERE team_id = :team_id", team_id=question.team_id)
    }
    shown: list[Row] = [
        {**slot, "role": roles.get(str(slot["member_id"])), **visits.get(str(slot["visit_id"]), UNKNOWN)}
        for slot in slots
    ]
    shown.sort(key=lambda slot: (str(slot["member_id"]), str(slot["starts_at"]), str(slot["visit_id"])))
    roster["slots"] = shown
    roster["unplaced"] = [{**left, **visits.get(str(left["visit_id"]), UNKNOWN)} for left in unplaced]
    return roster


SHOWN = ("status", "purpose", "priority", "resident_id", "name", "address")
UNKNOWN: dict[str, Scalar] = dict.fromkeys(SHOWN)


def visits_of(rows: Rows, visit_ids: set[str]) -> dict[str, dict[str, Scalar]]:
    """Return the board's columns of these visits, by id."""
    if not visit_ids:
        return {}
    names = {f"v{number}": visit_id for number, visit_id in enumerate(sorted(visit_ids))}
    visits = rows.ask(
        " ".join(
            [
                "SELECT v.visit_id, v.status, v.purpose, v.priority, v.resident_id, r.name, r.address",
                "FROM visits_v1 v LEFT JOIN residents_v1 r ON r.resident_id = v.resident_id",
                f"WHERE v.visit_id IN ({', '.join(':' + name for name in names)})",
            ]
        ),
        **names,
    )
    return {str(row["visit_id"]): {name: row[name] for name in SHOWN} for row in visits}


def board_of_visits(rows: Rows, visit_ids: set[str]) -> dict[str, Row]:
    """Return visits by id with their team, day, window, hours, and the resident's telephone."""
    if not visit_ids:
        return {}
    names = {f"v{number}": visit_id for number, visit_id in enumerate(sorted(visit_ids))}
    visits = rows.ask(
        " ".join(
            [
                "SELECT v.visit_id, v.status, v.team_id, v.day, v.window_from, v.window_to, v.opens_at, v.closes_at,",
                "r.phone FROM visits_v1 v LEFT JOIN residents_v1 r ON r.resident_id = v.resident_id",
                f"WHERE v.visit_id IN ({', '.join(':' + name for name in names)})",
            ]
        ),
        **names,
    )
    return {str(row["visit_id"]): {**row} for row in visits}


def team_and_days(rows: Rows, visit_id: str) -> Row | None:
    """Return the team of a visit, its `day` on a roster and the days of its window; None if there is no such visit."""
    sql = "SELECT team_id, day, window_from, window_to FROM visits_v1 WHERE visit_id = :visit_id"
    return next(iter(rows.ask(sql, visit_id=visit_id)), None)


def is_published(rows: Rows, team_id: str, day: date) -> bool:
    """Say whether a team-day has a roster."""
    sql = "SELECT 1 AS one FROM rosters_v1 WHERE team_id = :team_id AND day = :day"
    return bool(rows.ask(sql, team_id=team_id, day=day.isoformat()))


def published_days(rows: Rows, team_id: str, first: date, last: date) -> set[date]:
    """Return the days between two, both included, on which a team has a roster."""
    sql = "SELECT day FROM rosters_v1 WHERE team_id = :team_id AND day >= :first AND day <= :last"
    days = rows.ask(sql, team_id=team_id, first=first.isoformat(), last=last.isoformat())
    return {date.fromisoformat(str(row["day"])) for row in days}


def slots_of(rows: Rows, team_id: str, day: date) -> list[Row]:
    """Return the slots of a team-day's newest roster, none if there is none."""
    sql = "SELECT slots FROM rosters_v1 WHERE team_id = :team_id AND day = :day"
    rosters = opened_json(rows.ask(sql, team_id=team_id, day=day.isoformat()), "slots")
    return [slot for row in rosters for slot in row["slots"]]


def slots_with_other_teams(rows: Rows, member_id: str, team_id: str, day: date) -> list[Row]:
    """Return a member's slots of a day in the rosters of other teams than this one."""
    rosters = rows.ask(
        """SELECT r.slots FROM rosters_v1 r JOIN members_v1 m ON m.team_id = r.team_id
        WHERE m.member_id = :member_id AND r.day = :day AND r.team_id <> :team_id""",
        member_id=member_id,
        day=day.isoformat(),
        team_id=team_id,
    )
    slots = (slot for row in opened_json(rosters, "slots") for slot in row["slots"])
    return [slot for slot in slots if slot["member_id"] == member_id]


def unproved_rosters(rows: Rows, first: date) -> list[tuple[str, date]]:
    """Return the teams and days, from `first` on, whose rosters are not known to be the best, the next day first."""
    rosters = rows.ask(
        "SELECT team_id, day FROM rosters_v1 WHERE proof = 'unknown' AND day >= :first ORDER BY day, team_id",
        first=first.isoformat(),
    )
    return [(str(row["team_id"]), date.fromisoformat(str(row["day"]))) for row in rosters]


def rosters_between(rows: Rows, first: date, last: date) -> list[Row]:
    """Return `slots` and `unplaced` of the newest rosters between two days, both included."""
    sql = "SELECT slots, unplaced FROM rosters_v1 WHERE day >= :first AND day <= :last"
    return opened_json(rows.ask(sql, first=first.isoformat(), last=last.isoformat()), "slots", "unplaced")


ROSTER_BOARD = Projection(
    name="roster_board",
    tables=(ROSTERS_V1,),
    events=get_args(RosterEvent),
    project=project,
    questions=(
        Question(asks=TeamRoster, answer=team_roster, example=TeamRoster(team_id="team-east", day=date(2026, 3, 2))),
    ),
)
