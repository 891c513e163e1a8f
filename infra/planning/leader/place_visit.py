"""A visit is placed by hand: the other visits stay, the checker answers before anything is written.

The leader's place is published as a revision and held by a pin, in one commit. The stored problem holds no pin of it,
so that the roster is verified by every rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.day_terms.commands import PinVisit
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local, local_day, seconds_into
from domain.policy_pack import PolicyPack, in_force
from infra.command_handler import CommandRequest
from infra.planning.day_problem import read_day, with_travel
from infra.planning.day_terms import read_terms
from infra.planning.leader.rules_by_hand import broken_rule, place_refused, places_in_words
from infra.planning.on_terms import Solved, with_pairs
from infra.planning.plan_day import LIVE, Draft, PlannedDay, prepare, publish, require_revision
from infra.planning.published_roster import BY_HAND, read_published
from projections.questions import Rows
from projections.roster_board import team_and_days, visits_of
from schedulers.counterfactual import Difference, difference, evaluate, placements, with_demand
from schedulers.problem import Demand, Pin, Problem, Roster, Unplaced
from schedulers.rules import pin_of

if TYPE_CHECKING:
    from infra.system import System

NOT_PLANNED = "not-planned-yet"
"""The reason of a visit without a place that nobody has planned yet."""


@value
class PlaceByHand:
    """Members and starts of a visit's parts, by service; parts that are not named stay as they are published."""

    visit_id: str
    parts: Mapping[int, tuple[str, datetime]]


@value
class PlacedByHand:
    """A visit that was placed by hand: before and after, and what the day costs more. `pins` go with it."""

    planned: PlannedDay
    visit_id: str
    before: tuple[Pin, ...]
    after: tuple[Pin, ...]
    difference: Difference
    pins: tuple[PinVisit, ...]


def place_visit(
    system: "System",
    team_day: TeamDay,
    place: PlaceByHand,
    *,
    actor: str,
    dry_run: bool = False,
    if_revision: int | None = None,
) -> PlacedByHand:
    """Place a visit of a published day, and publish unless it is a dry run.

    Refused by the hard rule that the place breaks, `roster-not-published`, `visit-not-on-the-day`, `visit-not-open`,
    `part-needed` where a part of a visit of two has no place, `place-in-the-past`, or `roster-changed`.
    """
    now = prepare(system, team_day.day, team_day.team_id, dry_run=dry_run)
    require_revision(system.store, team_day, if_revision)
    published = read_published(system.store, team_day)
    position = system.store.requested_position(team_day)
    problem = day_by_hand(system, team_day, now)
    demand = open_demand(system, problem, place.visit_id)
    midnight = at_local(team_day.day)
    parts = {
        service: Pin(member_id=member_id, start=int((starts_at - midnight).total_seconds()))
        for service, (member_id, starts_at) in place.parts.items()
    }
    places = whole_place(demand, parts)
    require_members(problem, places)
    if any(pin.start < seconds_into(team_day.day, now) for pin in parts.values()):
        raise Refused("place-in-the-past", visit=demand.id, place=places_in_words(places))
    problem = with_demand(problem, demand.id, lambda each: replace(each, pins=()))
    reasons = {each.demand_id: each.rule for each in published.roster.unplaced}
    roster = roster_by_hand(problem, {**current_places(problem), demand.id: places}, reasons)
    broken = broken_rule(problem, roster)
    if broken is not None:
        raise place_refused(problem, demand.id, places_in_words(places), broken.rule, broken.detail)
    solved = Solved(problem=problem, roster=roster)
    before = placements(published.roster).get(demand.id, ())
    now_published = roster_by_hand(problem, current_places(problem), reasons)
    pins = pins_of(team_day, demand.id, parts)
    requests = [CommandRequest(command=each, command_id=None, actor=actor, now=now, follows=True) for each in pins]
    drafted = Draft(team_day, position, problem=problem)
    planned = (
        PlannedDay(
            team_id=team_day.team_id,
            day=team_day.day,
            roster=roster,
            published=False,
            basis=position,
            read_revision=published.revision,
            solved=solved,
        )
        if dry_run
        else publish(
            system,
            drafted,
            solved,
            now,
            published.revision if if_revision is None else if_revision,
            requests,
            actor=actor,
        )
    )
    return PlacedByHand(
        planned=planned,
        visit_id=demand.id,
        before=before,
        after=places,
        difference=difference(now_published, roster),
        pins=tuple(pins),
    )


