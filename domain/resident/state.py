"""What is remembered of a resident."""

from dataclasses import replace
from datetime import date

from domain.event import value
from domain.institution import KeyGroup
from domain.local_time import months_later
from domain.policy_pack import PolicyPack
from domain.resident.asked import (
    Personal,
)
from domain.resident.facts import (
    KeyGroupTagged,
    KeyGroupUntagged,
    PersonalDetailsCorrected,
    ResidentEvent,
    ResidentRegistered,
)


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
            others = tuple(tag for tag in resident.tags if tag.group != fact.group)
            return replace(resident, tags=(*others, fact))
        case KeyGroupUntagged():
            return replace(resident, tags=tuple(tag for tag in resident.tags if tag.group != fact.group))
