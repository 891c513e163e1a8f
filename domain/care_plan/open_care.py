"""What is open for a resident when something ends: a life, a residence, a contract, a bed; or for a stay in hospital.

The care plan is the resident's own stream, so it decides once for everything that is open: its tasks, and what is
claimed for the resident by visits, beds and referrals. Claims are rows of the same transaction, so nothing that was
requested before is left out; what is requested afterwards is refused by its own decision.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from domain.care_plan.commands import CancelCare, CancelCause, EndCare, PauseCare, ResumeCare
from domain.care_plan.events import (
    CarePlanEvent,
    CareResumed,
    CareTaskScheduled,
    ContractLaidDown,
    OpenCareEnded,
)
from domain.care_plan.state import CarePlan, CareTask
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import free_id
from domain.care_plan.trip_sharing import due_alone
from domain.local_time import local_day
from domain.resident.state import Resident

AT_ONCE = frozenset({"died", "bed-closed", "in-hospital"})
"""Causes after which nothing that is open stays, not even on the last day."""


def end_care(
    command: EndCare,
    plan: CarePlan,
    *,
    now: datetime,
    resident: Resident,
    open_visits: tuple[str, ...],
    open_beds: tuple[str, ...],
    open_referrals: tuple[str, ...],
) -> list[CarePlanEvent]:
    """End everything that is open for a resident who died or moved away, or, for a move to come, after its last day."""
    today = local_day(now)
    to_come = is_to_come(command.last_day, command.cause, today)
    departed = resident.departed is not None
    over = [task for task in plan.tasks.values() if departed and is_over(task, command.last_day, command.cause, today)]
    contracts = tuple(
        dict.fromkeys(term.contract_id for term in plan.terms if departed and term.ends_on > command.last_day)
    )
    now_over = departed and not to_come
    ended = OpenCareEnded(
        resident_id=command.resident_id,
        cause=command.cause,
        last_day=command.last_day,
        source_id=None,
        to_come=to_come and departed,
        visit_ids=visits_after(plan, over, open_visits, command.last_day) if departed else (),
        contract_ids=contracts,
        family_bed_ids=with_those_of(plan, "family_bed", open_beds) if now_over else (),
        referral_ids=with_those_of(plan, "referral", open_referrals) if now_over else (),
    )
    laid_down = [
        ContractLaidDown(resident_id=command.resident_id, contract_id=contract_id, last_day=command.last_day)
        for contract_id in contracts
    ]
    return [*laid_down, *cancelled(plan, over, command.cause, today), *recorded_once(plan, ended)]


def cancel_care(
    command: CancelCare,
    plan: CarePlan,
    *,
    now: datetime,
    open_visits: tuple[str, ...],
    open_referrals: tuple[str, ...],
) -> list[CarePlanEvent]:
    """Cancel what a contract or bed owes after its last day, and end what is open under it; for a bed, all of it."""
    today = local_day(now)
    to_come = is_to_come(command.last_day, command.cause, today)
    over = [
        task
        for task in plan.tasks.values()
        if is_owed_under(task, command.source_id) and is_over(task, command.last_day, command.cause, today)
    ]
    laid_down = [
        ContractLaidDown(resident_id=command.resident_id, contract_id=command.source_id, last_day=command.last_day)
        for term in plan.terms[-1:]
        if term.contract_id == command.source_id and term.ends_on > command.last_day
    ]
    events = [*laid_down, *cancelled(plan, over, command.cause, today)]
    if command.cause == "in-hospital":
        return events
    left = [task for task in plan.tasks.values() if is_owed_under(task, command.source_id)]
    ended = OpenCareEnded(
        resident_id=command.resident_id,
        cause=command.cause,
        last_day=command.last_day,
        source_id=command.source_id,
        to_come=to_come and (bool(laid_down) or was_announced(plan, command.source_id)),
        visit_ids=visits_after(plan, over, open_visits, command.last_day, left),
        referral_ids=() if to_come or command.cause == "bed-closed" else open_referrals,
    )
    return [*events, *recorded_once(plan, ended)]


def pause_care(
    command: PauseCare, plan: CarePlan, *, now: datetime, open_visits: tuple[str, ...], open_beds: tuple[str, ...]
) -> list[CarePlanEvent]:
    """Cancel visits and due tasks at the home of a resident in hospital; no more falls due there until the return."""
    if plan.paused is not None:
        return []
    over = [task for task in plan.tasks.values() if task.scheduled.at_home and task.status in {"due", "planned"}]
    ended = OpenCareEnded(
        resident_id=command.resident_id,
        cause="in-hospital",
        last_day=command.since,
        source_id=command.referral_id,
        to_come=False,
        visit_ids=open_visits,
        family_bed_ids=open_beds,
    )
    return [*cancelled(plan, over, "in-hospital", local_day(now)), ended]


def resume_care(command: ResumeCare, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Owe a resident who is back at home again what was cancelled for the stay in hospital, if its window is not over.

    The bed's rounds are planned by the bed's return; a visit that somebody requested is requested again by a person.
    """
    if plan.paused is None:
        return []
    today = local_day(now)
    back = CareResumed(
        resident_id=command.resident_id, returned_on=command.returned_on, family_bed_ids=plan.paused.family_bed_ids
    )
    return [back, *again(plan, today)]


