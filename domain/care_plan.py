"""A resident's care plan owns care tasks: services due inside a window, done, missed or cancelled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, cast, get_args

from domain.contract import Contract
from domain.decider import Decider, Refused
from domain.event import event, value
from domain.family_bed import BedOpened, FamilyBed
from domain.local_time import local_day
from domain.policy_pack import CareRule, PolicyPack
from domain.referral import Referral
from domain.resident import Resident
from domain.team import Role
from domain.visit import Need, Sync

Source = Literal["contract", "family_bed", "referral"]
CancelCause = Literal["contract-over", "bed-closed", "visit-cancelled", "no-longer-needed"]

BED_ROUND_PRIORITY = 8
FOLLOW_UP_PRIORITY = 7

# What may be asked


@value
class PlanContractCare:
    """Plan what the key groups of a signed resident are owed in the contract's newest term."""

    resident_id: str
    contract_id: str


@value
class PlanBedCare:
    """Plan the rounds of an open family bed for its cycle."""

    resident_id: str
    family_bed_id: str


@value
class PlanReferralFollowUp:
    """Plan the follow-up of a resident who came back from a hospital."""

    resident_id: str
    referral_id: str


@value
class FallDueCareTask:
    """Say that a care task's window is about to open."""

    resident_id: str
    care_task_id: str


@value
class RecordCareTaskPlanned:
    """Say on which day a due care task stands in a roster; None: on no day any more."""

    resident_id: str
    care_task_id: str
    day: date | None


@value
class CompleteCareTask:
    """Say that a care task was done, at home by a visit or at the centre."""

    resident_id: str
    care_task_id: str
    done_on: date
    visit_id: str | None = None


@value
class MissCareTask:
    """Say that a care task is lost if it was not done by the day after which it is no longer worth doing."""

    resident_id: str
    care_task_id: str


@value
class CancelCareTask:
    """Say that one care task is not wanted."""

    resident_id: str
    care_task_id: str
    cause: CancelCause


@value
class CancelCare:
    """Cancel what a contract or bed still owes after its last day."""

    resident_id: str
    source_id: str
    last_day: date
    cause: CancelCause


@value
class MoveCare:
    """Let the contract's present team do what is still owed under it."""

    resident_id: str
    contract_id: str


# What is then true


@event("care_plan.task_scheduled.v1")
class CareTaskScheduled:
    """A service is owed between two days, both included; after `lost_after` it is not worth doing."""

    resident_id: str
    care_task_id: str
    kind: str
    source: Source
    source_id: str
    contract_id: str | None
    family_bed_id: str | None
    team_id: str
    needs: tuple[Need, ...]
    sync: Sync
    at_home: bool
    priority: int
    window_from: date
    window_to: date
    lost_after: date


@event("care_plan.task_fell_due.v1")
class CareTaskFellDue:
    """The window is about to open."""

    resident_id: str
    care_task_id: str
    kind: str
    contract_id: str | None
    family_bed_id: str | None
    team_id: str
    needs: tuple[Need, ...]
    sync: Sync
    at_home: bool
    priority: int
    window_from: date
    window_to: date


@event("care_plan.task_planned.v1")
class CareTaskPlanned:
    """The task stands in the roster of a day."""

    resident_id: str
    care_task_id: str
    day: date


@event("care_plan.task_unplanned.v1")
class CareTaskUnplanned:
    """The task stands in no roster any more."""

    resident_id: str
    care_task_id: str


@event("care_plan.task_done.v1")
class CareTaskDone:
    """The task was done inside its window."""

    resident_id: str
    care_task_id: str
    source: Source
    source_id: str
    done_on: date
    visit_id: str | None


@event("care_plan.task_done_late.v1")
class CareTaskDoneLate:
    """The task was done after its window."""

    resident_id: str
    care_task_id: str
    source: Source
    source_id: str
    done_on: date
    days_late: int
    visit_id: str | None


@event("care_plan.task_missed.v1")
class CareTaskMissed:
    """The task was not done; `asked` says whether a visit was asked for."""

    resident_id: str
    care_task_id: str
    team_id: str
    asked: bool


@event("care_plan.task_cancelled.v1")
class CareTaskCancelled:
    """The task is not wanted; `asked` says whether a visit was asked for."""

    resident_id: str
    care_task_id: str
    team_id: str
    cause: CancelCause
    asked: bool


@event("care_plan.task_moved.v1")
class CareTaskMoved:
    """Another team does the task; `asked` says whether a visit was asked for."""

    resident_id: str
    care_task_id: str
    team_id: str
    needs: tuple[Need, ...]
    asked: bool


CarePlanEvent = (
    CareTaskScheduled
    | CareTaskFellDue
    | CareTaskPlanned
    | CareTaskUnplanned
    | CareTaskDone
    | CareTaskDoneLate
    | CareTaskMissed
    | CareTaskCancelled
    | CareTaskMoved
)

# What is remembered

TaskStatus = Literal["scheduled", "due", "planned", "done", "done-late", "missed", "cancelled"]
OPEN = frozenset({"scheduled", "due", "planned"})


