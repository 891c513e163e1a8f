"""Events of a resident."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date

from domain.consent import ConsentKind
from domain.event import event
from domain.key_groups import KeyGroup
from domain.resident.commands import (
    Channel,
    ConsentGiver,
    Departure,
    DocumentKind,
    Evidence,
    GroupEvidence,
    GroupStage,
    Personal,
    Relation,
)


@event("resident.registered.v1")
class ResidentRegistered:
    """A person is registered. `elder_on` is the future day on which their age makes them an elder, else None.

    `guardian_id` is the resident under whom a newborn is registered, `birth_order` its place among those of one birth.
    """

    resident_id: str
    institution_id: str
    evidence: Evidence
    resident_since: date
    homebound: bool
    personal: Personal
    evidence_until: date | None = None
    elder_on: date | None = None
    guardian_id: str | None = None
    birth_order: int | None = None


@event("resident.personal_details_corrected.v1")
class PersonalDetailsCorrected:
    """Personal data were replaced."""

    resident_id: str
    personal: Personal
    elder_on: date | None = None


@event("resident.evidence_shown.v1")
class EvidenceShown:
    """Other evidence holds from the day on which it was shown, by a document if one is recorded.

    `number_ending` is the end of its number: the whole one is often that of the person.
    """

    resident_id: str
    evidence: Evidence
    resident_since: date
    shown_on: date
    valid_until: date | None
    elder_on: date | None
    document_kind: DocumentKind | None = None
    number_ending: str | None = None
    document_issued_on: date | None = None
    copy_digest: str | None = None


@event("resident.key_group_tagged.v1")
class KeyGroupTagged:
    """The resident belongs to a key group; care counts from `anchor` where that is another day than `since`.

    `ends_on` is the last day of a stay that time itself will end.
    """

    resident_id: str
    group: KeyGroup
    since: date
    anchor: date | None = None
    stage: GroupStage | None = None
    evidence: GroupEvidence = "register"
    ends_on: date | None = None


@event("resident.key_group_untagged.v1")
class KeyGroupUntagged:
    """The resident no longer belongs to the group; `until` is the last day."""

    resident_id: str
    group: KeyGroup
    until: date


@event("resident.birth_recorded.v1")
class BirthRecorded:
    """The resident gave birth."""

    resident_id: str
    delivered_on: date


@event("resident.mobility_recorded.v1")
class MobilityRecorded:
    """The resident can, or cannot, come to the centre."""

    resident_id: str
    homebound: bool
    since: date


@event("resident.household_joined.v1")
class HouseholdJoined:
    """The resident lives in this household, and no longer in `left_household_id`."""

    resident_id: str
    household_id: str
    relation: Relation
    since: date
    left_household_id: str | None


@event("resident.consent_given.v1")
class ConsentGiven:
    """The resident consented."""

    resident_id: str
    kind: ConsentKind
    given_on: date
    given_by: ConsentGiver


@event("resident.consent_withdrawn.v1")
class ConsentWithdrawn:
    """The resident withdrew a consent; it does not hold from this day on."""

    resident_id: str
    kind: ConsentKind
    withdrawn_on: date


@event("resident.channel_chosen.v1")
class ChannelChosen:
    """The resident wants to hear of their visits by this channel."""

    resident_id: str
    channel: Channel


@event("resident.departed.v1")
class ResidentDeparted:
    """The resident died or moved away."""

    resident_id: str
    reason: Departure
    last_day: date


@event("resident.departure_annulled.v1")
class DepartureAnnulled:
    """The resident did not depart: `departure` after `last_day` was recorded by mistake.

    `stands` is the move that it had replaced and that stands again, with its last day; None if there was none.
    `elder_on` is as in the registration.
    """

    resident_id: str
    departure: Departure
    last_day: date
    stands: Departure | None
    stands_after: date | None
    elder_on: date | None
    reason: str
    allowed_by: str | None = None


@event("resident.departure_corrected.v1")
class DepartureCorrected:
    """The resident departed after `last_day`, and not after `was_last_day`."""

    resident_id: str
    departure: Departure
    was_last_day: date
    last_day: date
    reason: str
    allowed_by: str | None = None


@event("resident.merged.v1")
class ResidentMerged:
    """This record is one of the person whose record `kept_id` is; nothing further is recorded here."""

    resident_id: str
    kept_id: str
    merged_on: date
    reason: str
    allowed_by: str


@event("resident.merge_annulled.v1")
class MergeAnnulled:
    """This record is not of the person whose record `kept_id` is."""

    resident_id: str
    kept_id: str
    annulled_on: date
    reason: str
    allowed_by: str


@event("resident.merge_recorded.v1")
class MergeRecorded:
    """Another record was merged into this one, or is so no longer."""

    resident_id: str
    merged_id: str
    merged: bool


ResidentEvent = (
    ResidentRegistered
    | PersonalDetailsCorrected
    | EvidenceShown
    | KeyGroupTagged
    | KeyGroupUntagged
    | BirthRecorded
    | MobilityRecorded
    | HouseholdJoined
    | ConsentGiven
    | ConsentWithdrawn
    | ChannelChosen
    | ResidentDeparted
    | DepartureAnnulled
    | DepartureCorrected
    | ResidentMerged
    | MergeAnnulled
    | MergeRecorded
)
