"""The rounds that an open family bed owes (A7)."""

from datetime import datetime, timedelta

from domain.care_plan.asked import PlanBedCare
from domain.care_plan.facts import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import CarePlan
from domain.care_plan.tasks import needs_of, new_and_open
from domain.decider import Refused
from domain.family_bed import BedOpened, FamilyBed
from domain.local_time import local_day
from domain.policy_pack import PolicyPack

BED_ROUND_PRIORITY = 8


def plan_bed_care(
    command: PlanBedCare, plan: CarePlan, *, now: datetime, pack: PolicyPack, family_bed: FamilyBed
) -> list[CarePlanEvent]:
    """Owe a bed its rounds: doctor and nurse together, a week without a gap; the nurse alone more often (A7)."""
    opened = family_bed.opened
    if opened is None:
        raise Refused("bed-not-open", bed=command.family_bed_id)
    if opened.resident_id != command.resident_id:
        raise Refused("bed-of-another-resident", bed=command.family_bed_id, resident=command.resident_id)
    tasks = [
        *bed_tasks(opened, "bed-round", ("gp", "nurse"), opened.round_every_days, pack.round_minutes),
        *bed_tasks(opened, "bed-nursing", ("nurse",), opened.nurse_round_every_days, pack.nurse_round_minutes),
    ]
    if opened.kind == "rehabilitation":
        tasks += bed_tasks(
            opened, "bed-rehabilitation", ("rehab/nurse",), opened.round_every_days, pack.nurse_round_minutes
        )
    return new_and_open(plan, tasks, local_day(now))


def bed_tasks(
    opened: BedOpened, kind: str, roles: tuple[str, ...], every_days: int, minutes: int
) -> list[CareTaskScheduled]:
    """Return the rounds of a cycle: one window after the other, the first doctor's round within its hours."""
    tasks = []
    first, number = opened.opened_on, 1
    while first <= opened.cycle_ends_on:
        last = min(first + timedelta(days=every_days - 1), opened.cycle_ends_on)
        if kind == "bed-round" and number == 1:
            last = min(last, opened.first_round_by)
        tasks.append(
            CareTaskScheduled(
                resident_id=opened.resident_id,
                care_task_id=f"{opened.family_bed_id}.{kind}.{number}",
                kind=kind,
                source="family_bed",
                source_id=opened.family_bed_id,
                contract_id=None,
                family_bed_id=opened.family_bed_id,
                team_id=opened.team_id,
                needs=needs_of(roles, (minutes,) * len(roles), opened.doctor_id, opened.nurse_id),
                sync="single" if len(roles) == 1 else "simultaneous",
                at_home=True,
                priority=BED_ROUND_PRIORITY,
                window_from=first,
                window_to=last,
                lost_after=last + timedelta(days=every_days),
            )
        )
        first += timedelta(days=every_days)
        number += 1
    return tasks
