"""What planned care tasks share, whoever owes them."""

from datetime import date
from typing import cast

from domain.care_plan.facts import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import CarePlan
from domain.team import Role
from domain.visit import Need


def needs_of(
    roles: tuple[str, ...], minutes: tuple[int, ...], doctor_id: str | None, nurse_id: str | None
) -> tuple[Need, ...]:
    """Return one need per role; the contract's or bed's doctor and nurse are named."""
    return tuple(
        Need(roles=either, minutes=length, named_id=named(either, doctor_id, nurse_id))
        for either, length in zip(map(alternatives, roles), minutes, strict=True)
    )


def alternatives(roles: str) -> tuple[Role, ...]:
    """Return the roles that a pack parts by slashes."""
    return tuple(cast(Role, role) for role in roles.split("/"))


def named(roles: tuple[str, ...], doctor_id: str | None, nurse_id: str | None) -> str | None:
    """Return who is named for a need of these roles."""
    return {"gp": doctor_id, "nurse": nurse_id}.get(roles[0])


def new_and_open(plan: CarePlan, tasks: list[CareTaskScheduled], today: date) -> list[CarePlanEvent]:
    """Keep the tasks that are not known yet and whose window is not over."""
    return [task for task in tasks if task.care_task_id not in plan.tasks and task.window_to >= today]
