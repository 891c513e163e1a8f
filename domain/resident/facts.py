"""What is then true of a resident."""

from datetime import date

from domain.event import event
from domain.institution import KeyGroup
from domain.resident.asked import Evidence, Personal, Stage


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
    """The resident belongs to a key group; care counts from `anchor` where that is another day than `since`."""

    resident_id: str
    group: KeyGroup
    since: date
    anchor: date | None = None
    stage: Stage | None = None


@event("resident.key_group_untagged.v1")
class KeyGroupUntagged:
    """The resident belongs to it no longer."""

    resident_id: str
    group: KeyGroup
    until: date


ResidentEvent = ResidentRegistered | PersonalDetailsCorrected | KeyGroupTagged | KeyGroupUntagged
