"""A resident is registered once; what is personal stands in one value of this stream and nowhere else."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal, get_args

from domain.decider import Decider, Refused
from domain.event import event, value
from domain.institution import Institution, KeyGroup
from domain.local_time import local_day, months_later
from domain.policy_pack import PolicyPack

Evidence = Literal["household-registration", "residence-permit", "half-year-residence"]
"""What shows that a person may sign here (A1.1)."""

# What may be asked


@value
class Personal:
    """All that names or finds a person: sealed as one value later, so that it can be erased.

    `home_x`, `home_y` are metres on the city's grid.
    """

    name: str
    phone: str
    identity_number: str
    address: str
    born_on: date
    home_x: int
    home_y: int


@value
class RegisterResident:
    """Register a person who lives in the area of an institution."""

    resident_id: str
    institution_id: str
    evidence: Evidence
    resident_since: date
    homebound: bool = False
    personal: Personal


@value
class CorrectPersonalDetails:
    """Replace what is personal: a new phone, a moved home, a mended name."""

    resident_id: str
    personal: Personal


@value
class TagKeyGroup:
    """Say that a resident belongs to a key group from a day on."""

    resident_id: str
    group: KeyGroup
    since: date


@value
class UntagKeyGroup:
    """Say that a resident belongs to a key group no longer."""

    resident_id: str
    group: KeyGroup
    until: date


# What is then true


@event("resident.registered.v1")
class ResidentRegistered:
    """A person is known."""

    resident_id: str
    institution_id: str
    evidence: Evidence
    resident_since: date
    homebound: bool
    personal: Personal


@event("resident.personal_details_corrected.v1")
class PersonalDetailsCorrected:
    """What is personal was replaced."""

    resident_id: str
    personal: Personal


@event("resident.key_group_tagged.v1")
class KeyGroupTagged:
    """The resident belongs to a key group."""

    resident_id: str
    group: KeyGroup
    since: date


@event("resident.key_group_untagged.v1")
class KeyGroupUntagged:
    """The resident belongs to it no longer."""

    resident_id: str
    group: KeyGroup
    until: date


ResidentEvent = ResidentRegistered | PersonalDetailsCorrected | KeyGroupTagged | KeyGroupUntagged

# What is remembered


@value
class Resident:
    """What decisions about, and for, a resident ask."""

    registered: ResidentRegistered | None = None
    personal: Personal | None = None
    tags: tuple[KeyGroupTagged, ...] = ()

    @property
    def groups(self) -> tuple[KeyGroup, ...]:
        """The key groups to which the resident belongs now, sorted."""
        return tuple(sorted(tag.group for tag in self.tags))

    def eligible(self, day: date, pack: PolicyPack) -> bool:
        """Say whether the person may sign on that day: registered household, or resident long enough (A1.1)."""
        if self.registered is None:
            return False
        if self.registered.evidence == "household-registration":
            return True
        return months_later(self.registered.resident_since, pack.residence_months) <= day


def evolve(resident: Resident, fact: ResidentEvent) -> Resident:
    """Believe an event."""
    match fact:
        case ResidentRegistered():
            return replace(resident, registered=fact, personal=fact.personal)
        case PersonalDetailsCorrected():
            return replace(resident, personal=fact.personal)
        case KeyGroupTagged():
            return replace(resident, tags=(*resident.tags, fact))
        case KeyGroupUntagged():
            return replace(resident, tags=tuple(tag for tag in resident.tags if tag.group != fact.group))


# What is decided


def register(
    command: RegisterResident, resident: Resident, *, now: datetime, institution: Institution
) -> list[ResidentEvent]:
    """Register once; the same papers again say nothing."""
    registered = ResidentRegistered(
        resident_id=command.resident_id,
        institution_id=command.institution_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        homebound=command.homebound,
        personal=command.personal,
    )
    if resident.registered == registered:
        return []
    if resident.registered is not None:
        raise Refused("resident-already-registered", resident=command.resident_id)
    if institution.opened is None:
        raise Refused("institution-unknown", institution=command.institution_id)
    today = local_day(now)
    if max(command.personal.born_on, command.resident_since) > today:
        raise Refused("day-in-the-future", day=max(command.personal.born_on, command.resident_since))
    return [registered]


def correct(command: CorrectPersonalDetails, resident: Resident) -> list[ResidentEvent]:
    """Replace what is personal if it differs."""
    require_registered(resident, command.resident_id)
    if resident.personal == command.personal:
        return []
    return [PersonalDetailsCorrected(resident_id=command.resident_id, personal=command.personal)]


def tag(command: TagKeyGroup, resident: Resident, *, now: datetime) -> list[ResidentEvent]:
    """Add a key group."""
    require_registered(resident, command.resident_id)
    if command.group in resident.groups:
        return []
    if command.since > local_day(now):
        raise Refused("day-in-the-future", day=command.since)
    return [KeyGroupTagged(resident_id=command.resident_id, group=command.group, since=command.since)]


def untag(command: UntagKeyGroup, resident: Resident) -> list[ResidentEvent]:
    """Take a key group away."""
    require_registered(resident, command.resident_id)
    tagged = next((tag for tag in resident.tags if tag.group == command.group), None)
    if tagged is None:
        return []
    if command.until < tagged.since:
        raise Refused("group-left-before-joined", group=command.group, since=tagged.since)
    return [KeyGroupUntagged(resident_id=command.resident_id, group=command.group, until=command.until)]


def require_registered(resident: Resident, resident_id: str) -> ResidentRegistered:
    """Return the registration; refuse if there is none."""
    if resident.registered is None:
        raise Refused("resident-not-registered", resident=resident_id)
    return resident.registered


RESIDENT: Decider[Resident, ResidentEvent] = Decider(
    category="resident",
    initial=Resident(),
    evolve=evolve,
    decisions={RegisterResident: register, CorrectPersonalDetails: correct, TagKeyGroup: tag, UntagKeyGroup: untag},
    events=get_args(ResidentEvent),
    identify=lambda command: command.resident_id,
)
