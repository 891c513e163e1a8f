"""A team's week: the intended day of each visit that may wait, before the days themselves are planned.

It is no promise: the roster of a day assigns members and times, and later days take visits that had no place.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.decider import Decider, Refused, TeamDay, decision, members_of
from domain.event import command, event, value
from domain.inputs import NOW, PACK, one
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.roster.commands import Solution
from domain.team import TEAM
from domain.team.state import Team
from domain.team.working_days import window_warnings
from domain.visit import VISIT
from domain.visit.state import Visit, require_requested

DAYS = 7

CHOSEN = "chosen"
"""The reason of a day that a member of the team chose."""

# Commands


@value
class VisitDay:
    """The intended day of a visit, None if it is put off to another week, and the reason."""

    visit_id: str
    day: date | None
    because: str


@command
class SpreadWeek:
    """Assign a day to each visit of a week that may wait, for the first time or again."""

    team_id: str
    monday: date
    visits: tuple[VisitDay, ...]
    solution: Solution


@command
class ChooseVisitDay:
    """Choose the intended day of a visit; the week is assigned around it."""

    team_id: str
    visit_id: str
    day: date


@command
class ReleaseVisitDay:
    """Release the chosen day of a visit: the week assigns one again."""

    team_id: str
    visit_id: str
    day: date


TeamWeekCommand = SpreadWeek | ChooseVisitDay | ReleaseVisitDay

# Events: the stored shapes; changing one is a new version


@event("team_week.spread.v1")
class WeekSpread:
    """The week's visits have their days; `moved` are those with a new or another day."""

    week_id: str
    team_id: str
    monday: date
    revision: int
    visits: tuple[VisitDay, ...]
    moved: tuple[str, ...]
    solution: Solution


@event("team_week.day_chosen.v1")
class VisitDayChosen:
    """A member of the team chose a visit's day; `visits` are all visits of the week, `warnings` what they were told."""

    week_id: str
    team_id: str
    monday: date
    revision: int
    visit_id: str
    day: date
    visits: tuple[VisitDay, ...]
    warnings: tuple[str, ...] = ()


@event("team_week.day_released.v1")
class VisitDayReleased:
    """A chosen day was released; the visit has none until the week assigns one.

    It can be planned from `plan_from` on; `visits` are the others of the week.
    """

    week_id: str
    team_id: str
    monday: date
    revision: int
    visit_id: str
    day: date
    plan_from: date
    visits: tuple[VisitDay, ...]


TeamWeekEvent = WeekSpread | VisitDayChosen | VisitDayReleased

# State


@value
class TeamWeek:
    """The state of a week."""

    revision: int = 0
    visits: tuple[VisitDay, ...] = ()


def evolve(week: TeamWeek, event: TeamWeekEvent) -> TeamWeek:  # noqa: ARG001 -- shared signature
    """Return the state after an event; each one contains the whole week."""
    return TeamWeek(revision=event.revision, visits=event.visits)


