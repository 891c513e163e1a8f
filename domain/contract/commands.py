"""Commands of a contract."""

from datetime import date
from typing import Literal

from domain.event import command
from domain.package import Payer
from domain.sign_off import SignOffReason, SignOffVerdict

Signer = Literal["resident", "family-member", "guardian"]
SignedAt = Literal["desk", "resident-app", "doctor-app"]
EndReason = Literal[
    "moved-out",
    "died",
    "lost-to-follow-up",
    "unreachable-one-year",
    "refused-service",
    "refused-one-year",
    "own-wish",
    "re-sign",
    "invoice-void",
    "other",
]
"""Why a contract ends early: the two lists in the field, as one (A1.7)."""

TransferReason = Literal["doctor-left", "moved", "own-wish"]
AccountEntry = Literal["payment", "settlement", "refund"]
"""What stands in the account of a term."""

OverrideReason = Literal["no-other-team-near", "household-together", "successor-of-a-doctor", "other"]
"""Why a full team takes one more resident [GK]."""


@command
class DraftContract:
    """Draft a contract; a draft binds nobody."""

    contract_id: str
    resident_id: str
    team_id: str
    institution_ids: tuple[str, ...] = ()
    package: str = "basic"


@command
class DiscardDraft:
    """Discard a draft."""

    contract_id: str


@command
class SignContract:
    """Sign a resident with a team, as drafted or at once.

    `institution_ids` are the hospitals chosen in addition to the team's own institution (1+1+1), in their order.
    `doctor_id` and `nurse_id` default to those whom the fewest of the team's contracts name. A full team takes one
    more only if `override_by` names the person who allows it and `override_reason` the reason. A signature of long ago
    needs a `late_reason` and another person who allows its record (`allowed_by`).
    """

    contract_id: str
    resident_id: str
    team_id: str
    institution_ids: tuple[str, ...] = ()
    signed_on: date
    starts_on: date
    term_months: int | None = None
    package: str = "basic"
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"
    agreement_read: bool
    doctor_id: str | None = None
    nurse_id: str | None = None
    override_by: str | None = None
    override_reason: OverrideReason | None = None
    late_reason: str | None = None
    allowed_by: str | None = None


@command
class RenewContract:
    """Sign a new term that begins the day after the present one ends, or the term that is deemed renewed."""

    contract_id: str
    signed_on: date
    term_months: int | None = None
    package: str | None = None
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"
    agreement_read: bool


@command
class TransferContract:
    """Move a contract to another team from today on, with the resident's consent (A1.6).

    The supplementary agreement is signed today by default; `override_by` is as in `SignContract`.
    """

    contract_id: str
    team_id: str
    consent: bool
    reason: TransferReason = "own-wish"
    signed_on: date | None = None
    signed_by: Signer = "resident"
    signed_at: SignedAt = "desk"
    override_by: str | None = None
    override_reason: OverrideReason | None = None


@command
class TerminateContract:
    """End a contract before its term is over, after its last day.

    `since` is the day since which the resident was unreachable or refused service; both sides sign an end by choice.
    """

    contract_id: str
    last_day: date
    reason: EndReason
    since: date | None = None
    both_signed: bool = False


@command
class ExpireContract:
    """Record that a contract's term is over: it expires, or is deemed renewed where the city does so."""

    contract_id: str


@command
class PayPackage:
    """Record that a payer paid its share of a term's package, by default the newest term's."""

    contract_id: str
    payer: Payer
    paid_on: date
    term: int | None = None


@command
class SettlePackage:
    """Settle the resident's payment for a term against the used services."""

    contract_id: str
    settled_on: date
    term: int | None = None


@command
class RefundPackage:
    """Record that the resident got back the unused part of the payment."""

    contract_id: str
    refunded_on: date
    term: int | None = None


@command
class ConsumeEntitlement:
    """Record a service of the kind `item` under a contract; `to_norm`: inside its own window."""

    contract_id: str
    item: str
    service_id: str
    served_on: date
    to_norm: bool = True


@command
class SignOffContract:
    """Sign off a contract's history up to now: an auditor says whether it was in order, and why."""

    contract_id: str
    verdict: SignOffVerdict
    reason: SignOffReason


@command
class ReturnEntitlement:
    """Take back a service that was counted by mistake, or twice."""

    contract_id: str
    service_id: str
    reason: str


@command
class AnnulPackageEntry:
    """Annul the payment of a payer, the settlement or the refund of a term, by default of the newest."""

    contract_id: str
    entry: AccountEntry
    payer: Payer | None = None
    term: int | None = None
    reason: str
    allowed_by: str | None = None


@command
class AnnulContract:
    """Annul a contract that was signed by mistake: it never held."""

    contract_id: str
    reason: str
    allowed_by: str | None = None


@command
class ReinstateContract:
    """Let a contract run again that was ended by mistake; only one that ended by `ended_by` if given."""

    contract_id: str
    reason: str
    allowed_by: str | None = None
    ended_by: EndReason | None = None


@command
class CorrectContractEnd:
    """Correct the last day of a contract that was ended early; only one that ended by `ended_by` if given."""

    contract_id: str
    last_day: date
    reason: str
    allowed_by: str | None = None
    ended_by: EndReason | None = None


@command
class CorrectSigning:
    """Correct the days, the length or the package of the newest term; what is not given stays."""

    contract_id: str
    signed_on: date | None = None
    starts_on: date | None = None
    term_months: int | None = None
    package: str | None = None
    reason: str
    allowed_by: str | None = None


@command
class MoveContract:
    """Move a contract that was signed for the wrong resident to the right one."""

    contract_id: str
    resident_id: str
    reason: str
    allowed_by: str | None = None


ContractCommand = (
    DraftContract
    | DiscardDraft
    | SignContract
    | RenewContract
    | TransferContract
    | TerminateContract
    | ExpireContract
    | PayPackage
    | SettlePackage
    | RefundPackage
    | ConsumeEntitlement
    | SignOffContract
    | ReturnEntitlement
    | AnnulPackageEntry
    | AnnulContract
    | ReinstateContract
    | CorrectContractEnd
    | CorrectSigning
    | MoveContract
)
