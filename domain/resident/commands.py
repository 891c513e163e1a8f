"""What may be asked about a resident."""

from datetime import date
from typing import Literal

from domain.event import command, value
from domain.key_groups import KeyGroup

Evidence = Literal["household-registration", "residence-permit", "half-year-residence"]
"""What shows that a person may sign here (A1.1)."""

GroupStage = Literal["suspect", "intensive", "continuation", "unstable", "basically-stable", "stable", "with-mother"]
"""How far a disease is: tuberculosis suspected or in a phase of its treatment, a mental disorder's stability, a
newborn who is with its mother (A5)."""

STAGES: dict[KeyGroup, tuple[GroupStage, ...]] = {
    "tuberculosis": ("suspect", "intensive", "continuation"),
    "mental-disorder": ("unstable", "basically-stable", "stable"),
    "child": ("with-mother",),  # a newborn who is seen on the home visit to its mother
}
"""The key groups that have stages."""

GroupEvidence = Literal["age", "diagnosis", "birth", "certificate", "register", "own-word"]
"""What shows that a person belongs to a key group (A4)."""

Paper = Literal["identity-card", "birth-certificate", "passport", "hong-kong-macau-permit", "taiwan-permit", "other"]
"""The paper that proves who a person is."""

CoordinateSystem = Literal["city-grid", "wgs84", "gcj02", "cgcs2000"]
"""In which system a place was found. GCJ-02 lies some hundred metres off WGS-84 in China: never mix them unseen."""

Relation = Literal["head", "spouse", "child", "parent", "grandchild", "sibling", "other"]
"""What a person is to the head of the household."""

ConsentKind = Literal["health-data", "home-visits", "sharing-with-hospital"]
"""What is consented to, each by itself: health data are sensitive (personal information protection law)."""

ConsentGiver = Literal["resident", "guardian"]

Departure = Literal["died", "moved-out"]


@value
class Personal:
    """All that names or finds a person: sealed as one value later, so that it can be erased.

    `home_x`, `home_y` are metres on the city's grid; `coordinates` says in which system the home was found before it
    was put there. `place` is the code of the community or village.
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


@command
class RegisterResident:
    """Register a person who lives in the area of an institution."""

    resident_id: str
    institution_id: str
    evidence: Evidence
    resident_since: date
    homebound: bool = False
    personal: Personal
    evidence_until: date | None = None


@command
class CorrectPersonalDetails:
    """Replace what is personal: a new phone, a moved home, a mended name."""

    resident_id: str
    personal: Personal


@command
class ShowEvidence:
    """Show other evidence that a person may sign here, e.g. a permit that was prolonged (A1.1)."""

    resident_id: str
    evidence: Evidence
    resident_since: date
    shown_on: date
    valid_until: date | None = None


@command
class TagKeyGroup:
    """Say that a resident belongs to a key group from a day on; told again with another anchor or stage, it changes.

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
    """Say that a resident belongs to a key group no longer."""

    resident_id: str
    group: KeyGroup
    until: date


@command
class ReviewKeyGroups:
    """Let the groups that follow from a date, of age and of childbed, be what they are today."""

    resident_id: str


@command
class RecordBirth:
    """Say that a resident gave birth: pregnancy is over, childbed begins, and its care counts from the discharge."""

    resident_id: str
    delivered_on: date
    discharged_on: date | None = None


@command
class RecordMobility:
    """Say whether a resident can come to the centre."""

    resident_id: str
    homebound: bool
    since: date


@command
class JoinHousehold:
    """Say in which household a resident lives, and what she is to its head."""

    resident_id: str
    household_id: str
    relation: Relation
    since: date


@command
class GiveConsent:
    """Write down a consent; each kind is asked for by itself."""

    resident_id: str
    kind: ConsentKind
    given_on: date
    given_by: ConsentGiver = "resident"


@command
class WithdrawConsent:
    """Write down that a consent was taken back."""

    resident_id: str
    kind: ConsentKind
    withdrawn_on: date


@command
class RecordDeparture:
    """Say that a resident died or moved away; whoever shows new evidence is back."""

    resident_id: str
    reason: Departure
    last_day: date


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
    | RecordDeparture
)
