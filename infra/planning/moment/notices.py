"""Whom to tell what about a team's day: what each resident was last told, compared with the day as it is now."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local, local_day
from domain.notice import NoticeChannel, RecordNotice
from domain.planning.notices import (
    Appointment,
    NoticeKind,
    Permission,
    VisitNow,
    first_place,
    notice_due,
    permission,
    phone_of,
)
from domain.policy_pack import PolicyPack, in_force
from domain.resident.commands import Channel
from domain.roster import ROSTER
from domain.roster.changes import by_visit
from domain.roster.commands import RosterSlot
from domain.roster.events import RosterAnswer
from domain.roster.state import roster_id_of
from infra.planning.day_problem import read_day, with_travel
from infra.planning.day_reality import times_of
from infra.planning.plan_day import LIVE
from infra.planning.published_roster import require_formed
from infra.store.recorded import Answer
from infra.store.store import EventStore
from projections.notices import contacts_of, newest_notices, visits_noticed, visits_now
from projections.questions import Row, parsed_moment
from schedulers.problem import Pin

if TYPE_CHECKING:
    from infra.system import System

CALL: Channel = "call"
"""The channel of a resident who chose none."""


@value
class DueNotice:
    """What one resident must be told about one visit: what they know, and how it is now.

    Without permission there is no phone: somebody tells them in person. `family_name` is set for a call to the family.
    """

    visit_id: str
    resident_id: str
    kind: NoticeKind
    known: Appointment
    now: Appointment
    channel: Channel
    permission: Permission
    purpose: str | None = None
    name: str | None = None
    phone: str | None = None
    family_name: str | None = None


@value
class DayNotices:
    """The notices that are due for a team's day, in the order of the times that residents know.

    `since` is the revision whose times a resident is taken to know who was told nothing yet.
    """

    team_id: str
    day: date
    since: int
    revision: int
    notices: tuple[DueNotice, ...]


def due_notices(system: "System", team_day: TeamDay, since: int = 1) -> DayNotices:
    """Return who must be told what about a day that was published.

    Refused `roster-not-published`, or `revision-unknown` if there is no such revision.
    """
    now = system.now()
    system.follower.follow(now)
    revisions = published_revisions(system.store, team_day)
    if not 1 <= since <= len(revisions):
        roster_id = roster_id_of(team_day.team_id, team_day.day)
        raise Refused("revision-unknown", roster=roster_id, revision=since, last=len(revisions))
    pack = in_force(system.settings.packs, team_day.day)
    with system.rows.reading() as rows:
        ids = {visit for places in revisions for visit in places} | visits_noticed(rows, *team_day)
        visits, notices = visits_now(rows, ids), newest_notices(rows, ids)
        contacts = contacts_of(rows, {str(each["resident_id"]) for each in visits.values()})
    starts = expected_starts(system, team_day, now, pack)
    due = []
    for visit_id, row in visits.items():
        places = [(number, each.get(visit_id)) for number, each in enumerate(revisions, start=1)]
        known = noticed_place(notices.get(visit_id)) or first_place(places, since)
        contact = contacts.get(str(row["resident_id"]), {})
        if known is not None and (notice := due_notice(row, known, contact, now, pack, starts.get(visit_id))):
            due.append(notice)
    due.sort(key=lambda each: (each.known.starts_at or each.now.starts_at or now, each.visit_id))
    return DayNotices(
        team_id=team_day.team_id, day=team_day.day, since=since, revision=len(revisions), notices=tuple(due)
    )


def notices_if(
    system: "System", team_day: TeamDay, places: Mapping[str, tuple[Pin, ...]], visit_ids: Collection[str]
) -> tuple[DueNotice, ...]:
    """Return whom to tell what if these published visits had these places, or none."""
    now, midnight = system.now(), at_local(team_day.day)
    pack = in_force(system.settings.packs, team_day.day)
    revisions = published_revisions(system.store, team_day)
    with system.rows.reading() as rows:
        visits, notices = visits_now(rows, visit_ids), newest_notices(rows, visit_ids)
        contacts = contacts_of(rows, {str(each["resident_id"]) for each in visits.values()})
    due = []
    for visit_id, row in visits.items():
        known = noticed_place(notices.get(visit_id)) or first_place(
            [(number, each.get(visit_id)) for number, each in enumerate(revisions, start=1)], 1
        )
        slots = [
            {"member_id": pin.member_id, "starts_at": (midnight + timedelta(seconds=pin.start)).isoformat()}
            for pin in places.get(visit_id, ())
        ]
        is_open = row["status"] in {"requested", "assigned"}
        changed = {**row, "slots": slots, "status": "assigned" if slots else "requested"} if is_open else row
        contact = contacts.get(str(row["resident_id"]), {})
        if known is not None and (notice := due_notice(changed, known, contact, now, pack)) is not None:
            due.append(notice)
    return tuple(sorted(due, key=lambda each: (each.known.starts_at or now, each.visit_id)))


def expected_starts(system: "System", team_day: TeamDay, now: datetime, pack: PolicyPack) -> dict[str, datetime]:
    """Return when each visit of today's roster will begin by the forecast; nothing for another day."""
    if team_day.day != local_day(now):
        return {}
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE)
    if day is None:
        return {}
    times = times_of(with_travel(day, system.travel), day.reality, day.reality.visits)
    starts: dict[str, int] = {}
    for (visit_id, _), (begins, _) in times.items():
        starts[visit_id] = min(begins, starts.get(visit_id, begins))
    midnight = at_local(team_day.day)
    return {visit_id: midnight + timedelta(seconds=second) for visit_id, second in starts.items()}


