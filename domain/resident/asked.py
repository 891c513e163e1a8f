"""What may be asked about a resident."""

from datetime import date
from typing import Literal

from domain.event import value
from domain.institution import KeyGroup

Evidence = Literal["household-registration", "residence-permit", "half-year-residence"]
"""What shows that a person may sign here (A1.1)."""


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
