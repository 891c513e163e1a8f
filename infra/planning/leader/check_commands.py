"""Commands by hand that would bypass the planner are checked as its rosters are: no back door breaks a hard rule.

A reaction or the planner gives the same commands without this check, after the checker has seen the roster.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.day_terms.commands import PinVisit
from domain.day_terms.state import pin_id
from domain.decider import Refused, TeamDay
from domain.local_time import at_local, local_day, seconds_into
from domain.planning.visit_hours import frozen_until
from domain.policy_pack import in_force
from domain.roster.commands import PublishRoster, RecordBound, RosterSlot
from domain.roster.events import RosterPublished
from domain.roster.state import roster_id_of
from domain.visit import VISIT
from domain.visit.commands import AssignVisit, ReleaseVisit, Slot
from infra.planning.day_problem import read_day, with_travel
from infra.planning.day_terms import read_terms, roster_state
from infra.planning.leader.place_visit import current_places, day_by_hand
from infra.planning.leader.rules_by_hand import broken_rule, clock_of, place_refused, places_in_words, roster_refused
from infra.planning.on_terms import PinTerm, put_terms, with_pin
from infra.planning.plan_day import LIVE
from infra.planning.published_roster import PublishedRoster
from schedulers.check import check, costs
from schedulers.counterfactual import evaluate
from schedulers.problem import Demand, Pin, Problem
from schedulers.rules import rule_name, service_takes_its_time

if TYPE_CHECKING:
    from infra.system import System


def objection(system: "System", command: object) -> Refused | None:
    """Return why a command by hand must not be done, None if nothing is against it."""
    check_command = CHECKS.get(type(command))
    if check_command is None:
        return None
    system.follower.follow(system.now())
    try:
        check_command(system, command)
    except Refused as refusal:
        return refusal
    return None


def check_publication(system: "System", command: PublishRoster) -> None:
    """Refuse a roster whose problem is not kept, and one that breaks a rule of its problem or of the day as it is."""
    roster_id = roster_id_of(command.team_id, command.day)
    team_day = TeamDay(command.team_id, command.day)
    now = system.now()
    stated = PublishedRoster(
        team_day=team_day,
        revision=0,
        recorded_at=now,
        event=RosterPublished(
            roster_id=roster_id,
            team_id=command.team_id,
            day=command.day,
            slots=command.slots,
            unplaced=command.unplaced,
            solution=command.solution,
            carried_over_to=command.carried_over_to,
        ),
        document=system.store.document(command.solution.problem_digest),
    )
    roster = stated.roster
    broken = broken_rule(stated.problem(), roster)
    if broken is None:
        today = day_by_hand(system, team_day, now)
        broken = broken_rule(today, replace(roster, costs=costs(today, roster)))
    if broken is not None:
        raise roster_refused(roster_id, broken)


def check_assignment(system: "System", command: AssignVisit) -> None:
    """Refuse an assignment that breaks a rule, and one that differs from the day's roster."""
    visit = VISIT.fold(each.event for each in system.store.read(VISIT.stream(command.visit_id)))  # type: ignore[misc]
    if visit.requested is None:
        return
    team_day = TeamDay(visit.team_id, command.day)
    published = roster_state(system.store, team_day)
    mine = slots_of(published.slots, command.visit_id)
    if mine == command.slots:
        return
    problem = day_by_hand(system, team_day, at_local(command.day))
    demand = next((each for each in problem.demands if each.id == command.visit_id), None)
    if demand is not None and len(command.slots) == len(demand.services):
        check_places(problem, demand, command)
    if mine or any(each.visit_id == command.visit_id for each in published.unplaced):
        raise Refused("not-as-on-the-roster", visit=command.visit_id, roster=roster_id_of(*team_day))


