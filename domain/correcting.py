"""Reactions to corrections: what followed from a mistake is undone, done again, or listed for a person.

docs/records.md shows the table: mistake by what follows.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from domain.care_plan.commands import CancelCare, CancelCause, EndCare, MoveCareEnd, ReinstateCare, ReplanContractCare
from domain.care_plan.events import CareEndMoved, CareReinstated
from domain.contract.commands import CorrectContractEnd, ReinstateContract
from domain.contract.correction_events import (
    ContractAnnulled,
    ContractEndCorrected,
    ContractMovedToResident,
    ContractReinstated,
    SigningCorrected,
)
from domain.resident.commands import Departure
from domain.resident.events import DepartureAnnulled, DepartureCorrected
from domain.visit.commands import ReinstateVisit

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
    SigningCorrected: (when_contract_corrected_plan_its_care_again,),
    ContractMovedToResident: (
        when_contract_never_held_cancel_its_care,
        when_contract_corrected_plan_its_care_again,
    ),
}
"""Reactions by the class of the correction that they follow."""
