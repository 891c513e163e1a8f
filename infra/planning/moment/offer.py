"""The best times to offer a resident who is on the phone, each with what it costs the others.

Each of the team's next days is read as the planner reads it, with one more visit. A published day keeps its places; a
day that is not published yet is planned here and now from the visits that are meant for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from domain.contract.commands import Signer
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local, local_day, whole_minutes
from domain.planning.offers import MOST_OFFERS, offer_gap
from domain.policy_pack import in_force
from domain.visit.commands import RequestVisit
from domain.visit.events import VisitRequested
from infra.command_handler import CommandRequest, rehearse
from infra.planning.day_problem import read_day, team_members, with_travel
from infra.planning.day_terms import read_terms
from infra.planning.on_terms import put_terms
from infra.planning.plan_day import LIVE
from infra.planning.published_roster import read_published
from infra.reactions import PLANNER
from projections.places import agreements_of, home_of
from projections.questions import Row
from schedulers.counterfactual import placements
from schedulers.plan import NO_WINDOW
from schedulers.problem import Pin, Problem
from schedulers.tiers import MINUTE

if TYPE_CHECKING:
    from infra.system import System
    from schedulers.moment.offer import Insertion, OfferSearch

DAYS_AHEAD = 28
"""Days from today on that are looked at for days on which the team works."""

DayBasis = Literal["published", "not-published"]


@value
class OfferRequest:
    """What a resident asks for: a purpose of the pack on one of the team's next `days`, at any time or inside a span.

    `opens_at` and `closes_at` are minutes after midnight. The other fields are those of the request of a visit.
    """

    resident_id: str
    purpose: str
    days: int = 3
    first_day: date | None = None
    opens_at: int | None = None
    closes_at: int | None = None
    priority: int = 5
    first: bool = False
    infectious: bool | None = None
    applicant: Signer = "resident"
    assessor_id: str | None = None


@value
class Place:
    """Who makes a part of a visit, and from when."""

    member_id: str
    starts_at: datetime


@value
class Displaced:
    """Another visit that would move: its places, by how many minutes it begins later (negative: sooner)."""

    visit_id: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    minutes_later: int
    other_member: bool


@value
class OfferedTime:
    """A time to offer: who comes, the visits that move or lose their place, and the added cost of each tier."""

    day: date
    starts_at: datetime
    places: tuple[Place, ...]
    basis: DayBasis
    displaced: tuple[Displaced, ...]
    left_out: tuple[str, ...]
    added: dict[str, int]


@value
class OfferDay:
    """A day that was looked at: what it was read from, and why it has no time, None if it has."""

    day: date
    basis: DayBasis
    revision: int | None
    rule: str | None = None


@value
class Offers:
    """The best times, the best one first, and the days that were looked at."""

    resident_id: str
    team_id: str
    contract_id: str | None
    family_bed_id: str | None
    purpose: str
    offers: tuple[OfferedTime, ...]
    days: tuple[OfferDay, ...]


@dataclass(frozen=True, slots=True)
class DaySearched:
    """A day that was searched: its roster's revision, and the places for the visit."""

    team_day: TeamDay
    revision: int | None
    search: "OfferSearch"

    @property
    def in_time(self) -> "list[Insertion]":
        """The places inside the time of the day that was asked for, the cheapest first."""
        return [each for each in self.search.insertions if each.start <= self.search.demand.closes]

    @property
    def rule(self) -> str | None:
        """Why there is no such place, None if there is one."""
        return self.search.rule or (None if self.in_time else NO_WINDOW)

    @property
    def basis(self) -> DayBasis:
        """What the day was read from."""
        return "not-published" if self.revision is None else "published"


def new_visit(resident_id: str, purpose: str) -> str:
    """Return the id of a visit that is offered, as long as nobody has requested it."""
    return f"{resident_id}.{purpose}.new"


