"""What may be asked about a resident."""

from datetime import date
from typing import Literal

from domain.event import value
from domain.institution import KeyGroup

Evidence = Literal["household-registration", "residence-permit", "half-year-residence"]
"""What shows that a person may sign here (A1.1)."""

Stage = Literal["suspect", "intensive", "continuation", "unstable", "basically-stable", "stable"]
"""How far a disease is: tuberculosis suspected or in a phase of its treatment, a mental disorder's stability (A5)."""

STAGES: dict[KeyGroup, tuple[Stage, ...]] = {
    "tuberculosis": ("suspect", "intensive", "continuation"),
    "mental-disorder": ("unstable", "basically-stable", "stable"),
}
"""The key groups that have stages."""


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
    """Say that a resident belongs to a key group from a day on; told again with another anchor or stage, it changes.

    `anchor` is the day from which care counts where that is another than `since`: the first day of the last period
    (pregnant), the discharge (postpartum, child; `since` is then the day of the birth), the notice (tuberculosis).
    """

    resident_id: str
    group: KeyGroup
    since: date
    anchor: date | None = None
    stage: Stage | None = None


@value
class UntagKeyGroup:
    """Say that a resident belongs to a key group no longer."""

    resident_id: str
    group: KeyGroup
    until: date
