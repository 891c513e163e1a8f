"""Which earlier event of the same stream a correction corrects.

No correction stores it: each carries what it replaces, which names the event.
"""

from collections.abc import Sequence

from domain.care_plan.events import (
    CareEndMoved,
    CareReinstated,
    CareTaskCorrected,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskReopened,
    OpenCareEnded,
)
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    EntitlementReturned,
    PackageEntryAnnulled,
    SigningCorrected,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractExpired,
    ContractRenewed,
    ContractSigned,
    ContractTerminated,
    EntitlementConsumed,
    PackagePaid,
    PackageRefunded,
    PackageSettled,
    ServedBeyondPackage,
)
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.family_bed.events import BedClosed, BedOpened, BedRoundRecorded
from domain.resident.events import DepartureAnnulled, DepartureCorrected, PersonalDetailsCorrected, ResidentDeparted
from domain.resident.events import ResidentRegistered as Registered
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade, VisitReinstated
from domain.visit.events import VisitCancelled, VisitCompleted

ENTRIES = {"payment": PackagePaid, "settlement": PackageSettled, "refund": PackageRefunded}
"""Which event each entry of a term's account is."""

Kinds = tuple[type, ...]


def corrected(correction: object, earlier: Sequence[object]) -> int | None:
    """Return the index of the event that a correction corrects: the newest that fits; None if it corrects none."""
    kinds, fields = sought(correction)
    for index in range(len(earlier) - 1, -1, -1):
        event = earlier[index]
        if isinstance(event, kinds) and all(getattr(event, each) == getattr(correction, each) for each in fields):
            return index
    return None


def sought(correction: object) -> tuple[Kinds, tuple[str, ...]]:
    """Return the kinds of events that an event may correct, and the fields in which the two agree; none: no kind."""
    match correction:
        case PersonalDetailsCorrected():
            return (Registered, PersonalDetailsCorrected), ()
        case DepartureAnnulled():
            return (ResidentDeparted,), ()
        case DepartureCorrected():
            return (ResidentDeparted, DepartureCorrected), ()
        case VisitReinstated():
            return (VisitCancelled,), ()
        case VisitAnnulled() | VisitNotMade() | VisitCorrected():
            return (VisitCompleted, VisitCorrected), ()
        case CareTaskCorrected() | CareTaskReopened():
            return (CareTaskDone, CareTaskDoneLate, CareTaskCorrected), ("care_task_id",)
        case CareReinstated() | CareEndMoved():
            return (OpenCareEnded, CareEndMoved), ("cause",)
        case BedRoundAnnulled():
            return (BedRoundRecorded,), ("visit_id",)
        case BedOpeningAnnulled():
            return (BedOpened,), ()
        case BedDaysCorrected():
            opened = correction.opened_on != correction.was_opened_on
            return (BedOpened if opened else BedClosed, BedDaysCorrected), ()
        case BedReopened():
            return (BedClosed,), ()
    return sought_of_contract(correction)


def sought_of_contract(correction: object) -> tuple[Kinds, tuple[str, ...]]:
    """Return the same for a correction of a contract."""
    match correction:
        case EntitlementReturned():
            return (EntitlementConsumed, ServedBeyondPackage), ("service_id",)
        case PackageEntryAnnulled():
            paid = correction.entry == "payment"
            return (ENTRIES[correction.entry],), ("term", "payer", "amount_fen") if paid else ("term",)
        case ContractAnnulled():
            return (ContractSigned,), ()
        case ContractReinstated():
            return (ContractTerminated, ContractExpired, ContractEndCorrected), ()
        case ContractEndCorrected():
            return (ContractTerminated, ContractExpired, ContractEndCorrected), ()
        case SigningCorrected():
            return (ContractSigned, ContractRenewed, ContractDeemedRenewed, SigningCorrected), ()
        case ContractMovedToResident():
            return (ContractSigned, ContractMovedToResident), ()
    return (), ()
