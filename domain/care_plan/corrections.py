"""Corrections of what care rests on: a contract whose days changed, and a departure that never was."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import reduce

from domain.care_plan.commands import LeaveAsEnded, MoveCareEnd, ReinstateCare, ReplanContractCare
from domain.care_plan.contract_care import is_of_rules, is_same_term, owed_by, still_owed, term_of
from domain.care_plan.events import (
    CareEndMoved,
    CarePlanEvent,
    CareReinstated,
    CareTaskScheduled,
    LeftAsEnded,
    OpenCareEnded,
)
from domain.care_plan.state import CarePlan, CareTask, evolve
from domain.care_plan.task_endings import cancellation_of
from domain.care_plan.tasks import free_id, new_and_open, open_of_kind
from domain.care_plan.trip_sharing import due_alone
from domain.contract.state import Contract
from domain.corrections import check_reason
from domain.decider import Refused
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident

OVER_WITH = frozenset({"contract-over", "died", "moved-out"})
"""Causes of cancelled tasks that are owed again where the end was a mistake."""


def replan_contract_care(
    command: ReplanContractCare,
    plan: CarePlan,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    resident: Resident,
) -> list[CarePlanEvent]:
    """Follow a corrected contract: cancel what its newest term owes no longer, and owe what it does.

    What an end cancelled by mistake, and can still be done in time, is owed again.
    """
    if contract.signed is None or contract.signed.resident_id != command.resident_id or contract.ended == "annulled":
        return []
    term, today = term_of(command.resident_id, command.contract_id, contract), local_day(now)
    changed = [] if any(is_same_term(old, term) for old in plan.terms) else [term]
    plan = reduce(evolve, changed, plan)
    owed = owed_by(pack.care, resident, term, pack, today)
    windows = {(task.kind, task.window_from, task.window_to) for task, _ in owed}
    chains = {task.kind for task, chained in owed if chained}
    over = [
        task
        for task in plan.tasks.values()
        if task.is_open
        and task.scheduled.contract_id == command.contract_id
        and is_of_rules(task, pack.care)
        and (term.term == 1 or task.scheduled.window_from >= term.starts_on)
        and not (still_owed(task, windows, chains, resident) and is_inside(task, term.starts_on, term.ends_on))
    ]
    ended = [cancellation_of(task, "record-corrected") for task in over]
    plan = reduce(evolve, ended, plan)
    back = [
        task
        for was, task in again(plan, command.contract_id, today)
        if not is_of_rules(was, pack.care) or still_owed(was, windows, chains, resident)
    ]
    plan = reduce(evolve, back, plan)
    new = [task for task, chained in owed if not (chained and open_of_kind(plan, task.kind))]
    return [*changed, *ended, *due_alone(plan, over, today), *back, *new_and_open(plan, new, today)]


def is_inside(task: CareTask, first: date, last: date) -> bool:
    """Return whether a task's window begins inside a term."""
    return first <= task.scheduled.window_from <= last


def again(plan: CarePlan, contract_id: str, today: date) -> Iterable[tuple[CareTask, CareTaskScheduled]]:
    """Yield each task that an end cancelled and that can still be done inside a contract's terms, and the new one."""
    for name, task in plan.tasks.items():
        planned = task.scheduled
        first = max(planned.window_from, today)
        term = plan.term_on(first)
        if (
            task.cause in OVER_WITH
            and planned.contract_id == contract_id
            and first <= planned.window_to
            and term is not None
            and term.contract_id == contract_id
            and (new := free_id(plan, name)) not in plan.tasks
        ):
            yield task, replace(planned, care_task_id=new, team_id=term.team_id)


def reinstate_care(command: ReinstateCare, plan: CarePlan, *, resident: Resident) -> list[CarePlanEvent]:
    """List once all that may have ended with a departure that never was, so that each part goes on if it can.

    Of somebody who moved away instead only the contracts: they end with the move.
    """
    if plan.reinstated is not None:
        return []
    ends = [each for each in plan.ends if each.cause == command.cause]
    there = resident.departed is None
    return [
        CareReinstated(
            resident_id=command.resident_id,
            cause=command.cause,
            last_day=command.last_day,
            visit_ids=each_once(visit for end in ends for visit in end.visit_ids) if there else (),
            contract_ids=contracts_of(plan, ends, command.last_day),
            family_bed_ids=beds_of(plan, ends) if there else (),
            referral_ids=referrals_of(plan, ends) if there else (),
            reason=command.reason,
            allowed_by=command.allowed_by,
        )
    ]


def move_care_end(command: MoveCareEnd, plan: CarePlan, *, resident: Resident) -> list[CarePlanEvent]:
    """List once all that may have ended with a departure, so that it ends on the right day."""
    if resident.departed is None or resident.departed.last_day != command.last_day:
        return []
    ends = [each for each in plan.ends if each.cause == command.cause]
    moved = CareEndMoved(
        resident_id=command.resident_id,
        cause=command.cause,
        was_last_day=command.was_last_day,
        last_day=command.last_day,
        visit_ids=each_once(visit for end in ends for visit in end.visit_ids),
        contract_ids=contracts_of(plan, ends, command.was_last_day),
        family_bed_ids=beds_of(plan, ends),
        reason=command.reason,
        allowed_by=command.allowed_by,
    )
    known = plan.end_moved
    again = known is not None and (known.was_last_day, known.last_day) == (moved.was_last_day, moved.last_day)
    return [] if again else [moved]


def contracts_of(plan: CarePlan, ends: list[OpenCareEnded], last_day: date) -> tuple[str, ...]:
    """Return the contracts that ended with a departure after a day."""
    listed = (each for end in ends for each in end.contract_ids)
    return each_once([*listed, *(term.contract_id for term in plan.terms if term.ends_on == last_day)])


def beds_of(plan: CarePlan, ends: list[OpenCareEnded]) -> tuple[str, ...]:
    """Return the beds that may have ended with a departure."""
    return each_once([*(bed for end in ends for bed in end.family_bed_ids), *sources(plan, "family_bed")])


def referrals_of(plan: CarePlan, ends: list[OpenCareEnded]) -> tuple[str, ...]:
    """Return the referrals that may have ended with a departure."""
    return each_once([*(each for end in ends for each in end.referral_ids), *sources(plan, "referral")])


def each_once(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids in their order, each once."""
    return tuple(dict.fromkeys(ids))


def sources(plan: CarePlan, source: str) -> list[str]:
    """Return the beds or referrals that ever owed a task."""
    return [task.scheduled.source_id for task in plan.tasks.values() if task.scheduled.source == source]


def leave_as_ended(command: LeaveAsEnded, plan: CarePlan) -> list[CarePlanEvent]:
    """Take a part off the list of what a person still has to look at."""
    if any((each.part, each.part_id) == (command.part, command.part_id) for each in plan.left):
        return []
    if (command.part, command.part_id) not in parts_of(plan.reinstated):
        raise Refused("part-not-listed", part=command.part, id=command.part_id)
    check_reason(command.reason)
    return [
        LeftAsEnded(resident_id=command.resident_id, part=command.part, part_id=command.part_id, reason=command.reason)
    ]


def parts_of(reinstated: CareReinstated | None) -> frozenset[tuple[str, str]]:
    """Return all that a reinstatement lists, each by what it is and its id."""
    if reinstated is None:
        return frozenset()
    parts = (
        ("visit", reinstated.visit_ids),
        ("contract", reinstated.contract_ids),
        ("family-bed", reinstated.family_bed_ids),
        ("referral", reinstated.referral_ids),
    )
    return frozenset((what, each) for what, ids in parts for each in ids)
