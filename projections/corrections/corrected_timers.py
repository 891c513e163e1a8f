"""Timers after corrections: what falls due by the right days."""

from collections.abc import Iterator
from datetime import date

from domain.care_plan.commands import MissCareTask
from domain.care_plan.events import CareReinstated, CareTaskReopened, ContractTakenUp
from domain.contract.commands import ExpireContract
from domain.contract.correction_events import ContractAnnulled, ContractReinstated, SigningCorrected
from domain.family_bed.commands import Overdue, ReportBedOverdue
from domain.family_bed.correction_events import BedDaysCorrected, BedOpeningAnnulled, BedReopened, BedRoundAnnulled
from domain.resident.commands import ReviewKeyGroups
from domain.resident.events import DepartureAnnulled
from domain.visit.commands import MissVisit
from domain.visit.correction_events import VisitReinstated
from projections.changes import Change
from projections.corrections.timer_rows import TIMERS_V1, end_of, moment_of, timer

CorrectedContract = ContractAnnulled | ContractReinstated | SigningCorrected
CorrectedBed = BedRoundAnnulled | BedOpeningAnnulled | BedDaysCorrected | BedReopened
CorrectedCare = CareReinstated | CareTaskReopened | ContractTakenUp
CorrectedEvent = CorrectedContract | DepartureAnnulled | CorrectedCare | VisitReinstated | CorrectedBed


def corrected(event: CorrectedEvent) -> Iterator[Change]:
    """Set and take away timers after a correction.

    A term that is taken up again was not announced to end, nor is a departure that was annulled.
    """
    match event:
        case ContractReinstated() | SigningCorrected() | ContractAnnulled():
            yield of_contract(event)
        case ContractTakenUp():
            yield TIMERS_V1.drop(f"care-over:{event.resident_id}:{event.contract_id}")
        case CareTaskReopened():
            lost = MissCareTask(resident_id=event.resident_id, care_task_id=event.care_task_id)
            yield timer(f"lost:{event.care_task_id}", end_of(event.lost_after), lost)
        case CareReinstated():
            yield TIMERS_V1.drop(f"care-over:{event.resident_id}:{event.cause}")
        case DepartureAnnulled():
            timer_id = f"group:{event.resident_id}:elder"
            if event.elder_on is None:
                yield TIMERS_V1.drop(timer_id)
            else:
                review = ReviewKeyGroups(resident_id=event.resident_id)
                yield timer(timer_id, moment_of(event.elder_on, 0), review)
        case VisitReinstated():
            miss = MissVisit(visit_id=event.visit_id, reason="window-passed")
            yield timer(f"visit-over:{event.visit_id}", end_of(event.window_to), miss)
        case _:
            yield from of_bed(event)


def of_contract(event: CorrectedContract) -> Change:
    """Let a contract that runs again, or for other days, expire by itself."""
    timer_id = f"expire:{event.contract_id}"
    if isinstance(event, ContractAnnulled) or (isinstance(event, ContractReinstated) and event.end_reason is not None):
        return TIMERS_V1.drop(timer_id)
    return timer(timer_id, end_of(event.ends_on), ExpireContract(contract_id=event.contract_id))


def of_bed(event: CorrectedBed) -> Iterator[Change]:
    """Let the deadlines of a bed be those of its right days."""
    bed = event.family_bed_id
    deadlines: dict[Overdue, date | None] = {}
    match event:
        case BedRoundAnnulled():
            deadlines = {"first-round": event.first_round_by}
        case BedOpeningAnnulled():
            deadlines = {"first-round": None, "review": None, "cycle": None}
        case BedReopened():
            deadlines = {"review": event.review_by, "cycle": event.cycle_ends_on}
        case BedDaysCorrected(closed_on=None, extended=False):
            deadlines = {"cycle": event.cycle_ends_on}
    for what, due_on in deadlines.items():
        if due_on is None:
            yield TIMERS_V1.drop(f"bed-{what}:{bed}")
        else:
            report = ReportBedOverdue(family_bed_id=bed, what=what, due_on=due_on)
            yield timer(f"bed-{what}:{bed}", end_of(due_on), report)