def day_of_visit(rows: Rows, visit_id: str, day: date | None, now: datetime) -> TeamDay:
    """Return the team and the day of a visit: the given day, that of its roster, else the first of its window.

    Refused `visit-unknown`.
    """
    visit = team_and_days(rows, visit_id)
    if visit is None:
        raise Refused("visit-unknown", visit=visit_id)
    first = max(local_day(now), date.fromisoformat(str(visit["window_from"])))
    planned = None if visit["day"] is None else date.fromisoformat(str(visit["day"]))
    return TeamDay(str(visit["team_id"]), day or planned or first)


def day_by_hand(system: "System", team_day: TeamDay, now: datetime) -> Problem:
    """Return a day's problem as a leader may change it: on forbidden pairs, and only what has begun is held.

    Refused `team-not-formed`.
    """
    pack: PolicyPack = replace(in_force(system.settings.packs, team_day.day), freeze_minutes=0)
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE)
        if day is None:
            raise Refused("team-not-formed", team=team_day.team_id)
        terms = read_terms(system.store, rows, day.problem, team_day, now)
    return with_pairs(with_travel(day, system.travel), terms)


def open_demand(system: "System", problem: Problem, visit_id: str) -> Demand:
    """Return the demand of a visit that has not begun. Refused `visit-not-on-the-day` or `visit-not-open`."""
    demand = next((each for each in problem.demands if each.id == visit_id), None)
    if demand is None:
        raise Refused("visit-not-on-the-day", visit=visit_id, day=problem.day)
    status = visits_of(system.rows, {visit_id}).get(visit_id, {}).get("status")
    if status not in {"requested", "assigned"}:
        raise Refused("visit-not-open", visit=visit_id, status=str(status))
    return demand


def whole_place(demand: Demand, parts: Mapping[int, Pin]) -> tuple[Pin, ...]:
    """Return the place of each part of a demand. Refused `part-unknown` or `part-needed`."""
    for service in parts:
        if not 0 <= service < len(demand.services):
            raise Refused("part-unknown", visit=demand.id, part=service + 1, parts=len(demand.services))
    places: list[Pin] = []
    for j in range(len(demand.services)):
        pin = parts.get(j) or (demand.previous[j] if j < len(demand.previous) else None)
        if pin is None:
            raise Refused("part-needed", visit=demand.id, part=j + 1, parts=len(demand.services))
        places.append(pin)
    return tuple(places)


def require_members(problem: Problem, places: Sequence[Pin]) -> None:
    """Refuse a member who is not in the team on the day."""
    members = {each.id for each in problem.members}
    for pin in places:
        if pin.member_id not in members:
            raise Refused("member-not-in-team", member=pin.member_id, team=problem.team_id)


def current_places(problem: Problem) -> dict[str, tuple[Pin, ...]]:
    """Return the places of all visits that have one now: those that are held, and those that were published."""
    members = {each.id for each in problem.members}
    places: dict[str, tuple[Pin, ...]] = {}
    for demand in problem.demands:
        parts = [
            pin_of(demand, j) or (demand.previous[j] if j < len(demand.previous) else None)
            for j in range(len(demand.services))
        ]
        whole = tuple(pin for pin in parts if pin is not None and pin.member_id in members)
        if parts and len(whole) == len(parts):
            places[demand.id] = whole
    return places


def roster_by_hand(problem: Problem, places: dict[str, tuple[Pin, ...]], reasons: Mapping[str, str]) -> Roster:
    """Return the roster of these places; a visit without one keeps the reason that it had."""
    roster = evaluate(problem, places)
    unplaced = tuple(
        Unplaced(demand_id=each.demand_id, rule=reasons.get(each.demand_id, NOT_PLANNED)) for each in roster.unplaced
    )
    return replace(roster, unplaced=unplaced, solver=BY_HAND)


def pins_of(team_day: TeamDay, visit_id: str, parts: Mapping[int, Pin]) -> list[PinVisit]:
    """Return the commands that hold the parts that were placed by hand."""
    midnight = at_local(team_day.day)
    return [
        PinVisit(
            team_id=team_day.team_id,
            day=team_day.day,
            visit_id=visit_id,
            service=service,
            member_id=pin.member_id,
            starts_at=midnight + timedelta(seconds=pin.start),
        )
        for service, pin in sorted(parts.items())
    ]
