"""What may be asked about a contract."""

from datetime import date
from typing import Literal

from domain.event import value

Signer = Literal["resident", "family-member", "guardian"]
SignedAt = Literal["desk", "resident-app", "doctor-app"]
EndReason = Literal["moved-out", "died", "lost-to-follow-up", "refused-service", "own-wish", "re-sign", "other"]
"""Why a contract ends early: the two lists in the field, as one (A1.7)."""


@value
class SignContract:
    """Sign a resident with a team. `doctor_id` and `nurse_id` default to the longest serving ones of the team."""

    contract_id: str
    resident_id: str
    team_id: str
    signed_on: date
    starts_on: date
    term_months: int | None = None
    package: str = "basic"
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"
    doctor_id: str | None = None
    nurse_id: str | None = None


@value
class RenewContract:
    """Sign a new term that begins the day after the present one ends."""

    contract_id: str
    signed_on: date
    term_months: int | None = None
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"


@value
class TransferContract:
    """Move a contract to another team from today on, with the resident's consent (A1.6)."""

    contract_id: str
    team_id: str
    consent: bool


@value
class TerminateContract:
    """End a contract before its term is over, after its last day."""

    contract_id: str
    last_day: date
    reason: EndReason


@value
class ExpireContract:
    """Record that a contract's term is over, if it is."""

    contract_id: str
