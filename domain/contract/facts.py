"""What is then true of a contract."""

from datetime import date

from domain.contract.asked import EndReason, SignedAt, Signer
from domain.event import event
from domain.institution import KeyGroup


@event("contract.signed.v1")
class ContractSigned:
    """A resident and a team are bound for a term, both days included."""

    contract_id: str
    resident_id: str
    team_id: str
    institution_id: str
    signed_on: date
    starts_on: date
    ends_on: date
    package: str
    signed_by: Signer
    signed_at: SignedAt
    doctor_id: str
    nurse_id: str
    key_groups: tuple[KeyGroup, ...]


@event("contract.renewed.v1")
class ContractRenewed:
    """A new term, counted from 2."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    signed_on: date
    starts_on: date
    ends_on: date
    signed_by: Signer
    signed_at: SignedAt


@event("contract.transferred.v1")
class ContractTransferred:
    """Another team looks after the resident from this day on."""

    contract_id: str
    resident_id: str
    from_team_id: str
    team_id: str
    institution_id: str
    from_day: date
    doctor_id: str
    nurse_id: str


@event("contract.terminated.v1")
class ContractTerminated:
    """The contract ends early, after its last day."""

    contract_id: str
    resident_id: str
    team_id: str
    last_day: date
    reason: EndReason


@event("contract.expired.v1")
class ContractExpired:
    """The term was over and nobody had renewed it."""

    contract_id: str
    resident_id: str
    team_id: str
    last_day: date


ContractEvent = ContractSigned | ContractRenewed | ContractTransferred | ContractTerminated | ContractExpired
