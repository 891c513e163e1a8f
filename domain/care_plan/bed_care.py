"""The rounds that an open family bed owes (A7): the next one of each kind, counted from the last that was made."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.care_plan.commands import PlanBedCare
from domain.care_plan.events import CarePlanEvent, CareTaskScheduled
from domain.care_plan.state import OPEN, CarePlan, CareTask
from domain.care_plan.tasks import needs_of
from domain.decider import FOREVER, Refused
from domain.family_bed.events import BedOpened
from domain.family_bed.state import FamilyBed
from domain.local_time import local_day
from domain.policy_pack import PolicyPack
from domain.resident.state import Resident
from domain.working_calendar import WorkingCalendar, working_calendar

BED_ROUND_PRIORITY = 8

DAYS_A_WEEK = 7


class RoundKind(NamedTuple):
    """One kind of rounds: its roles, the most days between two rounds, and the minutes of one."""

    kind: str
    roles: tuple[str, ...]
    every_days: int
    minutes: int


def plan_bed_care(
    command: PlanBedCare, plan: CarePlan, *, now: datetime, pack: PolicyPack, family_bed: FamilyBed, resident: Resident
) -> list[CarePlanEvent]:
    """Owe a bed its next rounds: doctor and nurse together, and the nurse alone more often.

    Two rounds are never more than the bed's days apart, as each window is counted from the round before (A7, A11). A
    bed that is closed, or waits for its resident, owes none; nor is one owed after the resident departed.
    """
    opened = family_bed.opened
    if opened is None:
        raise Refused("bed-not-open", bed=command.family_bed_id)
    if opened.resident_id != command.resident_id:
        raise Refused("bed-of-another-resident", bed=command.family_bed_id, resident=command.resident_id)
    today = local_day(now)
    if family_bed.in_hospital or family_bed.closed is not None:
        return []
    known = [task for task in plan.tasks.values() if task.scheduled.family_bed_id == command.family_bed_id]
    until = FOREVER if resident.departed is None else resident.departed.last_day
    calendar = working_calendar(pack.calendar)
    planned = [
        next_round(rounds, opened, family_bed, known, (today, until), calendar)
        for rounds in round_kinds_of(opened, pack)
    ]
    return [task for task in planned if task is not None]


def round_kinds_of(opened: BedOpened, pack: PolicyPack) -> list[RoundKind]:
    """Return the kinds of rounds of a bed; one for rehabilitation has its own."""
    kinds = [
        RoundKind("bed-round", ("gp", "nurse"), opened.round_every_days, pack.round_minutes),
        RoundKind("bed-nursing", ("nurse",), opened.nurse_round_every_days, pack.nurse_round_minutes),
    ]
    if opened.kind == "rehabilitation":
        kinds.append(
            RoundKind("bed-rehabilitation", ("rehab/nurse",), opened.round_every_days, pack.nurse_round_minutes)
        )
    return kinds


def next_round(
    rounds: RoundKind,
    opened: BedOpened,
    bed: FamilyBed,
    known: list[CareTask],
    days: tuple[date, date],
    calendar: WorkingCalendar,
) -> CareTaskScheduled | None:
    """Return the next round of a kind, None if it is planned already or the cycle is over before it.

    `days` are today and the last day on which the resident is there.
    """
    today, until = days
    mine = [task for task in known if task.scheduled.kind == rounds.kind]
    if any(task.status in OPEN and bed.made(task.scheduled.care_task_id) is None for task in mine):
        return None
    first, last = round_window(rounds, bed, mine, today, calendar)
    ends_on = min(bed.cycle_ends_on or opened.cycle_ends_on, until)
    if first > ends_on:
        return None
    last = min(last, ends_on)
    return CareTaskScheduled(
        resident_id=opened.resident_id,
        care_task_id=f"{opened.family_bed_id}.{rounds.kind}.{len(mine) + 1}",
        kind=rounds.kind,
        source="family_bed",
        source_id=opened.family_bed_id,
        contract_id=None,
        family_bed_id=opened.family_bed_id,
        team_id=opened.team_id,
        needs=needs_of(rounds.roles, (rounds.minutes,) * len(rounds.roles), opened.doctor_id, opened.nurse_id),
        sync="single" if len(rounds.roles) == 1 else "simultaneous",
        at_home=True,
        priority=BED_ROUND_PRIORITY,
        window_from=first,
        window_to=last,
        lost_after=last + timedelta(days=rounds.every_days),
    )


def round_window(
    rounds: RoundKind, bed: FamilyBed, mine: list[CareTask], today: date, calendar: WorkingCalendar
) -> tuple[date, date]:
    """Return the days in which a round is due: up to the bed's days after the last one, and the day or two before.

    Three days hold a working day, and a week after a working day is one, except for holidays: then the days begin with
    the last working day before. The first round of a bed, or after a stay in hospital, is due at once; a cancelled or
    missed one is due from tomorrow on, and at least until the next working day.
    """
    since = bed.care_since or today
    slack = min(1 if rounds.every_days % DAYS_A_WEEK == 0 else 2, rounds.every_days - 1)
    made = bed.last_round(rounds.kind)
    if made is not None:
        last = made + timedelta(days=rounds.every_days)
        first = max(made + timedelta(days=1), min(last - timedelta(days=slack), calendar.last_working_day(last)))
    else:
        by = bed.first_round_by if rounds.kind == "bed-round" else None
        first, last = since, by or since + timedelta(days=rounds.every_days - 1)
    missed = mine and mine[-1].scheduled.window_from >= since and bed.made(mine[-1].scheduled.care_task_id) is None
    earliest = today + timedelta(days=1) if missed else today
    if first < earliest:
        first = earliest
        last = max(last, first + timedelta(days=slack)) if last < earliest else last
        last = max(last, calendar.from_working_day(first)) if missed else last
    return first, last
