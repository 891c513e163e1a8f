"""What is then true of a care plan."""

from datetime import date
from typing import Literal

from domain.care_plan.asked import CancelCause
from domain.event import event
from domain.visit import Need, Sync

Source = Literal["contract", "family_bed", "referral"]


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
