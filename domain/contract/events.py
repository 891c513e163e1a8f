"""Events of a contract."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date, datetime
from typing import Literal

from domain.contract.commands import EndReason, OverrideReason, SignedAt, Signer, TransferReason
from domain.contract.correction_events import CorrectionEvent
from domain.event import event, value
from domain.key_groups import KeyGroup
from domain.package import GrantedItem, Payer
from domain.sign_off import SignOffReason, SignOffVerdict

SignatureKind = Literal["new", "renewal", "supplementary"]


@value
class Agreement:
    """The paper that was read and signed: its kind, how many copies, and the duties' text by version and SHA-256."""

    kind: SignatureKind
    copies: int
    text_version: str
    text_hash: str


@value
class ChosenInstitution:
    """One of the one to three institutions of a contract, each of another tier (A1.11)."""

    institution_id: str
    tier: int


@event("contract.drafted.v1")
class ContractDrafted:
    """A contract was drafted."""

    contract_id: str
    resident_id: str
    team_id: str
    institution_ids: tuple[str, ...]
    package: str
    drafted_on: date


@event("contract.draft_discarded.v1")
class DraftDiscarded:
    """The draft was discarded."""

    contract_id: str
    resident_id: str
    team_id: str


@event("contract.signed.v1")
class ContractSigned:
    """A resident and a team are bound for a term, both days included.

    `institutions` begin with the team's own. `team_load` counts the team's contracts including this one;
    `load_warning`: they are more than the pack's warning. `package_guarded_until`: a paid package is not signed again.
    `late_reason` and `allowed_by` stand in the record of a signature of long ago.
    """

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
    agreement: Agreement | None = None
    institutions: tuple[ChosenInstitution, ...] = ()
    entitlements: tuple[GrantedItem, ...] = ()
    package_guarded_until: date | None = None
    remind_on: date | None = None
    team_load: int | None = None
    load_warning: bool = False
    late_reason: str | None = None
    allowed_by: str | None = None


@event("contract.load_overridden.v1")
class LoadOverridden:
    """A full team took one more resident, with a person who allowed it and a reason."""

    contract_id: str
    resident_id: str
    team_id: str
    load: int
    cap: int
    allowed_by: str
    reason: OverrideReason


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
    package: str = "basic"
    agreement: Agreement | None = None
    entitlements: tuple[GrantedItem, ...] = ()
    package_guarded_until: date | None = None
    remind_on: date | None = None


@event("contract.deemed_renewed.v1")
class ContractDeemedRenewed:
    """Without a request to end the contract a new term runs; unless signed, it ends after `sign_by` (A1.8)."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    starts_on: date
    sign_by: date
    package: str
    entitlements: tuple[GrantedItem, ...]


@event("contract.transferred.v1")
class ContractTransferred:
    """Another team looks after the resident from this day on, by a supplementary agreement."""

    contract_id: str
    resident_id: str
    from_team_id: str
    team_id: str
    institution_id: str
    from_day: date
    doctor_id: str
    nurse_id: str
    tier: int = 1
    reason: TransferReason = "own-wish"
    signed_on: date | None = None
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"
    agreement: Agreement | None = None
    team_load: int | None = None
    load_warning: bool = False


@event("contract.terminated.v1")
class ContractTerminated:
    """The contract ends early, after its last day."""

    contract_id: str
    resident_id: str
    team_id: str
    last_day: date
    reason: EndReason
    since: date | None = None


@event("contract.expired.v1")
class ContractExpired:
    """The term is over and was not renewed."""

    contract_id: str
    resident_id: str
    team_id: str
    last_day: date


@event("contract.package_paid.v1")
class PackagePaid:
    """A payer paid its share of a term's package, in fen."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    package: str
    payer: Payer
    amount_fen: int
    paid_on: date


@event("contract.package_settled.v1")
class PackageSettled:
    """The payment is settled against used services; the rest, at least 0, is to be refunded. All in fen."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    package: str
    paid_fen: int
    used_fen: int
    refund_fen: int
    settled_on: date


@event("contract.package_refunded.v1")
class PackageRefunded:
    """The resident got back the unused part."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    package: str
    amount_fen: int
    refunded_on: date


@event("contract.entitlement_consumed.v1")
class EntitlementConsumed:
    """A service used one of a granted item; `left` of it remain.

    `to_norm`: it was inside its own window and by the item's day. The payers' shares of its price are in fen.
    """

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    item: str
    kind: str
    service_id: str
    served_on: date
    left: int
    to_norm: bool
    insurance_fen: int
    public_health_fen: int
    resident_fen: int


@event("contract.served_beyond_package.v1")
class ServedBeyondPackage:
    """A service took place that the package does not grant, or not as often."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    kind: str
    service_id: str
    served_on: date


@event("contract.signed_off.v1")
class ContractSignedOff:
    """An auditor looked at all that stands before this in the contract's history, and says whether it was in order."""

    contract_id: str
    resident_id: str
    team_id: str
    verdict: SignOffVerdict
    reason: SignOffReason
    by: str
    signed_off_at: datetime


PaperEvent = (
    ContractDrafted
    | DraftDiscarded
    | ContractSigned
    | LoadOverridden
    | ContractRenewed
    | ContractDeemedRenewed
    | ContractTransferred
    | ContractTerminated
    | ContractExpired
    | PackagePaid
    | PackageSettled
    | PackageRefunded
    | EntitlementConsumed
    | ServedBeyondPackage
    | CorrectionEvent
)
"""What happens to the contract itself."""

ContractEvent = PaperEvent | ContractSignedOff
