"""Shared trips: services of one resident that the same members can do inside both windows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from domain.care_plan.events import CareTaskFellDue
from domain.care_plan.state import CarePlan, CareTask
from domain.policy_pack import PolicyPack
from domain.visit.commands import Need


def trip_of(plan: CarePlan, task: CareTask, pack: PolicyPack) -> list[CareTaskFellDue]:
    """Return the due events of a scheduled task and of the tasks that share its trip.

    The trip has the days that all windows share: at least the pack's `merge_days`, or the whole of the shorter
    window. The longest service keeps its minutes, each further one adds the pack's share of its own.
    """
    first, last, needs = task.scheduled.window_from, task.scheduled.window_to, task.needs
    together: list[CareTask] = []
    for other in sorted(plan.tasks.values(), key=lambda each: each.scheduled.window_from):
        if not may_share(task, other, together):
            continue
        begins, ends = max(first, other.scheduled.window_from), min(last, other.scheduled.window_to)
        shortest = min(days_of(first, last), days_of(other.scheduled.window_from, other.scheduled.window_to))
        joint = joint_needs(needs, other.needs, pack.merged_share)
        if joint is not None and days_of(begins, ends) >= min(pack.merge_days, shortest):
            first, last, needs = begins, ends, joint
            together.append(other)
    leading = replace(due_event(task), needs=needs, window_from=first, window_to=last)
    leading = replace(
        leading,
        sync="single" if len(needs) == 1 else leading.sync if leading.sync != "single" else "simultaneous",
        priority=max(each.scheduled.priority for each in (task, *together)),
    )
    sharing = [
        replace(due_event(other), window_from=first, window_to=last, with_task=leading.care_task_id)
        for other in together
    ]
    return [leading, *sharing]


def may_share(task: CareTask, other: CareTask, together: Iterable[CareTask]) -> bool:
    """Return whether a task that is not due yet is another service under the same contract, at the same place."""
    kinds = {task.scheduled.kind, *(each.scheduled.kind for each in together)}
    return (
        other.status == "scheduled"
        and other.scheduled.kind not in kinds
        and (task.scheduled.source, other.scheduled.source) == ("contract", "contract")
        and task.scheduled.contract_id == other.scheduled.contract_id
        and task.team_id == other.team_id
        and task.scheduled.at_home == other.scheduled.at_home
    )


def joint_needs(some: tuple[Need, ...], others: tuple[Need, ...], share: float) -> tuple[Need, ...] | None:
    """Return the needs of one trip for both services; None if neither's members can do the other's."""
    for base, more in ((some, others), (others, some)):
        placed = [next((mine for mine in base if covers(mine, need)), None) for need in more]
        if None not in placed:
            return tuple(
                replace(
                    mine,
                    minutes=both_minutes(
                        mine.minutes, (n.minutes for n, by in zip(more, placed, strict=True) if by is mine), share
                    ),
                )
                for mine in base
            )
    return None


def covers(mine: Need, need: Need) -> bool:
    """Return whether every member who meets one need also meets the other."""
    return set(mine.roles) <= set(need.roles) and set(need.qualifications) <= set(mine.qualifications)


def both_minutes(minutes: int, more: Iterable[int], share: float) -> int:
    """Return the minutes of one trip: the longest service whole, and a share of each other one."""
    lengths = sorted([minutes, *more])
    return lengths[-1] + round(share * sum(lengths[:-1]))


def days_of(first: date, last: date) -> int:
    """Return how many days a window has."""
    return (last - first).days + 1


def due_event(task: CareTask) -> CareTaskFellDue:
    """Return that a task falls due on a trip of its own."""
    first = task.scheduled
    return CareTaskFellDue(
        resident_id=first.resident_id,
        care_task_id=first.care_task_id,
        kind=first.kind,
        contract_id=first.contract_id,
        family_bed_id=first.family_bed_id,
        team_id=task.team_id,
        needs=task.needs,
        sync=first.sync,
        at_home=first.at_home,
        priority=first.priority,
        window_from=first.window_from,
        window_to=first.window_to,
    )


def due_alone(plan: CarePlan, ended: Iterable[CareTask], today: date) -> list[CareTaskFellDue]:
    """Return the due events of tasks that shared the trip of ended ones, unless they ended too.

    A window that is over is extended to tomorrow: the task is late and still to be done.
    """
    names = {task.scheduled.care_task_id for task in ended}
    left = [task for task in plan.tasks.values() if task.is_open and task.with_task in names]
    return [
        replace(due, window_to=max(due.window_to, today + timedelta(days=1)))
        for due in map(due_event, left)
        if due.care_task_id not in names
    ]
