"""What is then true of a care plan."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date
from typing import Literal

from domain.care_plan.commands import CancelCause
from domain.event import event
from domain.finding import Finding
from domain.screening import Urgency
from domain.visit.commands import Need, Sync

Source = Literal["contract", "family_bed", "referral"]

Outcome = Literal[
    "controlled", "uncontrolled", "at-risk", "stable", "basically-stable", "unstable", "abnormal", "frail", "normal"
]
"""What findings come to: a chronic disease, a pressure at risk, a mental disorder, a pregnancy, a newborn (A5)."""


@event("care_plan.contract_taken_up.v1")
class ContractTakenUp:
    """From its first day to its last, a term of a contract is what the resident's care is owed under."""

    resident_id: str
    contract_id: str
    term: int
    team_id: str
    doctor_id: str | None
    nurse_id: str | None
    starts_on: date
    ends_on: date


@event("care_plan.contract_moved.v1")
class ContractMoved:
    """Another team owes what a contract owes."""

    resident_id: str
    contract_id: str
    team_id: str
    doctor_id: str | None
    nurse_id: str | None


@event("care_plan.contract_laid_down.v1")
class ContractLaidDown:
    """Nothing is owed under a contract after this day."""

    resident_id: str
    contract_id: str
    last_day: date


@event("care_plan.task_scheduled.v1")
class CareTaskScheduled:
    """A service is owed between two days, both included; after `lost_after` it is not worth doing.

    `group` is the key group to which it is owed, "everyone" for all; `because` the care task whose findings ask for it.
    """

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
    group: str | None = None
    because: str | None = None


@event("care_plan.task_fell_due.v1")
class CareTaskFellDue:
    """The window is about to open. The days are those of the trip: what shares it narrows them and adds its minutes.

    A task `with_task` shares that one's trip and asks for none of its own.
    """

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
    with_task: str | None = None


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
    """The task was done inside its window; `outcome` is what its findings come to, None if they say nothing."""

    resident_id: str
    care_task_id: str
    source: Source
    source_id: str
    done_on: date
    visit_id: str | None
    kind: str | None = None
    contract_id: str | None = None
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    group: str | None = None
    outcome: Outcome | None = None


@event("care_plan.task_done_late.v1")
class CareTaskDoneLate:
    """The task was done after its window; `outcome` is what its findings come to."""

    resident_id: str
    care_task_id: str
    source: Source
    source_id: str
    done_on: date
    days_late: int
    visit_id: str | None
    kind: str | None = None
    contract_id: str | None = None
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()
    group: str | None = None
    outcome: Outcome | None = None


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


@event("care_plan.attempt_failed.v1")
class CareAttemptFailed:
    """The person could not be reached; there may be `most` such attempts."""

    resident_id: str
    care_task_id: str
    attempt: int
    most: int


@event("care_plan.task_lost.v1")
class CareTaskLost:
    """The person could not be reached in all attempts; `asked` says whether a visit was asked for."""

    resident_id: str
    care_task_id: str
    team_id: str
    attempts: int
    asked: bool


@event("care_plan.reported_upward.v1")
class CareReportedUpward:
    """A person who could not be reached is reported to whoever the institution answers to (A5: tuberculosis)."""

    resident_id: str
    care_task_id: str
    team_id: str
    kind: str
    attempts: int
    reported_on: date


@event("care_plan.referral_advised.v1")
class ReferralAdvised:
    """What was found speaks for a referral, for these criteria; by `follow_up_by` somebody asks what came of it."""

    resident_id: str
    care_task_id: str
    contract_id: str | None
    team_id: str
    urgency: Urgency
    criteria: tuple[str, ...]
    nearest_pci: bool
    advised_on: date
    follow_up_by: date


CarePlanEvent = (
    ContractTakenUp
    | ContractMoved
    | ContractLaidDown
    | CareAttemptFailed
    | CareTaskLost
    | CareReportedUpward
    | ReferralAdvised
    | CareTaskScheduled
    | CareTaskFellDue
    | CareTaskPlanned
    | CareTaskUnplanned
    | CareTaskDone
    | CareTaskDoneLate
    | CareTaskMissed
    | CareTaskCancelled
    | CareTaskMoved
)
