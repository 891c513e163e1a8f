"""Commands of a resident."""

from datetime import date
from typing import Literal

from domain.consent import ConsentKind
from domain.event import command, value
from domain.key_groups import KeyGroup

Evidence = Literal["household-registration", "residence-permit", "half-year-residence"]
"""Evidence that a person may sign here (A1.1)."""

GroupStage = Literal["suspect", "intensive", "continuation", "unstable", "basically-stable", "stable", "with-mother"]
"""The stage of a disease or group: tuberculosis suspected or in a phase of treatment, a mental disorder's stability, a
newborn who is with its mother (A5)."""

STAGES: dict[KeyGroup, tuple[GroupStage, ...]] = {
    "tuberculosis": ("suspect", "intensive", "continuation"),
    "mental-disorder": ("unstable", "basically-stable", "stable"),
    "child": ("with-mother",),  # a newborn who is seen on the home visit to its mother
}
"""The key groups that have stages."""

GroupEvidence = Literal["age", "diagnosis", "birth", "certificate", "register", "own-word"]
"""Evidence that a person belongs to a key group (A4)."""

Paper = Literal["identity-card", "birth-certificate", "passport", "hong-kong-macau-permit", "taiwan-permit", "other"]
"""Identity papers."""

DocumentKind = Literal[
    "household-booklet",
    "residence-permit-card",
    "tenancy-agreement",
    "work-contract",
    "community-certificate",
    "other",
]
"""The documents behind evidence that a person may sign here."""

CoordinateSystem = Literal["city-grid", "wgs84", "gcj02", "cgcs2000"]
"""Systems of coordinates. GCJ-02 is some hundred metres off WGS-84 in China, so they are never mixed."""

Located = Literal["home", "community", "institution", "unknown"]
"""What the coordinates of a home are: the home's own, or roughly the centre of the community or the institution."""

Relation = Literal["head", "spouse", "child", "parent", "grandchild", "sibling", "other"]
"""The relation of a person to the head of the household."""

ConsentGiver = Literal["resident", "guardian"]

Channel = Literal["call", "message", "family"]
"""How the team reaches a resident about a visit: a call, a message, or a call to a member of the family."""

Departure = Literal["died", "moved-out"]


@value
class Personal:
    """Personal data that identify or locate a person, in one value that can be sealed and erased.

    `home_x`, `home_y` are metres on the city's grid; `coordinates` is the system from which they were converted.
    `located` says whether they are the home's own, or a rough place until somebody places the home.
    `place` is the code of the community or village. `family_phone` is that of the member of the family who is called in
    their place, `family_name` who that is.
    """

    name: str
    phone: str
    identity_number: str
    address: str
    born_on: date
    home_x: int
    home_y: int
    paper: Paper = "identity-card"
    place: str | None = None
    coordinates: CoordinateSystem = "city-grid"
    family_name: str | None = None
    family_phone: str | None = None
    located: Located = "home"


@command
class RegisterResident:
    """Register a person in the area of an institution.

    A newborn who has no identity number yet is registered under a resident who is its guardian; `birth_order` counts
    the children of one birth from 1, in the order in which they were born.
    """

    resident_id: str
    institution_id: str
    evidence: Evidence
    resident_since: date
    homebound: bool = False
    personal: Personal
    evidence_until: date | None = None
    guardian_id: str | None = None
    birth_order: int | None = None


@command
class CorrectPersonalDetails:
    """Replace personal data: a new phone, a moved home, a corrected name."""

    resident_id: str
    personal: Personal


@command
class ShowEvidence:
    """Show other evidence that a person may sign here, e.g. an extended permit (A1.1), and the document behind it.

    Of the document's number only the end is recorded; `copy_digest` is the SHA-256 of a copy that is kept elsewhere.
    """

    resident_id: str
    evidence: Evidence
    resident_since: date
    shown_on: date
    valid_until: date | None = None
    document_kind: DocumentKind | None = None
    document_number: str | None = None
    document_issued_on: date | None = None
    copy_digest: str | None = None


@command
class TagKeyGroup:
    """Tag a resident with a key group from a day on; repeated with another anchor or stage, it changes them.

    `anchor` is the day from which care counts where that is another than `since`: the first day of the last period
    (pregnant), the discharge (postpartum, child; `since` is then the day of the birth), the notice (tuberculosis).
    """

    resident_id: str
    group: KeyGroup
    since: date
    anchor: date | None = None
    stage: GroupStage | None = None
    evidence: GroupEvidence = "register"


@command
class UntagKeyGroup:
    """Record that a resident no longer belongs to a key group."""

    resident_id: str
    group: KeyGroup
    until: date


@command
class ReviewKeyGroups:
    """Update the groups that follow from dates, age and childbed, to today."""

    resident_id: str


@command
class RecordBirth:
    """Record a birth: pregnancy ends, childbed begins, and its care counts from the discharge."""

    resident_id: str
    delivered_on: date
    discharged_on: date | None = None


@command
class RecordMobility:
    """Record whether a resident can come to the centre."""

    resident_id: str
    homebound: bool
    since: date


@command
class JoinHousehold:
    """Record a resident's household, and their relation to its head."""

    resident_id: str
    household_id: str
    relation: Relation
    since: date


@command
class GiveConsent:
    """Record a consent; each kind is given by itself."""

    resident_id: str
    kind: ConsentKind
    given_on: date
    given_by: ConsentGiver = "resident"


@command
class WithdrawConsent:
    """Record that a consent was withdrawn."""

    resident_id: str
    kind: ConsentKind
    withdrawn_on: date


@command
class ChooseChannel:
    """Record by which channel a resident wants to hear of their visits."""

    resident_id: str
    channel: Channel


@command
class RecordDeparture:
    """Record that a resident died or moved away; new evidence brings a moved resident back."""

    resident_id: str
    reason: Departure
    last_day: date


@command
class AnnulDeparture:
    """Annul a death or a move that was recorded by mistake; a move that it replaced stands again."""

    resident_id: str
    departure: Departure
    reason: str
    allowed_by: str | None = None


@command
class CorrectDeparture:
    """Correct the last day of a recorded death or move."""

    resident_id: str
    last_day: date
    reason: str
    allowed_by: str | None = None


@command
class MergeResident:
    """Merge a record into another one of the same person, `kept_id`; a second person allows it."""

    resident_id: str
    kept_id: str
    reason: str
    allowed_by: str | None = None


@command
class AnnulMerge:
    """Annul a merge: it was another person after all."""

    resident_id: str
    reason: str
    allowed_by: str | None = None


@command
class RecordMerge:
    """Record in the kept record that another one was merged into it, or is so no longer. A reaction gives it."""

    resident_id: str
    merged_id: str
    merged: bool


ResidentCommand = (
    RegisterResident
    | CorrectPersonalDetails
    | ShowEvidence
    | TagKeyGroup
    | UntagKeyGroup
    | ReviewKeyGroups
    | RecordBirth
    | RecordMobility
    | JoinHousehold
    | GiveConsent
    | WithdrawConsent
    | ChooseChannel
    | RecordDeparture
    | AnnulDeparture
    | CorrectDeparture
    | MergeResident
    | AnnulMerge
    | RecordMerge
)