def touches(week: TeamWeek, event: TeamWeekEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- shared signature
    """Yield the new intended days; for visits put off, the next Monday."""
    match event:
        case WeekSpread():
            days = {visit.day or next_monday(event.monday) for visit in event.visits if visit.visit_id in event.moved}
            yield from (TeamDay(event.team_id, day) for day in sorted(days))
        case VisitDayChosen():
            yield TeamDay(event.team_id, event.day)
        case VisitDayReleased():
            yield TeamDay(event.team_id, event.plan_from)


# Decisions


def spread(command: SpreadWeek, week: TeamWeek, *, now: datetime) -> list[TeamWeekEvent]:
    """Assign the visits their days; the same days again change nothing. A chosen day stays."""
    week_id = week_id_of(command.team_id, command.monday)
    check_week(command.monday, now, week_id)
    check_days(command, week_id)
    before = {visit.visit_id: visit for visit in week.visits}
    for visit in command.visits:
        known = before.get(visit.visit_id)
        if known is not None and known.because == CHOSEN and visit.day != known.day:
            raise Refused("chosen-day-stays", visit=visit.visit_id, day=known.day)
    days = {name: visit.day for name, visit in before.items()}
    if {visit.visit_id: visit.day for visit in command.visits} == days:
        return []
    moved = [each.visit_id for each in command.visits if each.visit_id not in days or days[each.visit_id] != each.day]
    return [
        WeekSpread(
            week_id=week_id,
            team_id=command.team_id,
            monday=command.monday,
            revision=week.revision + 1,
            visits=command.visits,
            moved=tuple(sorted(moved)),
            solution=command.solution,
        )
    ]


def choose(
    command: ChooseVisitDay, week: TeamWeek, *, now: datetime, pack: PolicyPack, visit: Visit, team: Team
) -> list[TeamWeekEvent]:
    """Choose the day of a visit that waits, inside its window, not in the past."""
    chosen = VisitDay(visit_id=command.visit_id, day=command.day, because=CHOSEN)
    if chosen in week.visits:
        return []
    require_requested(visit, command.visit_id)
    if command.day < local_day(now):
        raise Refused("visit-day-over", visit=command.visit_id, day=command.day)
    check_waits(command, visit)
    if not visit.window_from <= command.day <= visit.window_to:
        raise Refused("day-outside-window", visit=command.visit_id, day=command.day)
    others = [each for each in week.visits if each.visit_id != command.visit_id]
    monday = monday_of(command.day)
    return [
        VisitDayChosen(
            week_id=week_id_of(command.team_id, monday),
            team_id=command.team_id,
            monday=monday,
            revision=week.revision + 1,
            visit_id=command.visit_id,
            day=command.day,
            visits=tuple(sorted([*others, chosen], key=lambda each: each.visit_id)),
            warnings=window_warnings(team, [need.roles for need in visit.needs], command.day, command.day, pack),
        )
    ]


def release(command: ReleaseVisitDay, week: TeamWeek, *, now: datetime, visit: Visit) -> list[TeamWeekEvent]:
    """Release a visit's chosen day; a day that was not chosen changes nothing. An unknown visit is refused."""
    known = next((each for each in week.visits if each.visit_id == command.visit_id), None)
    if known is None:
        require_requested(visit, command.visit_id)
    if known is None or known.because != CHOSEN:
        return []
    monday = monday_of(command.day)
    check_lasts(monday, now, week_id_of(command.team_id, monday))
    if known.day != command.day:
        raise Refused("another-day-chosen", visit=command.visit_id, day=known.day)
    first = monday
    if visit.requested is not None:
        check_waits(command, visit)
        first = visit.window_from
    return [
        VisitDayReleased(
            week_id=week_id_of(command.team_id, monday),
            team_id=command.team_id,
            monday=monday,
            revision=week.revision + 1,
            visit_id=command.visit_id,
            day=command.day,
            plan_from=max(first, local_day(now)),
            visits=tuple(each for each in week.visits if each is not known),
        )
    ]


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def next_monday(monday: date) -> date:
    """Return the first day of the week after."""
    return monday + timedelta(days=DAYS)


def week_id_of(team_id: str, day: date) -> str:
    """Return the identity of the team-week that contains a day."""
    return f"{team_id}.{monday_of(day).isoformat()}"


def week_of(command: TeamWeekCommand) -> str:
    """Return the identity of the team-week that a command is about."""
    return week_id_of(command.team_id, command.monday if isinstance(command, SpreadWeek) else command.day)


def check_week(monday: date, now: datetime, week_id: str) -> None:
    """Refuse a week that does not begin on a Monday, or is over."""
    if monday.weekday():
        raise Refused("week-begins-on-monday", day=monday)
    check_lasts(monday, now, week_id)


def check_lasts(monday: date, now: datetime, week_id: str) -> None:
    """Refuse a week that is over."""
    if next_monday(monday) <= local_day(now):
        raise Refused("week-over", week=week_id)


def check_days(command: SpreadWeek, week_id: str) -> None:
    """Refuse a visit with two days, and a day of another week."""
    seen: set[str] = set()
    for visit in command.visits:
        if visit.visit_id in seen:
            raise Refused("visit-with-two-days", visit=visit.visit_id, week=week_id)
        seen.add(visit.visit_id)
        if visit.day is not None and not command.monday <= visit.day < next_monday(command.monday):
            raise Refused("day-of-another-week", visit=visit.visit_id, day=visit.day, week=week_id)


def check_waits(command: ChooseVisitDay | ReleaseVisitDay, visit: Visit) -> None:
    """Refuse a visit of another team, and one that has people and times or is over."""
    if visit.team_id != command.team_id:
        raise Refused("visit-of-another-team", visit=command.visit_id, team=visit.team_id)
    if visit.status != "requested":
        raise Refused("visit-not-open", visit=command.visit_id, status=visit.status)


DECISIONS = (
    decision(SpreadWeek, spread, now=NOW),
    decision(ChooseVisitDay, choose, now=NOW, pack=PACK, visit=one(VISIT), team=one(TEAM)),
    decision(ReleaseVisitDay, release, now=NOW, visit=one(VISIT)),
)

TEAM_WEEK: Decider[TeamWeek, TeamWeekEvent, TeamWeekCommand] = Decider(
    category="team_week",
    initial=TeamWeek(),
    evolve=evolve,
    commands=members_of(TeamWeekCommand),
    events=members_of(TeamWeekEvent),
    decisions=DECISIONS,
    identify=week_of,
    touches=touches,
)