@value
class CareTask:
    """What decisions about a care task ask."""

    scheduled: CareTaskScheduled
    status: TaskStatus = "scheduled"
    team_id: str
    needs: tuple[Need, ...]
    day: date | None = None

    @property
    def asked(self) -> bool:
        """Say whether a visit was asked for."""
        return self.scheduled.at_home and self.status in {"due", "planned"}


@value
class CarePlan:
    """The tasks of one resident by their id."""

    tasks: dict[str, CareTask]


def evolve(plan: CarePlan, fact: CarePlanEvent) -> CarePlan:
    """Believe an event."""
    if isinstance(fact, CareTaskScheduled):
        task = CareTask(scheduled=fact, team_id=fact.team_id, needs=fact.needs)
        return CarePlan(tasks={**plan.tasks, fact.care_task_id: task})
    task = plan.tasks[fact.care_task_id]
    return CarePlan(tasks={**plan.tasks, fact.care_task_id: evolve_task(task, fact)})


def evolve_task(task: CareTask, fact: CarePlanEvent) -> CareTask:
    """Believe an event about a known task."""
    match fact:
        case CareTaskFellDue() | CareTaskUnplanned():
            return replace(task, status="due", day=None)
        case CareTaskPlanned():
            return replace(task, status="planned", day=fact.day)
        case CareTaskDone():
            return replace(task, status="done")
        case CareTaskDoneLate():
            return replace(task, status="done-late")
        case CareTaskMissed():
            return replace(task, status="missed")
        case CareTaskCancelled():
            return replace(task, status="cancelled")
        case CareTaskMoved():
            return replace(task, team_id=fact.team_id, needs=fact.needs)
        case CareTaskScheduled():
            return task


# What is decided


def plan_contract_care(
    command: PlanContractCare,
    plan: CarePlan,
    *,
    now: datetime,
    pack: PolicyPack,
    contract: Contract,
    resident: Resident,
) -> list[CarePlanEvent]:
    """Owe each key group its services (A5) in windows spread over the term; windows that are over are not owed."""
    if contract.signed is None or contract.term_starts_on is None or contract.ends_on is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    if contract.signed.resident_id != command.resident_id:
        raise Refused("contract-of-another-resident", contract=command.contract_id, resident=command.resident_id)
    homebound = resident.registered is not None and resident.registered.homebound
    tasks = [
        CareTaskScheduled(
            resident_id=command.resident_id,
            care_task_id=f"{command.contract_id}.{contract.term}.{rule.kind}.{number}",
            kind=rule.kind,
            source="contract",
            source_id=command.contract_id,
            contract_id=command.contract_id,
            family_bed_id=None,
            team_id=contract.team_id or contract.signed.team_id,
            needs=needs_of(rule.roles, (rule.minutes,) * len(rule.roles), contract.doctor_id, contract.nurse_id),
            sync="single" if len(rule.roles) == 1 else "simultaneous",
            at_home=rule.at_home or homebound,
            priority=rule.priority,
            window_from=first,
            window_to=last,
            lost_after=last + timedelta(days=pack.late_days),
        )
        for rule in pack.care
        if rule.group in resident.groups and not (rule.at_start and contract.term > 1)
        for number, (first, last) in enumerate(windows(rule, contract.term_starts_on, contract.ends_on), start=1)
    ]
    return new_and_open(plan, tasks, local_day(now))


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


def plan_referral_follow_up(
    command: PlanReferralFollowUp, plan: CarePlan, *, now: datetime, pack: PolicyPack, referral: Referral
) -> list[CarePlanEvent]:
    """Owe a returned resident a visit by the day that was decided at the return (A8)."""
    requested = referral.requested
    if requested is None or referral.returned_on is None or referral.follow_up_by is None:
        raise Refused("referral-not-returned", referral=command.referral_id)
    if requested.resident_id != command.resident_id:
        raise Refused("referral-of-another-resident", referral=command.referral_id, resident=command.resident_id)
    task = CareTaskScheduled(
        resident_id=command.resident_id,
        care_task_id=f"{command.referral_id}.follow-up",
        kind="referral-follow-up",
        source="referral",
        source_id=command.referral_id,
        contract_id=requested.contract_id,
        family_bed_id=None,
        team_id=requested.team_id,
        needs=needs_of(("gp/nurse",), (pack.follow_up_minutes,), None, None),
        sync="single",
        at_home=True,
        priority=FOLLOW_UP_PRIORITY,
        window_from=referral.returned_on,
        window_to=referral.follow_up_by,
        lost_after=referral.follow_up_by + timedelta(days=pack.late_days),
    )
    return new_and_open(plan, [task], local_day(now))


