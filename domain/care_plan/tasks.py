"""Common parts of scheduled care tasks of contracts, beds and referrals."""

from dataclasses import replace
from datetime import date, timedelta

from domain.care_plan.events import CarePlanEvent, CareTaskScheduled, ContractTakenUp
from domain.care_plan.schedule import Days
from domain.care_plan.state import CarePlan, CareTask
from domain.decider import Refused
from domain.policy_pack import CareRule, PolicyPack
from domain.visit.commands import Need
from domain.visit.request import alternative_roles

OWED_AGAIN = frozenset({"group-changed", "in-hospital", "record-corrected", "contract-over", "died", "moved-out"})
"""Tasks cancelled for these causes may be owed again, as new tasks; after an end only where that was a mistake."""


def needs_of(
    roles: tuple[str, ...], minutes: tuple[int, ...], doctor_id: str | None, nurse_id: str | None
) -> tuple[Need, ...]:
    """Return one need per role; the contract's or bed's doctor and nurse are named."""
    return tuple(
        Need(roles=either, minutes=length, named_id=named_member(either, doctor_id, nurse_id))
        for either, length in zip(map(alternative_roles, roles), minutes, strict=True)
    )


def named_member(roles: tuple[str, ...], doctor_id: str | None, nurse_id: str | None) -> str | None:
    """Return the member named for a need of these roles."""
    return {"gp": doctor_id, "nurse": nurse_id}.get(roles[0])


def new_and_open(plan: CarePlan, tasks: list[CareTaskScheduled], today: date) -> list[CarePlanEvent]:
    """Return the tasks that are new and whose window is not over.

    A task that was cancelled and is owed again gets the next free id.
    """
    first_named = {task.care_task_id: task for task in reversed(tasks)}
    renamed = [replace(task, care_task_id=free_id(plan, name)) for name, task in reversed(first_named.items())]
    return [task for task in renamed if task.care_task_id not in plan.tasks and task.window_to >= today]


def free_id(plan: CarePlan, name: str) -> str:
    """Return a task's id, or the next one where the task of that id was cancelled and may be owed again."""
    number, last = 1, name
    while last in plan.tasks and plan.tasks[last].cause in OWED_AGAIN:
        number += 1
        last = f"{name}.{number}"
    return last


def open_of_kind(plan: CarePlan, kind: str) -> list[CareTask]:
    """Return the open tasks of a kind."""
    return [task for task in plan.tasks.values() if task.scheduled.kind == kind and task.is_open]


def require_task(plan: CarePlan, care_task_id: str) -> CareTask:
    """Return the task; refuse an unknown one."""
    if care_task_id not in plan.tasks:
        raise Refused("care-task-unknown", task=care_task_id)
    return plan.tasks[care_task_id]


def task_of(
    rule: CareRule,
    care_task_id: str,
    window: Days,
    term: ContractTakenUp,
    pack: PolicyPack,
    *,
    homebound: bool,
    because: str | None = None,
) -> CareTaskScheduled:
    """Return one service of a rule under a term, at home for homebound residents."""
    return CareTaskScheduled(
        resident_id=term.resident_id,
        care_task_id=care_task_id,
        kind=rule.kind,
        source="contract",
        source_id=term.contract_id,
        contract_id=term.contract_id,
        family_bed_id=None,
        team_id=term.team_id,
        needs=needs_of(rule.roles, (rule.minutes,) * len(rule.roles), term.doctor_id, term.nurse_id),
        sync="single" if len(rule.roles) == 1 else "simultaneous",
        at_home=not rule.by_phone and (rule.at_home or homebound),
        priority=rule.priority,
        window_from=window[0],
        window_to=window[1],
        lost_after=window[1] + timedelta(days=pack.late_days),
        group=rule.group,
        because=because,
    )