def check_places(problem: Problem, demand: Demand, command: AssignVisit) -> None:
    """Refuse places that break a rule which the day without them keeps."""
    members = {each.id for each in problem.members}
    for slot, service in zip(command.slots, demand.services, strict=True):
        if slot.member_id not in members:
            raise Refused("member-not-in-team", member=slot.member_id, team=problem.team_id)
        if slot.ends_at - slot.starts_at < timedelta(seconds=service.seconds):
            rule = rule_name(service_takes_its_time)
            raise place_refused(problem, demand.id, slot.member_id, rule)
    midnight = at_local(command.day)
    places = tuple(
        Pin(member_id=slot.member_id, start=int((slot.starts_at - midnight).total_seconds())) for slot in command.slots
    )
    free = replace(
        problem, demands=tuple(replace(each, pins=()) if each is demand else each for each in problem.demands)
    )
    others = {name: pins for name, pins in current_places(free).items() if name != demand.id}
    before = check(free, evaluate(free, others))
    broken = broken_rule(free, evaluate(free, {**others, demand.id: places}), before)
    if broken is not None:
        raise place_refused(problem, demand.id, places_in_words(places), broken.rule, broken.detail)


def check_release(system: "System", command: ReleaseVisit) -> None:
    """Refuse to take the members of a visit away that has a place on the roster."""
    team_id, _, day = command.roster_id.rpartition(".")
    try:
        team_day = TeamDay(team_id, date.fromisoformat(day))
    except ValueError:
        return
    if slots_of(roster_state(system.store, team_day).slots, command.visit_id):
        raise Refused("not-as-on-the-roster", visit=command.visit_id, roster=command.roster_id)


def check_bound(_: "System", command: RecordBound) -> None:
    """Refuse a bound by hand: a roster is as good as a proof says, and `jiayi roster prove` records one."""
    raise Refused("bound-by-hand", roster=roster_id_of(command.team_id, command.day))


def slots_of(slots: tuple[RosterSlot, ...], visit_id: str) -> tuple[Slot, ...]:
    """Return the parts of a visit on a roster."""
    mine = sorted((each for each in slots if each.visit_id == visit_id), key=lambda each: each.service)
    return tuple(Slot(member_id=each.member_id, starts_at=each.starts_at, ends_at=each.ends_at) for each in mine)


def check_pin(system: "System", command: PinVisit) -> None:
    """Refuse a pin that no plan of the day could keep: by a hard rule, or because it begins too soon."""
    now = system.now()
    if command.day < local_day(now) or (command.member_id is None and command.starts_at is None):
        return
    team_day = TeamDay(command.team_id, command.day)
    pack = in_force(system.settings.packs, command.day)
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE)
        if day is None:
            return
        terms = read_terms(system.store, rows, day.problem, team_day, now)
    problem = with_travel(day, system.travel)
    if all(each.id != command.visit_id for each in problem.demands):
        raise Refused("visit-not-on-the-day", visit=command.visit_id, day=command.day)
    start = None if command.starts_at is None else seconds_into(command.day, command.starts_at)
    frozen = frozen_until(command.day, now, pack)
    if start is not None and start < frozen:
        raise Refused("pin-too-soon", visit=command.visit_id, time=clock_of(frozen))
    mine = pin_id(command.visit_id, command.service)
    others = replace(
        terms,
        pins=tuple(each for each in terms.pins if each.term_id != mine),
        held=tuple(each for each in terms.held if each != command.visit_id),
    )
    pin = PinTerm(
        term_id=mine,
        demand_id=command.visit_id,
        service=command.service,
        member_id=command.member_id,
        start=start,
    )
    with_others, _ = put_terms(problem, others)
    _, rule = with_pin(with_others, pin, others.begun)
    if rule is not None:
        place = " ".join(each for each in (command.member_id, None if start is None else clock_of(start)) if each)
        raise place_refused(problem, command.visit_id, place, rule)


CHECKS: Mapping[type, Callable[["System", Any], None]] = {
    PublishRoster: check_publication,
    AssignVisit: check_assignment,
    ReleaseVisit: check_release,
    PinVisit: check_pin,
    RecordBound: check_bound,
}
"""The commands that are checked when they are given by hand."""
