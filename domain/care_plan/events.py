"""Events of a care plan."""

# These are the stored shapes: changing one is a new version under a new stored name, with an upcast.

from datetime import date
from typing import Literal

from domain.care_plan.commands import CancelCause, CarePart
from domain.event import event
from domain.finding import Finding
from domain.screening import Urgency
from domain.visit.commands import Need, Sync

CareSource = Literal["contract", "family_bed", "referral"]

Outcome = Literal[
    "controlled", "uncontrolled", "at-risk", "stable", "basically-stable", "unstable", "abnormal", "frail", "normal"
]
"""The judgement of findings: of a chronic disease, blood pressure, a mental disorder, a pregnancy, a newborn (A5)."""


@event("care_plan.contract_taken_up.v1")
class ContractTakenUp:
    """Care is owed to the resident under this term of a contract, from its first day to its last."""

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
    """Another team owes the care of a contract."""

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


@event("care_plan.open_care_ended.v1")
class OpenCareEnded:
    """What is open for the resident ends after a day. `source_id` is the contract or bed that ended, or the referral.

    It is None where the resident died or moved away. `to_come`: the last day was still to come; what is left then is
    ended after it, by the same event again. The ids are all that may be open: each decides for itself.
    """

    resident_id: str
    cause: CancelCause
    last_day: date
    source_id: str | None
    to_come: bool
    visit_ids: tuple[str, ...] = ()
    contract_ids: tuple[str, ...] = ()
    family_bed_ids: tuple[str, ...] = ()
    referral_ids: tuple[str, ...] = ()


@event("care_plan.resumed.v1")
class CareResumed:
    """The resident is back from hospital; these beds were kept meanwhile."""

    resident_id: str
    returned_on: date
    family_bed_ids: tuple[str, ...] = ()


@event("care_plan.open_visits_moved.v1")
class OpenVisitsMoved:
    """Visits that were requested by hand move with their contract, to its present team, doctor and nurse."""

    resident_id: str
    contract_id: str
    team_id: str
    doctor_id: str | None
    nurse_id: str | None
    visit_ids: tuple[str, ...]


@event("care_plan.task_scheduled.v1")
class CareTaskScheduled:
    """A service is owed between two days, both included; after `lost_after` it is not worth doing.

    `group` is the key group to which it is owed, "everyone" for all; `because` is the task whose findings require it.
    """

    resident_id: str
    care_task_id: str
    kind: str
    source: CareSource
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
    """The window is about to open. Days and minutes are those of the trip, with all tasks that share it.

    A task with a `with_task` shares the trip of that task and has no visit of its own.
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
    """The roster of a day has the task."""

    resident_id: str
    care_task_id: str
    day: date


@event("care_plan.task_unplanned.v1")
class CareTaskUnplanned:
    """No roster has the task any more."""

    resident_id: str
    care_task_id: str


@event("care_plan.task_done.v1")
class CareTaskDone:
    """The task was done inside its window; `outcome` judges its findings, None if they allow no judgement."""

    resident_id: str
    care_task_id: str
    source: CareSource
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
    """The task was done after its window; `outcome` judges its findings."""

    resident_id: str
    care_task_id: str
    source: CareSource
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
    """The task was not done; `asked`: a visit was requested for it."""

    resident_id: str
    care_task_id: str
    team_id: str
    asked: bool


@event("care_plan.task_cancelled.v1")
class CareTaskCancelled:
    """The task was cancelled; `asked`: a visit was requested for it."""

    resident_id: str
    care_task_id: str
    team_id: str
    cause: CancelCause
    asked: bool


@event("care_plan.task_moved.v1")
class CareTaskMoved:
    """Another team does the task; `asked`: a visit was requested for it."""

    resident_id: str
    care_task_id: str
    team_id: str
    needs: tuple[Need, ...]
    asked: bool


@event("care_plan.attempt_failed.v1")
class CareAttemptFailed:
    """The resident could not be reached; `most` such attempts are allowed."""

    resident_id: str
    care_task_id: str
    attempt: int
    most: int


@event("care_plan.task_lost.v1")
class CareTaskLost:
    """The resident could not be reached in all attempts; `asked`: a visit was requested for the task."""

    resident_id: str
    care_task_id: str
    team_id: str
    attempts: int
    asked: bool


@event("care_plan.reported_upward.v1")
class CareReportedUpward:
    """A resident who could not be reached is reported to the supervising authority (A5: tuberculosis)."""

    resident_id: str
    care_task_id: str
    team_id: str
    kind: str
    attempts: int
    reported_on: date


@event("care_plan.referral_advised.v1")
class ReferralAdvised:
    """Findings meet these criteria for a referral; the team asks about its result by `follow_up_by`."""

    resident_id: str
    care_task_id: str
    contract_id: str | None
    team_id: str
    urgency: Urgency
    criteria: tuple[str, ...]
    nearest_pci: bool
    advised_on: date
    follow_up_by: date


@event("care_plan.task_corrected.v1")
class CareTaskCorrected:
    """The task was done like this; `was_` is what was recorded. The other fields are as in `CareTaskDone`."""

    resident_id: str
    care_task_id: str
    source: CareSource
    source_id: str
    done_on: date
    days_late: int
    visit_id: str | None
    kind: str
    contract_id: str | None
    findings: tuple[str, ...]
    measured: tuple[Finding, ...]
    group: str | None
    outcome: Outcome | None
    was_done_on: date
    was_outcome: Outcome | None
    reason: str


@event("care_plan.task_reopened.v1")
class CareTaskReopened:
    """The task was not done: it was recorded by mistake, and is due again until `lost_after`."""

    resident_id: str
    care_task_id: str
    team_id: str
    source: CareSource
    source_id: str
    contract_id: str | None
    kind: str
    was_done_on: date
    lost_after: date
    reason: str


@event("care_plan.referral_advice_withdrawn.v1")
class ReferralAdviceWithdrawn:
    """The right findings of a task do not speak for a referral."""

    resident_id: str
    care_task_id: str


@event("care_plan.reinstated.v1")
class CareReinstated:
    """What ended with a death or a move after `last_day` goes on; the ids are all that may have ended with it.

    Each decides for itself; what stays ended is listed for a person.
    """

    resident_id: str
    cause: CancelCause
    last_day: date
    visit_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]
    family_bed_ids: tuple[str, ...]
    referral_ids: tuple[str, ...]
    reason: str
    allowed_by: str | None = None


@event("care_plan.end_moved.v1")
class CareEndMoved:
    """What ended with a death or a move ended after `last_day`; the ids are all that may have ended with it."""

    resident_id: str
    cause: CancelCause
    was_last_day: date
    last_day: date
    visit_ids: tuple[str, ...]
    contract_ids: tuple[str, ...]
    family_bed_ids: tuple[str, ...]
    reason: str
    allowed_by: str | None = None


@event("care_plan.left_as_ended.v1")
class LeftAsEnded:
    """A person decided to leave a part as ended that could not be reinstated."""

    resident_id: str
    part: CarePart
    part_id: str
    reason: str


CarePlanEvent = (
    ContractTakenUp
    | ContractMoved
    | ContractLaidDown
    | OpenCareEnded
    | CareResumed
    | OpenVisitsMoved
    | CareTaskCorrected
    | CareTaskReopened
    | ReferralAdviceWithdrawn
    | CareReinstated
    | CareEndMoved
    | LeftAsEnded
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