def again(plan: CarePlan, today: date) -> Iterable[CareTaskScheduled]:
    """Yield the tasks under contracts that were cancelled for the stay in hospital and can still be done in time."""
    for name, task in plan.tasks.items():
        planned = task.scheduled
        first = max(planned.window_from, today)
        if (
            task.cause == "in-hospital"
            and planned.source == "contract"
            and first <= planned.window_to
            and plan.term_on(first) is not None
            and (new := free_id(plan, name)) not in plan.tasks
        ):
            yield replace(planned, care_task_id=new, team_id=task.team_id)


def is_to_come(last_day: date, cause: CancelCause, today: date) -> bool:
    """Return whether the last day is not over yet, so that what stands until then stays."""
    return cause not in AT_ONCE and last_day >= today


def is_over(task: CareTask, last_day: date, cause: CancelCause, today: date) -> bool:
    """Return whether an open task cannot be done by the last day."""
    at_once = cause in AT_ONCE or last_day < today
    return task.is_open and (at_once or task.scheduled.window_from > last_day)


def is_owed_under(task: CareTask, source_id: str) -> bool:
    """Return whether a contract or bed owes a task; the follow-up of a referral is owed under its contract."""
    planned = task.scheduled
    return source_id in (planned.source_id, planned.contract_id)


def visits_after(
    plan: CarePlan,
    over: list[CareTask],
    open_visits: tuple[str, ...],
    last_day: date,
    left: Iterable[CareTask] | None = None,
) -> tuple[str, ...]:
    """Return the visits that may stand after the last day: those requested by hand, and those of tasks that stay."""
    gone = {task.scheduled.care_task_id for task in over}
    crossing = (
        task.scheduled.care_task_id
        for task in (plan.tasks.values() if left is None else left)
        if task.has_visit and task.scheduled.care_task_id not in gone and task.scheduled.window_to > last_day
    )
    return (*open_visits, *crossing)


def with_those_of(plan: CarePlan, source: str, held: tuple[str, ...]) -> tuple[str, ...]:
    """Return the beds or referrals that are held open, and those that still owe a task."""
    owing = (
        task.scheduled.source_id for task in plan.tasks.values() if task.is_open and task.scheduled.source == source
    )
    return tuple(dict.fromkeys((*held, *owing)))


def cancelled(plan: CarePlan, over: list[CareTask], cause: CancelCause, today: date) -> list[CarePlanEvent]:
    """Return the cancellations of tasks, and the tasks that shared their trips and are due alone now."""
    return [*(cancellation_of(task, cause) for task in over), *due_alone(plan, over, today)]


def recorded_once(plan: CarePlan, ended: OpenCareEnded) -> list[OpenCareEnded]:
    """Return the end, unless it was recorded with all of this, or there is nothing to end and nothing was announced."""
    same = [each for each in plan.ends if each.source_id == ended.source_id]
    if any(is_part_of(ended, each) for each in same):
        return []
    return [ended] if listed(ended) or ended.to_come or was_announced(plan, ended.source_id) else []


def was_announced(plan: CarePlan, source_id: str | None) -> bool:
    """Return whether an end was recorded while its last day was still to come."""
    return any(each.to_come and each.source_id == source_id for each in plan.ends)


def is_part_of(ended: OpenCareEnded, known: OpenCareEnded) -> bool:
    """Return whether a recorded end of the same cause and day lists all that this one does."""
    about = (known.cause, known.last_day, known.to_come)
    return about == (ended.cause, ended.last_day, ended.to_come) and listed(ended) <= listed(known)


def listed(ended: OpenCareEnded) -> frozenset[tuple[str, str]]:
    """Return all that an end lists, each by what it is and its id."""
    parts = (
        ("visit", ended.visit_ids),
        ("contract", ended.contract_ids),
        ("bed", ended.family_bed_ids),
        ("referral", ended.referral_ids),
    )
    return frozenset((what, each) for what, ids in parts for each in ids)