def due_notice(
    row: Row, known: Appointment, contact: Row, now: datetime, pack: PolicyPack, expected_at: datetime | None = None
) -> DueNotice | None:
    """Return the notice about one visit, None if there is nothing to say."""
    visit = replace(visit_now(row, known), expected_at=expected_at)
    kind = notice_due(known, visit, contact.get("departed"), pack)
    if kind is None:
        return None
    channel: Channel = contact.get("channel") or CALL
    number = phone_of(channel, contact.get("phone"), contact.get("family_phone"))
    consented = contact.get("consented")
    allowed = permission(consents=consented is not None and str(consented) <= local_day(now).isoformat(), phone=number)
    return DueNotice(
        visit_id=str(row["visit_id"]),
        resident_id=str(row["resident_id"]),
        kind=kind,
        known=known,
        now=expected(visit) if kind == "late" else visit.appointment,
        channel=channel,
        permission=allowed,
        purpose=row["purpose"],
        name=contact.get("name"),
        phone=number if allowed == "allowed" else None,
        family_name=contact.get("family_name") if channel == "family" and allowed == "allowed" else None,
    )


def visit_now(row: Row, known: Appointment) -> VisitNow:
    """Return a visit as its row has it."""
    again = int(row["attempt"] or 1) > 1 and known.starts_at is not None
    return VisitNow(
        status=str(row["status"]),
        appointment=assigned_place(row),
        cancel_reason=row["cancel_reason"],
        tried=again and known.starts_at is not None and local_day(known.starts_at).isoformat() < row["window_from"],
    )


def expected(visit: VisitNow) -> Appointment:
    """Return a late visit with the start that is forecast."""
    return Appointment(starts_at=visit.expected_at, member_ids=visit.appointment.member_ids)


def assigned_place(row: Row) -> Appointment:
    """Return the place that a visit's row has, which is none unless it is assigned."""
    if row["status"] != "assigned" or not row["slots"]:
        return Appointment()
    starts = [datetime.fromisoformat(str(slot["starts_at"])) for slot in row["slots"]]
    return Appointment(starts_at=min(starts), member_ids=tuple(sorted(str(slot["member_id"]) for slot in row["slots"])))


def noticed_place(notice: Row | None) -> Appointment | None:
    """Return what a resident was told last, None if they were told nothing."""
    if notice is None:
        return None
    return Appointment(
        starts_at=parsed_moment(notice["starts_at"]), member_ids=tuple(str(each) for each in notice["member_ids"])
    )


def published_revisions(store: EventStore, team_day: TeamDay) -> list[Mapping[str, Appointment]]:
    """Return the place of each visit in each revision of a roster. Refused `roster-not-published`."""
    recorded = store.read(ROSTER.stream(roster_id_of(team_day.team_id, team_day.day)))
    answers = [each.event for each in recorded if isinstance(each.event, RosterAnswer)]
    if not answers:
        require_formed(store, team_day.team_id)
        raise Refused("roster-not-published", team=team_day.team_id, day=team_day.day)
    return [places_of(answer.slots) for answer in answers]


def places_of(slots: tuple[RosterSlot, ...]) -> dict[str, Appointment]:
    """Return the place of each visit of a roster."""
    return {
        visit_id: Appointment(
            starts_at=min(starts_at for _, _, starts_at in parts),
            member_ids=tuple(sorted(member_id for _, member_id, _ in parts)),
        )
        for visit_id, parts in by_visit(slots).items()
    }


def record_notice(
    system: "System", team_day: TeamDay, visit_id: str, notified_by: str, channel: NoticeChannel | None, actor: str
) -> Answer:
    """Record that a resident was told what the day's list says, or the visit's present time if it says nothing.

    Without a channel it is the listed one, or in person where they may not be called. Refused
    `visit-not-on-the-day`, `notice-without-consent`.
    """
    due = {each.visit_id: each for each in due_notices(system, team_day).notices}
    row = visits_now(system.rows, {visit_id}).get(visit_id)
    if row is None or (visit_id not in due and not on_the_day(row, team_day.day)):
        raise Refused("visit-not-on-the-day", visit=visit_id, day=team_day.day)
    resident_id, listed = str(row["resident_id"]), due.get(visit_id)
    if listed is not None:
        place, how = listed.now, listed.channel if listed.permission == "allowed" else "in-person"
    else:
        contact = contacts_of(system.rows, {resident_id}).get(resident_id, {})
        place, how = assigned_place(row), (contact.get("channel") or CALL) if contact.get("consented") else "in-person"
    assert how in get_args(NoticeChannel)
    return system.execute(
        RecordNotice(
            visit_id=visit_id,
            resident_id=resident_id,
            starts_at=place.starts_at,
            member_ids=place.member_ids,
            channel=channel or how,
            notified_by=notified_by,
        ),
        actor=actor,
    )


def on_the_day(row: Row, day: date) -> bool:
    """Say whether a visit has a place on a day."""
    return assigned_place(row).starts_at is not None and str(row["day"]) == day.isoformat()