def offers(system: "System", wanted: OfferRequest) -> Offers:
    """Return the best times for a visit. Refused as the request of the visit would be."""
    now = system.now()
    system.check_clock(now)
    system.follower.follow(now)
    command = request_for(system, wanted, now)
    on_days = [
        replace(command, window_from=day, window_to=day) for day in working_days(system, command.team_id, wanted, now)
    ]
    searched: list[DaySearched] = []
    days: list[OfferDay] = []
    for each, visit in zip(on_days, requested(system, on_days, now), strict=True):
        if isinstance(visit, Refused):
            days.append(OfferDay(day=each.window_from, basis="not-published", revision=None, rule=visit.rule))
            continue
        day = search_day(system, TeamDay(command.team_id, each.window_from), visit, now)
        searched.append(day)
        days.append(OfferDay(day=each.window_from, basis=day.basis, revision=day.revision, rule=day.rule))
    return Offers(
        resident_id=wanted.resident_id,
        team_id=command.team_id,
        contract_id=command.contract_id,
        family_bed_id=command.family_bed_id,
        purpose=wanted.purpose,
        offers=tuple(best_of(system, searched)),
        days=tuple(days),
    )


def request_for(system: "System", wanted: OfferRequest, now: datetime) -> RequestVisit:
    """Return the request of the visit, under the resident's contract or bed that is valid on its first day.

    Refused by a rule of the request if neither allows it; of several, the first one's.
    """
    today = local_day(now)
    first = max(wanted.first_day or today, today)
    if home_of(system.rows, wanted.resident_id) is None:
        raise Refused("resident-not-registered", resident=wanted.resident_id)
    agreements = agreements_of(system.rows, wanted.resident_id, first)
    if not agreements:
        raise Refused("no-valid-contract-or-bed", visit=wanted.purpose, day=first)
    commands = [
        RequestVisit(
            visit_id=new_visit(wanted.resident_id, wanted.purpose),
            resident_id=wanted.resident_id,
            team_id=str(each["team_id"]),
            contract_id=each["contract_id"],
            family_bed_id=each["family_bed_id"],
            purpose=wanted.purpose,
            window_from=first,
            window_to=first,
            opens_at=wanted.opens_at,
            closes_at=wanted.closes_at,
            priority=wanted.priority,
            first=wanted.first,
            infectious=wanted.infectious,
            applicant=wanted.applicant,
            assessor_id=wanted.assessor_id,
        )
        for each in agreements
    ]
    verdicts = requested(system, commands, now)
    for command, verdict in zip(commands, verdicts, strict=True):
        if isinstance(verdict, VisitRequested):
            return command
    raise next(verdict for verdict in verdicts if isinstance(verdict, Refused))


def requested(system: "System", commands: Sequence[RequestVisit], now: datetime) -> list[VisitRequested | Refused]:
    """Return the event that each request would record, or its refusal."""
    requests = [
        CommandRequest(command=each, command_id=None, actor=PLANNER, now=now, follows=True) for each in commands
    ]
    verdicts: list[VisitRequested | Refused] = []
    for verdict in rehearse(system.store, requests, region=system.settings.packs):
        event = verdict if isinstance(verdict, Refused) else verdict[0]
        assert isinstance(event, VisitRequested | Refused)
        verdicts.append(event)
    return verdicts


def working_days(system: "System", team_id: str, wanted: OfferRequest, now: datetime) -> Iterator[date]:
    """Yield the team's next days on which anybody works, from the first wanted day on."""
    today = local_day(now)
    first, left = max(wanted.first_day or today, today), wanted.days
    for ahead in range(DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        pack = in_force(system.settings.packs, day)
        if left and any(each.works for each in team_members(system.rows, TeamDay(team_id, day), pack)):
            left -= 1
            yield day


def search_day(system: "System", team_day: TeamDay, visit: VisitRequested, now: datetime) -> DaySearched:
    """Return a day with all places for the visit."""
    from schedulers.moment.offer import OfferSearch  # noqa: PLC0415 -- compiled code is loaded only where a day is searched

    problem, revision, left_out = day_with(system, team_day, visit, now)
    return DaySearched(team_day, revision, OfferSearch(problem, visit.visit_id, left_out))


def day_with(
    system: "System", team_day: TeamDay, visit: VisitRequested, now: datetime
) -> tuple[Problem, int | None, frozenset[str]]:
    """Return a day with one more visit on the leader's terms, its newest revision, and what that leaves out."""
    pack = in_force(system.settings.packs, team_day.day)
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE, more=[visit_row(visit, home_of(rows, visit.resident_id))])
        if day is None:
            raise Refused("team-not-formed", team=team_day.team_id)
        terms = read_terms(system.store, rows, day.problem, team_day, now)
    problem, _ = put_terms(with_travel(day, system.travel), terms)
    try:
        published = read_published(system.store, team_day)
    except Refused as refusal:
        if refusal.rule != "roster-not-published":
            raise
        return problem, None, frozenset()
    return problem, published.revision, frozenset(left.visit_id for left in published.event.unplaced)


