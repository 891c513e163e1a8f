"""Reactions to ends: nothing that was open stays open after a death, a move, the end of a contract or bed, or at home
during a stay in hospital. docs/ends.md shows the table: cause by what follows.

The care plan decides once what is concerned and lists it in one event; each visit, contract, bed and referral then ends
by its own decision.
"""

from collections.abc import Iterator

from domain.care_plan.commands import CancelCare, CancelCause, EndCare, MoveCare, PauseCare, ResumeCare
from domain.care_plan.events import CareResumed, OpenCareEnded, OpenVisitsMoved
from domain.contract.commands import TerminateContract
from domain.contract.events import ContractExpired, ContractTerminated, ContractTransferred
from domain.family_bed.commands import EndBed, ReturnBedFromHospital, TransferBedToHospital
from domain.family_bed.events import BedClosed, BedReturnedFromHospital, BedTransferredToHospital
from domain.referral.commands import EndReferral
from domain.referral.events import ReferralAdmitted, ReferralDischarged, ReferralReferredDown, ReferralReturned
from domain.resident.commands import RecordDeparture
from domain.resident.events import ResidentDeparted
from domain.visit.commands import CancelReason, EndVisit, HandOverVisit

Commands = Iterator[object]

VISIT_REASONS: dict[CancelCause, CancelReason] = {
    "contract-over": "contract-over",
    "bed-closed": "bed-closed",
    "in-hospital": "in-hospital",
    "died": "died",
    "moved-out": "moved-out",
    "group-changed": "group-changed",
    "consent-declined": "consent-declined",
}
"""What a visit's cancellation says for the cause of a task's."""


def visit_reason(cause: CancelCause) -> CancelReason:
    """Return the reason of a visit's cancellation."""
    return VISIT_REASONS.get(cause, "no-longer-needed")


def when_resident_departed_end_their_care(event: ResidentDeparted) -> Commands:
    """Nobody visits somebody who died or moved away."""
    yield EndCare(resident_id=event.resident_id, last_day=event.last_day, cause=event.reason)


def when_contract_ended_for_good_record_the_departure(event: ContractTerminated) -> Commands:
    """A contract that ends by death or a move tells of the resident, not only of the paper."""
    if event.reason == "died" or event.reason == "moved-out":
        yield RecordDeparture(resident_id=event.resident_id, reason=event.reason, last_day=event.last_day)


def when_bed_closed_by_death_record_it(event: BedClosed) -> Commands:
    """A bed that is closed because its resident died tells of the resident."""
    if event.outcome == "died":
        yield RecordDeparture(resident_id=event.resident_id, reason="died", last_day=event.closed_on)


def when_contract_ended_cancel_its_care(event: ContractTerminated | ContractExpired) -> Commands:
    """No care is owed after the last day."""
    gone = event.reason if isinstance(event, ContractTerminated) and event.reason in {"died", "moved-out"} else None
    yield CancelCare(
        resident_id=event.resident_id,
        source_id=event.contract_id,
        last_day=event.last_day,
        cause="died" if gone == "died" else "moved-out" if gone == "moved-out" else "contract-over",
    )


def when_contract_transferred_move_its_care(event: ContractTransferred) -> Commands:
    """The successor team takes over the open care tasks and visits."""
    yield MoveCare(resident_id=event.resident_id, contract_id=event.contract_id)


def when_bed_closed_cancel_its_rounds(event: BedClosed) -> Commands:
    """A closed bed owes no rounds."""
    yield CancelCare(
        resident_id=event.resident_id,
        source_id=event.family_bed_id,
        last_day=event.closed_on,
        cause="died" if event.outcome == "died" else "bed-closed",
    )


def when_bed_resident_is_in_hospital_cancel_its_rounds(event: BedTransferredToHospital) -> Commands:
    """The resident is not at home; the return plans rounds again."""
    yield CancelCare(
        resident_id=event.resident_id,
        source_id=event.family_bed_id,
        last_day=event.transferred_on,
        cause="in-hospital",
    )


def when_resident_is_in_hospital_pause_their_care(event: BedTransferredToHospital | ReferralAdmitted) -> Commands:
    """A resident in hospital is not at home for anybody, whatever the visit rests on."""
    since = event.admitted_on if isinstance(event, ReferralAdmitted) else event.transferred_on
    yield PauseCare(resident_id=event.resident_id, since=since, referral_id=event.referral_id)


WayBack = BedReturnedFromHospital | ReferralDischarged | ReferralReferredDown | ReferralReturned


def when_resident_is_back_resume_their_care(event: WayBack) -> Commands:
    """What the stay in hospital cancelled, and can still be done in time, is owed again."""
    match event:
        case ReferralDischarged():
            day = event.discharged_on
        case ReferralReferredDown():
            day = event.referred_down_on
        case _:
            day = event.returned_on
    yield ResumeCare(resident_id=event.resident_id, returned_on=day)


def when_open_care_ended_end_each_part_of_it(event: OpenCareEnded) -> Commands:
    """Visits first, so that they tell this cause; then contracts, beds and referrals."""
    source = None if event.cause == "in-hospital" else event.source_id
    for visit_id in event.visit_ids:
        yield EndVisit(visit_id=visit_id, last_day=event.last_day, cause=visit_reason(event.cause), source_id=source)
    for contract_id in event.contract_ids:
        yield TerminateContract(
            contract_id=contract_id, last_day=event.last_day, reason="died" if event.cause == "died" else "moved-out"
        )
    for bed_id in event.family_bed_ids:
        if event.cause == "in-hospital":
            yield TransferBedToHospital(
                family_bed_id=bed_id, transferred_on=event.last_day, referral_id=event.source_id
            )
        else:
            yield EndBed(
                family_bed_id=bed_id, last_day=event.last_day, outcome="died" if event.cause == "died" else "other"
            )
    for referral_id in event.referral_ids:
        yield EndReferral(
            referral_id=referral_id,
            reason="died" if event.cause == "died" else "moved-out" if event.cause == "moved-out" else "contract-over",
            last_day=event.last_day,
            source_id=source,
        )


def when_care_resumed_return_the_bed(event: CareResumed) -> Commands:
    """The bed that the stay in hospital suspended gives care again."""
    for bed_id in event.family_bed_ids:
        yield ReturnBedFromHospital(family_bed_id=bed_id, returned_on=event.returned_on)


def when_open_visits_moved_hand_over_each(event: OpenVisitsMoved) -> Commands:
    """A visit under the contract goes to its present team, to the doctor and the nurse whom the contract names."""
    for visit_id in event.visit_ids:
        yield HandOverVisit(
            visit_id=visit_id,
            team_id=event.team_id,
            contract_id=event.contract_id,
            doctor_id=event.doctor_id,
            nurse_id=event.nurse_id,
        )
