"""Membership of key groups (A4): tagged by hand, or derived from age, birth and the policy pack's days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.commands import STAGES, RecordBirth, ReviewKeyGroups, TagKeyGroup, UntagKeyGroup
from domain.resident.events import BirthRecorded, KeyGroupTagged, KeyGroupUntagged, ResidentEvent
from domain.resident.state import DAY, Resident, check_alive, check_born, check_day, require_registered


def tag(command: TagKeyGroup, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Add a key group (A4), or move its anchor or stage; the groups of age need the age."""
    require_registered(resident, command.resident_id)
    known = resident.tagged(command.group)
    if known is not None and (known.anchor, known.stage) == (command.anchor, command.stage):
        return []
    check_day(max(command.since, command.anchor or command.since), local_day(now))
    check_alive(resident, command.resident_id, command.since)
    check_born(resident.personal, min(command.since, command.anchor or command.since))
    if command.stage is not None and command.stage not in STAGES.get(command.group, ()):
        raise Refused("stage-of-another-group", group=command.group, stage=command.stage)
    check_age(command, resident, pack)
    return [
        KeyGroupTagged(
            resident_id=command.resident_id,
            group=command.group,
            since=command.since,
            anchor=command.anchor,
            stage=command.stage,
            evidence=command.evidence,
            ends_on=last_day_of_stay(command, resident, pack),
        )
    ]


def untag(command: UntagKeyGroup, resident: Resident) -> list[ResidentEvent]:
    """Untag a key group."""
    require_registered(resident, command.resident_id)
    known = resident.tagged(command.group)
    if known is None:
        return []
    if command.until < known.since:
        raise Refused("group-left-before-joined", group=command.group, since=known.since)
    return [KeyGroupUntagged(resident_id=command.resident_id, group=command.group, until=command.until)]


def review(command: ReviewKeyGroups, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """Begin and end the stays in groups of age and childbed whose days have come (A4)."""
    require_registered(resident, command.resident_id)
    return group_changes(resident, local_day(now), pack)


def record_birth(command: RecordBirth, resident: Resident, *, now: datetime, pack: PolicyPack) -> list[ResidentEvent]:
    """End a pregnancy and begin childbed, for the pack's days (A4, A5)."""
    require_registered(resident, command.resident_id)
    if command.delivered_on in resident.births:
        return []
    check_day(max(command.delivered_on, command.discharged_on or command.delivered_on), local_day(now))
    check_alive(resident, command.resident_id, command.delivered_on)
    check_born(resident.personal, command.delivered_on)
    pregnant, childbed = resident.tagged("pregnant"), resident.tagged("postpartum")
    if childbed is not None:
        raise Refused("birth-already-recorded", resident=command.resident_id, day=childbed.since)
    if pregnant is not None and command.delivered_on < pregnant.since:
        raise Refused("group-left-before-joined", group="pregnant", since=pregnant.since)
    began = KeyGroupTagged(
        resident_id=command.resident_id,
        group="postpartum",
        since=command.delivered_on,
        anchor=command.discharged_on,
        evidence="birth",
        ends_on=command.delivered_on + timedelta(days=pack.postpartum_days),
    )
    over = KeyGroupUntagged(resident_id=command.resident_id, group="pregnant", until=command.delivered_on)
    recorded = BirthRecorded(resident_id=command.resident_id, delivered_on=command.delivered_on)
    return [recorded, *([over] if pregnant is not None else []), began]


def group_changes(resident: Resident, today: date, pack: PolicyPack) -> list[ResidentEvent]:
    """Return the changes that update the groups derived from dates to today."""
    return [*ended_stays(resident, today, pack), *begun_stays(resident, today, pack)]


def ended_stays(resident: Resident, today: date, pack: PolicyPack) -> Iterable[ResidentEvent]:
    """Yield the ends of stays that are over, and of an elder's stay that a corrected birthday or evidence ends."""
    assert resident.registered is not None
    resident_id = resident.registered.resident_id
    elder_on = resident.elder_on(today, pack) or today
    for stay in resident.tags:
        if stay.ends_on is not None and stay.ends_on < today:
            yield KeyGroupUntagged(resident_id=resident_id, group=stay.group, until=stay.ends_on)
        elif stay.group == "elder" and stay.evidence == "age" and elder_on > today:
            yield KeyGroupUntagged(resident_id=resident_id, group="elder", until=today - DAY)


def begun_stays(resident: Resident, today: date, pack: PolicyPack) -> Iterable[ResidentEvent]:
    """Yield the beginnings of stays derived from age, for residents who have not departed."""
    assert resident.registered is not None
    assert resident.personal is not None
    if resident.gone_by(today):
        return
    resident_id = resident.registered.resident_id
    elder_on, child_until = resident.elder_on(today, pack), resident.child_until(pack)
    if elder_on is not None and elder_on <= today and resident.tagged("elder") is None:
        yield KeyGroupTagged(resident_id=resident_id, group="elder", since=elder_on, evidence="age")
    if child_until is not None and today <= child_until and resident.tagged("child") is None:
        yield KeyGroupTagged(
            resident_id=resident_id,
            group="child",
            since=resident.personal.born_on,
            evidence="age",
            ends_on=child_until,
        )


def future_elder_day(resident: Resident, today: date, pack: PolicyPack) -> date | None:
    """Return the future day on which age makes the resident an elder, else None."""
    elder_on = resident.elder_on(today, pack)
    return elder_on if elder_on is not None and elder_on > today else None


def last_day_of_stay(command: TagKeyGroup, resident: Resident, pack: PolicyPack) -> date | None:
    """Return the last day of a stay that ends by itself: childhood by age, childbed after the pack's days."""
    if command.group == "child":
        return resident.child_until(pack)
    if command.group == "postpartum":
        return command.since + timedelta(days=pack.postpartum_days)
    return None


def check_age(command: TagKeyGroup, resident: Resident, pack: PolicyPack) -> None:
    """Refuse an elder below the age, or a child above it, on the first day of the stay (A4)."""
    elder_on, child_until = resident.elder_on(command.since, pack), resident.child_until(pack)
    too_young = command.group == "elder" and elder_on is not None and command.since < elder_on
    too_old = command.group == "child" and child_until is not None and command.since > child_until
    if too_young or too_old:
        raise Refused("age-outside-group", group=command.group, age=resident.age_on(command.since))