def visit_row(visit: VisitRequested, home: Row | None) -> Row:
    """Return a visit that nobody has requested yet as the rows have those that are."""
    return {
        **msgspec.to_builtins(visit),
        "infectious": int(visit.infectious),
        "status": "requested",
        "slots": [],
        "home_x": home and home["home_x"],
        "home_y": home and home["home_y"],
    }


def best_of(system: "System", searched: list[DaySearched]) -> Iterator[OfferedTime]:
    """Yield the best times of all days, the best first; times of one day lie apart."""
    from schedulers.moment.offer import apart, rank_of  # noqa: PLC0415 -- likewise

    candidates: list[tuple[DaySearched, Insertion]] = []
    for each in searched:
        gap = offer_gap(in_force(system.settings.packs, each.team_day.day))
        candidates += [(each, insertion) for insertion in apart(each.in_time, gap, MOST_OFFERS)]
    order = max((each.search.order for each in searched), key=len, default=())

    def key(candidate: tuple[DaySearched, "Insertion"]) -> tuple[object, ...]:
        return (rank_of(candidate[1], order)[0], candidate[0].team_day.day, candidate[1].start)

    best = sorted(candidates, key=key)[:MOST_OFFERS]
    repaired = [(each, each.search.repaired(insertion)) for each, insertion in best]
    for each, insertion in sorted(repaired, key=key):
        yield offered(each, insertion)


def offered(day: DaySearched, insertion: "Insertion") -> OfferedTime:
    """Return a place of the visit as a time to offer; the checker has passed the whole day."""
    search, midnight = day.search, at_local(day.team_day.day)
    roster = search.roster(insertion)
    before, after = placements(search.present), placements(roster)
    mine = places_at(after.pop(search.demand_id), midnight)
    return OfferedTime(
        day=day.team_day.day,
        starts_at=mine[0].starts_at,
        places=mine,
        basis=day.basis,
        displaced=tuple(displaced(before, after, midnight)) if day.revision else (),
        left_out=tuple(sorted(before.keys() - after.keys())),
        added={tier.label: insertion.added[tier] for tier in search.order},
    )


def displaced(
    before: dict[str, tuple[Pin, ...]], after: dict[str, tuple[Pin, ...]], midnight: datetime
) -> Iterator[Displaced]:
    """Yield the visits that begin a minute or more later or sooner, or that other members make, by their old starts."""
    for visit_id, pins in sorted(before.items(), key=lambda each: (each[1][0].start, each[0])):
        there = after.get(visit_id)
        if there is None:
            continue
        seconds = there[0].start - pins[0].start
        other = [pin.member_id for pin in there] != [pin.member_id for pin in pins]
        if other or abs(seconds) >= MINUTE:
            yield Displaced(
                visit_id=visit_id,
                before=places_at(pins, midnight),
                after=places_at(there, midnight),
                minutes_later=whole_minutes(abs(seconds)) * (1 if seconds > 0 else -1),
                other_member=other,
            )


def places_at(pins: tuple[Pin, ...], midnight: datetime) -> tuple[Place, ...]:
    """Return places as moments."""
    return tuple(Place(member_id=pin.member_id, starts_at=midnight + timedelta(seconds=pin.start)) for pin in pins)