def fall_due(command: FallDueCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Let a scheduled task fall due once."""
    task = require_task(plan, command.care_task_id)
    if task.status != "scheduled":
        return []
    first = task.scheduled
    return [
        CareTaskFellDue(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
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
    ]


def record_planned(command: RecordCareTaskPlanned, plan: CarePlan) -> list[CarePlanEvent]:
    """Follow the roster; a task that is over stays over."""
    task = require_task(plan, command.care_task_id)
    if task.status not in {"due", "planned"} or task.day == command.day:
        return []
    if command.day is None:
        return [CareTaskUnplanned(resident_id=command.resident_id, care_task_id=command.care_task_id)]
    return [CareTaskPlanned(resident_id=command.resident_id, care_task_id=command.care_task_id, day=command.day)]


def complete(command: CompleteCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Do an open task; after its window it is done late."""
    task = require_task(plan, command.care_task_id)
    if task.status in {"done", "done-late"}:
        return []
    if task.status not in OPEN:
        raise Refused("care-task-over", task=command.care_task_id, status=task.status)
    days_late = (command.done_on - task.scheduled.window_to).days
    if days_late > 0:
        return [
            CareTaskDoneLate(
                resident_id=command.resident_id,
                care_task_id=command.care_task_id,
                source=task.scheduled.source,
                source_id=task.scheduled.source_id,
                done_on=command.done_on,
                days_late=days_late,
                visit_id=command.visit_id,
            )
        ]
    return [
        CareTaskDone(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
            source=task.scheduled.source,
            source_id=task.scheduled.source_id,
            done_on=command.done_on,
            visit_id=command.visit_id,
        )
    ]


def miss(command: MissCareTask, plan: CarePlan, *, now: datetime) -> list[CarePlanEvent]:
    """Give an open task up after the last day on which it was worth doing."""
    task = require_task(plan, command.care_task_id)
    if task.status not in OPEN or local_day(now) <= task.scheduled.lost_after:
        return []
    return [
        CareTaskMissed(
            resident_id=command.resident_id,
            care_task_id=command.care_task_id,
            team_id=task.team_id,
            asked=task.asked,
        )
    ]


def cancel_one(command: CancelCareTask, plan: CarePlan) -> list[CarePlanEvent]:
    """Cancel an open task; one that is over stays over."""
    task = require_task(plan, command.care_task_id)
    return [cancelled(task, command.cause)] if task.status in OPEN else []


def cancel_care(command: CancelCare, plan: CarePlan) -> list[CarePlanEvent]:
    """Cancel what a source owes in windows that open after its last day; for a bed, all that is still open."""
    return [
        cancelled(task, command.cause)
        for task in plan.tasks.values()
        if task.scheduled.source_id == command.source_id
        and task.status in OPEN
        and (command.cause == "bed-closed" or task.scheduled.window_from > command.last_day)
    ]


def move_care(command: MoveCare, plan: CarePlan, *, contract: Contract) -> list[CarePlanEvent]:
    """Give open tasks under a contract to its present team, doctor and nurse."""
    if contract.team_id is None:
        raise Refused("contract-unknown", contract=command.contract_id)
    return [
        CareTaskMoved(
            resident_id=command.resident_id,
            care_task_id=task.scheduled.care_task_id,
            team_id=contract.team_id,
            needs=tuple(
                replace(need, named_id=named(need.roles, contract.doctor_id, contract.nurse_id)) for need in task.needs
            ),
            asked=task.asked,
        )
        for task in plan.tasks.values()
        if task.scheduled.contract_id == command.contract_id
        and task.status in OPEN
        and task.team_id != contract.team_id
    ]


def windows(rule: CareRule, starts_on: date, ends_on: date) -> Iterator[tuple[date, date]]:
    """Yield the windows of a rule in a term: each in the middle of its share of the year, or one at the start."""
    if rule.at_start:
        yield starts_on, min(starts_on + timedelta(days=rule.window_days - 1), ends_on)
        return
    share = 365 / rule.times
    lead = timedelta(days=max(0, round((share - rule.window_days) / 2)))
    number = 0
    while (first := starts_on + timedelta(days=round(share * number)) + lead) <= ends_on:
        yield first, min(first + timedelta(days=rule.window_days - 1), ends_on)
        number += 1


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


def cancelled(task: CareTask, cause: CancelCause) -> CareTaskCancelled:
    """Return the fact that a task is not wanted."""
    return CareTaskCancelled(
        resident_id=task.scheduled.resident_id,
        care_task_id=task.scheduled.care_task_id,
        team_id=task.team_id,
        cause=cause,
        asked=task.asked,
    )


def require_task(plan: CarePlan, care_task_id: str) -> CareTask:
    """Return the task; refuse one that nobody planned."""
    if care_task_id not in plan.tasks:
        raise Refused("care-task-unknown", task=care_task_id)
    return plan.tasks[care_task_id]


CARE_PLAN: Decider[CarePlan, CarePlanEvent] = Decider(
    category="care_plan",
    initial=CarePlan(tasks={}),
    evolve=evolve,
    decisions={
        PlanContractCare: plan_contract_care,
        PlanBedCare: plan_bed_care,
        PlanReferralFollowUp: plan_referral_follow_up,
        FallDueCareTask: fall_due,
        RecordCareTaskPlanned: record_planned,
        CompleteCareTask: complete,
        MissCareTask: miss,
        CancelCareTask: cancel_one,
        CancelCare: cancel_care,
        MoveCare: move_care,
    },
    events=get_args(CarePlanEvent),
    identify=lambda command: command.resident_id,
)
