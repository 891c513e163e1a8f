"""Reactions to corrections: what followed from a mistake is undone, done again, or listed for a person.

docs/records.md shows the table: mistake by what follows.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from domain.care_plan.commands import (
    CancelCare,
    CancelCause,
    CorrectCareTask,
    EndCare,
    MoveCareEnd,
    PlanBedCare,
    RecordFailedAttempt,
    ReinstateCare,
    ReopenCareTask,
    ReplanContractCare,
)
from domain.care_plan.events import CareEndMoved, CareReinstated, CareTaskCorrected, CareTaskReopened
from domain.contract.commands import ConsumeEntitlement, CorrectContractEnd, ReinstateContract, ReturnEntitlement
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    SigningCorrected,
)
from domain.family_bed.commands import AnnulRound, RecordRound, ReopenBed
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.local_time import local_day
from domain.resident.commands import Departure
from domain.resident.events import DepartureAnnulled, DepartureCorrected
from domain.visit.commands import ReinstateVisit, RequestVisitAgain
from domain.visit.correction_events import VisitAnnulled, VisitCorrected, VisitNotMade

Commands = Iterator[object]


def when_departure_annulled_reinstate_what_ended(event: DepartureAnnulled) -> Commands:
    """Somebody who is there is owed what they were owed."""
    yield ReinstateCare(
        resident_id=event.resident_id,
        cause=event.departure,
        last_day=event.last_day,
        reason=event.reason,
        allowed_by=event.allowed_by,
    )


def when_departure_corrected_move_what_ended(event: DepartureCorrected) -> Commands:
    """What ended with a departure ended on the right day."""
    yield MoveCareEnd(
        resident_id=event.resident_id,
        cause=event.departure,
        was_last_day=event.was_last_day,
        last_day=event.last_day,
        reason=event.reason,
        allowed_by=event.allowed_by,
    )


def when_care_end_moved_move_each_part_of_it(event: CareEndMoved) -> Commands:
    """Contracts first; a later day gives visits back, and what is left after it ends."""
    for contract_id in event.contract_ids:
        yield CorrectContractEnd(
            contract_id=contract_id,
            last_day=event.last_day,
            reason=event.reason,
            allowed_by=event.allowed_by,
            ended_by=departure_of(event.cause),
        )
    if event.last_day > event.was_last_day:
        for visit_id in event.visit_ids:
            yield ReinstateVisit(visit_id=visit_id, reason=event.reason, causes=(departure_of(event.cause),))
    yield EndCare(resident_id=event.resident_id, last_day=event.last_day, cause=event.cause)


def departure_of(cause: CancelCause) -> Departure:
    """Return the departure that is the cause of an end."""
    return "died" if cause == "died" else "moved-out"


def when_care_reinstated_reinstate_each_part_of_it(event: CareReinstated) -> Commands:
    """Contracts and beds first: a visit rests on them."""
    for contract_id in event.contract_ids:
        yield ReinstateContract(
            contract_id=contract_id,
            reason=event.reason,
            allowed_by=event.allowed_by,
            ended_by=departure_of(event.cause),
        )
    for bed_id in event.family_bed_ids:
        yield ReopenBed(
            family_bed_id=bed_id,
            reason=event.reason,
            allowed_by=event.allowed_by,
            outcome="died" if event.cause == "died" else "other",
        )
    for visit_id in event.visit_ids:
        yield ReinstateVisit(visit_id=visit_id, reason=event.reason, causes=(departure_of(event.cause),))


def when_contract_corrected_plan_its_care_again(
    event: ContractReinstated | ContractEndCorrected | SigningCorrected | ContractMovedToResident,
) -> Commands:
    """The newest term owes what it owes by its right days, groups and resident."""
    yield ReplanContractCare(resident_id=event.resident_id, contract_id=event.contract_id)


def when_contract_never_held_cancel_its_care(event: ContractAnnulled | ContractMovedToResident) -> Commands:
    """A contract that was signed by mistake, or for somebody else, owes nothing."""
    yield CancelCare(
        resident_id=event.from_resident_id if isinstance(event, ContractMovedToResident) else event.resident_id,
        source_id=event.contract_id,
        last_day=event.starts_on - timedelta(days=1),
        cause="contract-over",
    )


def when_contract_end_corrected_cancel_what_is_left(event: ContractEndCorrected) -> Commands:
    """No care is owed after the right last day, be it over or still to come."""
    gone = event.end_reason
    yield CancelCare(
        resident_id=event.resident_id,
        source_id=event.contract_id,
        last_day=event.last_day,
        cause="died" if gone == "died" else "moved-out" if gone == "moved-out" else "contract-over",
    )


def when_visit_never_was_undo_what_it_did(event: VisitAnnulled | VisitNotMade) -> Commands:
    """Its task is owed again, its round was not made, and it used no entitlement."""
    if event.care_task_id is not None:
        yield ReopenCareTask(resident_id=event.resident_id, care_task_id=event.care_task_id, reason=event.reason)
    if event.family_bed_id is not None:
        yield AnnulRound(family_bed_id=event.family_bed_id, visit_id=event.visit_id, reason=event.reason)
    if event.care_task_id is None and event.contract_id is not None:
        yield ReturnEntitlement(contract_id=event.contract_id, service_id=event.visit_id, reason=event.reason)


def when_visit_never_was_request_it_again(event: VisitAnnulled | VisitNotMade) -> Commands:
    """A missed visit is requested again, and so is that of a task that is still owed."""
    task = event.care_task_id
    if isinstance(event, VisitNotMade) and task is not None and event.missed == "nobody-home":
        yield RecordFailedAttempt(resident_id=event.resident_id, care_task_id=task, attempt=event.attempt)
    if isinstance(event, VisitNotMade) or task is not None:
        yield RequestVisitAgain(visit_id=event.visit_id)


def when_visit_corrected_correct_what_it_did(event: VisitCorrected) -> Commands:
    """The task and the round have the right findings, and the entitlement the right day."""
    done_on, was_done_on = local_day(event.left_at), local_day(event.was_left_at)
    if event.care_task_id is not None:
        yield CorrectCareTask(
            resident_id=event.resident_id,
            care_task_id=event.care_task_id,
            done_on=done_on,
            findings=event.findings,
            measured=event.measured,
            reason=event.reason,
        )
    if event.family_bed_id is not None:
        yield AnnulRound(family_bed_id=event.family_bed_id, visit_id=event.visit_id, reason=event.reason)
        yield RecordRound(
            family_bed_id=event.family_bed_id,
            visit_id=event.visit_id,
            made_at=event.entered_at,
            member_ids=event.member_ids,
            findings=event.findings,
            measured=event.measured,
            kind=event.purpose or "bed-round",
        )
    of_its_own = event.care_task_id is None and event.family_bed_id is None
    if of_its_own and event.contract_id is not None and done_on != was_done_on:
        yield ReturnEntitlement(contract_id=event.contract_id, service_id=event.visit_id, reason=event.reason)
        yield ConsumeEntitlement(
            contract_id=event.contract_id, item=event.purpose, service_id=event.visit_id, served_on=done_on
        )


def when_care_task_reopened_return_its_entitlement(event: CareTaskReopened) -> Commands:
    """A service that was not given uses nothing."""
    if event.contract_id is not None:
        yield ReturnEntitlement(contract_id=event.contract_id, service_id=event.care_task_id, reason=event.reason)


def when_care_task_corrected_count_its_service_again(event: CareTaskCorrected) -> Commands:
    """A service of another day may be of another term, and to the norm or not."""
    if event.contract_id is not None and event.done_on != event.was_done_on:
        yield ReturnEntitlement(contract_id=event.contract_id, service_id=event.care_task_id, reason=event.reason)
        yield ConsumeEntitlement(
            contract_id=event.contract_id,
            item=event.kind,
            service_id=event.care_task_id,
            served_on=event.done_on,
            to_norm=event.days_late == 0,
        )


def when_bed_corrected_plan_its_next_rounds(event: BedRoundAnnulled | BedDaysCorrected | BedReopened) -> Commands:
    """An open bed owes rounds, counted from those that were made."""
    yield PlanBedCare(resident_id=event.resident_id, family_bed_id=event.family_bed_id)


def when_bed_never_opened_cancel_its_rounds(event: BedOpeningAnnulled) -> Commands:
    """A bed that is not open owes no rounds."""
    yield CancelCare(
        resident_id=event.resident_id,
        source_id=event.family_bed_id,
        last_day=event.opened_on - timedelta(days=1),
        cause="bed-closed",
    )


CORRECTIONS: dict[type, tuple[Callable[[Any], Iterable[object]], ...]] = {
    DepartureAnnulled: (when_departure_annulled_reinstate_what_ended,),
    DepartureCorrected: (when_departure_corrected_move_what_ended,),
    CareReinstated: (when_care_reinstated_reinstate_each_part_of_it,),
    CareEndMoved: (when_care_end_moved_move_each_part_of_it,),
    ContractAnnulled: (when_contract_never_held_cancel_its_care,),
    ContractReinstated: (when_contract_corrected_plan_its_care_again,),
    ContractEndCorrected: (
        when_contract_corrected_plan_its_care_again,
        when_contract_end_corrected_cancel_what_is_left,
    ),
    VisitAnnulled: (when_visit_never_was_undo_what_it_did, when_visit_never_was_request_it_again),
    VisitNotMade: (when_visit_never_was_undo_what_it_did, when_visit_never_was_request_it_again),
    VisitCorrected: (when_visit_corrected_correct_what_it_did,),
    CareTaskReopened: (when_care_task_reopened_return_its_entitlement,),
    CareTaskCorrected: (when_care_task_corrected_count_its_service_again,),
    BedRoundAnnulled: (when_bed_corrected_plan_its_next_rounds,),
    BedDaysCorrected: (when_bed_corrected_plan_its_next_rounds,),
    BedReopened: (when_bed_corrected_plan_its_next_rounds,),
    BedOpeningAnnulled: (when_bed_never_opened_cancel_its_rounds,),
    SigningCorrected: (when_contract_corrected_plan_its_care_again,),
    ContractMovedToResident: (
        when_contract_never_held_cancel_its_care,
        when_contract_corrected_plan_its_care_again,
    ),
}
"""Reactions by the class of the correction that they follow."""
