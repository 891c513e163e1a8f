"""Events that correct a contract; each carries what it replaces."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date

from domain.contract.commands import AccountEntry, EndReason
from domain.event import event
from domain.key_groups import KeyGroup
from domain.package import GrantedItem, Payer


@event("contract.entitlement_returned.v1")
class EntitlementReturned:
    """A service counts no longer: it was counted by mistake. `item` is None where the package did not grant it."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    item: str | None
    kind: str
    service_id: str
    served_on: date
    reason: str


@event("contract.package_entry_annulled.v1")
class PackageEntryAnnulled:
    """A payment, settlement or refund counts no longer; the amount, in fen, and the day are those that it had."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    package: str
    entry: AccountEntry
    payer: Payer | None
    amount_fen: int
    day: date
    reason: str
    allowed_by: str | None = None


@event("contract.annulled.v1")
class ContractAnnulled:
    """The contract was signed by mistake and never held; these were its days and its newest term."""

    contract_id: str
    resident_id: str
    team_id: str
    term: int
    starts_on: date
    ends_on: date
    reason: str
    allowed_by: str | None = None


@event("contract.reinstated.v1")
class ContractReinstated:
    """The contract runs until `ends_on`: its end, after `last_day`, was recorded by mistake.

    `end_reason` is the earlier notice that stands again, None where the whole term does; `sign_by` is that of a term
    that awaits its signature.
    """

    contract_id: str
    resident_id: str
    team_id: str
    starts_on: date
    last_day: date
    ends_on: date
    end_reason: EndReason | None
    term: int
    sign_by: date | None
    reason: str
    allowed_by: str | None = None


@event("contract.end_corrected.v1")
class ContractEndCorrected:
    """The contract ended after `last_day`, and not after `was_last_day`."""

    contract_id: str
    resident_id: str
    team_id: str
    was_last_day: date
    last_day: date
    end_reason: EndReason
    reason: str
    allowed_by: str | None = None


@event("contract.signing_corrected.v1")
class SigningCorrected:
    """The days, the length or the package of the newest term were recorded wrong; `was_` is what was recorded.

    `first_team_id` and `institution_id` are those of the first signature.
    """

    contract_id: str
    resident_id: str
    team_id: str
    first_team_id: str
    institution_id: str
    term: int
    signed_on: date
    starts_on: date
    ends_on: date
    package: str
    entitlements: tuple[GrantedItem, ...]
    package_guarded_until: date | None
    remind_on: date | None
    was_signed_on: date
    was_starts_on: date
    was_ends_on: date
    was_package: str
    reason: str
    allowed_by: str | None = None


@event("contract.moved_to_resident.v1")
class ContractMovedToResident:
    """The contract was signed for `from_resident_id` by mistake, and is that of `resident_id`.

    What it grants in its newest term follows the groups of the right resident.
    """

    contract_id: str
    resident_id: str
    from_resident_id: str
    team_id: str
    term: int
    starts_on: date
    ends_on: date
    package: str
    key_groups: tuple[KeyGroup, ...]
    entitlements: tuple[GrantedItem, ...]
    reason: str
    allowed_by: str | None = None


CorrectionEvent = (
    EntitlementReturned
    | PackageEntryAnnulled
    | ContractAnnulled
    | ContractReinstated
    | ContractEndCorrected
    | SigningCorrected
    | ContractMovedToResident
)
