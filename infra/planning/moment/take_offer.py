"""An offered time is taken: the visit is requested for it, the time is confirmed, and a published day planned again.

A confirmed time is a pin of the day: every later plan keeps it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.day_terms.commands import PinVisit
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import LOCAL, at_local, local_day, local_text, seconds_into
from domain.notice import RecordNotice
from domain.visit.commands import RequestVisit
from domain.visit.events import VisitRequested
from infra.command_handler import CommandRequest
from infra.planning.moment.offer import OfferRequest, Place, places_at, request_for, requested, search_day
from infra.planning.plan_day import publish_together
from infra.planning.replan_day import Replanned, replan_day
from projections.notices import visits_now
from schedulers.counterfactual import placements

if TYPE_CHECKING:
    from infra.system import System


@value
class TakenOffer:
    """A confirmed time. `revision` is the roster that holds the visit, None if its day is not published yet."""

    visit_id: str
    team_id: str
    resident_id: str
    starts_at: datetime
    places: tuple[Place, ...]
    revision: int | None = None
    replanned: Replanned | None = None


def take_offer(
    system: "System", wanted: OfferRequest, starts_at: datetime, *, visit_id: str | None, notified_by: str, actor: str
) -> TakenOffer:
    """Request the visit for a time, confirm it, and plan its day again if that is published.

    The resident is on the phone, so they are told of it. The same words again change nothing. Refused
    `time-not-free` if the day has no place for the visit then, or by a rule of the request.
    """
    now = system.now()
    system.check_clock(now)
    system.follower.follow(now)
    day = local_day(starts_at)
    known = request_for(system, replace(wanted, first_day=day), now)
    minute = seconds_into(day, starts_at) // 60
    command = replace(
        known,
        visit_id=visit_id or id_of(wanted, starts_at),
        window_from=day,
        window_to=day,
        opens_at=minute,
        closes_at=minute,
    )
    team_day = TeamDay(command.team_id, day)
    if command.visit_id in visits_now(system.rows, {command.visit_id}):
        return confirmed(system, command, team_day, (), actor)
    (visit,) = requested(system, [replace(command, visit_id=known.visit_id)], now)
    if isinstance(visit, Refused):
        raise visit
    places, published = free_places(system, team_day, visit, starts_at, now)
    notice = RecordNotice(
        visit_id=command.visit_id,
        resident_id=command.resident_id,
        starts_at=starts_at,
        member_ids=tuple(place.member_id for place in places),
        channel="in-person",
        notified_by=notified_by,
    )
    held = pins(command, places, with_members=published)
    publish_together(
        system,
        [
            CommandRequest(command=each, command_id=None, actor=actor, now=now, follows=True)
            for each in (command, *held, notice)
        ],
    )
    return confirmed(system, command, team_day, places, actor)


def id_of(wanted: OfferRequest, starts_at: datetime) -> str:
    """Return the id of a visit that nobody named: resident, purpose and time, so that it is requested once."""
    return f"{wanted.resident_id}.{wanted.purpose}.{starts_at.astimezone(LOCAL):%Y%m%d%H%M}"


def free_places(
    system: "System", team_day: TeamDay, visit: VisitRequested, starts_at: datetime, now: datetime
) -> tuple[tuple[Place, ...], bool]:
    """Return who can come at a time, and whether the day is published. Refused `time-not-free`."""
    day = search_day(system, team_day, visit, now)
    second = seconds_into(team_day.day, starts_at)
    insertion = next((each for each in day.search.insertions if each.start == second), None)
    if insertion is None:
        raise Refused("time-not-free", team=team_day.team_id, moment=local_text(starts_at))
    midnight = starts_at - timedelta(seconds=second)
    roster = day.search.roster(day.search.repaired(insertion))
    return places_at(placements(roster)[visit.visit_id], midnight), day.revision is not None


def pins(command: RequestVisit, places: Sequence[Place], *, with_members: bool) -> list[PinVisit]:
    """Return the pins of a visit: each part with its member on a published day, else the first part's time alone."""
    parts = list(enumerate(places)) if with_members else list(enumerate(places))[:1]
    return [
        PinVisit(
            team_id=command.team_id,
            day=command.window_from,
            visit_id=command.visit_id,
            service=service,
            member_id=place.member_id if with_members else None,
            starts_at=place.starts_at,
        )
        for service, place in parts
    ]


def confirmed(
    system: "System", command: RequestVisit, team_day: TeamDay, places: tuple[Place, ...], actor: str
) -> TakenOffer:
    """Plan the day again if it is published; from then on the time is held, and another member may come if need be."""
    try:
        replanned = replan_day(system, team_day, actor=actor)
    except Refused as refusal:
        if refusal.rule != "roster-not-published":
            raise
        replanned = None
    if replanned is not None and replanned.planned.roster is not None:
        mine = placements(replanned.planned.roster).get(command.visit_id, ())
        places = places_at(mine, at_local(team_day.day)) or places
        for each in pins(command, places, with_members=True):
            system.execute(replace(each, member_id=None), actor=actor)
    return TakenOffer(
        visit_id=command.visit_id,
        team_id=team_day.team_id,
        resident_id=command.resident_id,
        starts_at=places[0].starts_at if places else at_local(team_day.day) + timedelta(minutes=command.opens_at or 0),
        places=places,
        revision=replanned.planned.revision if replanned else None,
        replanned=replanned,
    )
