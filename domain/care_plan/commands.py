"""Commands of a care plan."""

from datetime import date
from typing import Literal

from domain.event import command
from domain.finding import Finding
from domain.key_groups import KeyGroup

CancelCause = Literal[
    "contract-over",
    "bed-closed",
    "visit-cancelled",
    "no-longer-needed",
    "in-hospital",
    "group-changed",
    "consent-declined",
    "died",
    "moved-out",
    "record-corrected",
]
"""Why a care task is cancelled; `group-changed`: the resident left a key group, or its anchor or stage changed."""


CarePart = Literal["visit", "contract", "family-bed", "referral"]
"""What may end with a death or a move."""


@command
class PlanContractCare:
    """Plan the services that the contract's newest term owes to the resident's key groups."""

    resident_id: str
    contract_id: str


@command
class PlanGroupCare:
    """Replan the care of a key group by the resident's tags: plan owed services, cancel the others."""

    resident_id: str
    group: KeyGroup


@command
class PlanBedCare:
    """Plan the next round of each kind that an open family bed owes."""

    resident_id: str
    family_bed_id: str


@command
class PlanReferralFollowUp:
    """Plan the follow-up of a resident after a referral."""

    resident_id: str
    referral_id: str


@command
class FallDueCareTask:
    """Record that a care task's window is about to open."""

    resident_id: str
    care_task_id: str


@command
class RecordCareTaskPlanned:
    """Record the day on which a roster has a due care task; None: no roster has it any more."""

    resident_id: str
    care_task_id: str
    day: date | None


@command
class CompleteCareTask:
    """Record that a care task was done, at home by a visit or at the centre, with all tasks that shared its trip."""

    resident_id: str
    care_task_id: str
    done_on: date
    visit_id: str | None = None
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()


@command
class RecordFailedAttempt:
    """Record that the resident could not be reached for a care task; `attempt` counts from 1."""

    resident_id: str
    care_task_id: str
    attempt: int


@command
class MissCareTask:
    """Record that a care task is missed, if the last day on which it is worth doing is over."""

    resident_id: str
    care_task_id: str


@command
class CancelCareTask:
    """Cancel one care task."""

    resident_id: str
    care_task_id: str
    cause: CancelCause


@command
class CancelCare:
    """Cancel the services that a contract or bed still owes after its last day."""

    resident_id: str
    source_id: str
    last_day: date
    cause: CancelCause


@command
class EndCare:
    """End all that is open for a resident who died or moved away; what a move leaves until its last day stays."""

    resident_id: str
    last_day: date
    cause: CancelCause


@command
class PauseCare:
    """Cancel what is open at the home of a resident who is in hospital; nothing falls due there until the return."""

    resident_id: str
    since: date
    referral_id: str | None = None


@command
class ResumeCare:
    """Record that the resident is back at home: what the stay in hospital cancelled is owed again."""

    resident_id: str
    returned_on: date


@command
class MoveCare:
    """Give the open care tasks of a contract to its present team."""

    resident_id: str
    contract_id: str


@command
class CorrectCareTask:
    """Correct the day or the findings of a care task that was done; what is not given stays."""

    resident_id: str
    care_task_id: str
    done_on: date | None = None
    findings: tuple[str, ...] | None = None
    measured: tuple[Finding, ...] | None = None
    reason: str


@command
class ReopenCareTask:
    """Record that a care task was not done: it was recorded by mistake."""

    resident_id: str
    care_task_id: str
    reason: str


@command
class ReplanContractCare:
    """Plan the care of a contract's newest term again, after a correction of the contract."""

    resident_id: str
    contract_id: str


@command
class ReinstateCare:
    """Let what ended with a death or a move go on: it was recorded by mistake."""

    resident_id: str
    cause: CancelCause
    last_day: date
    reason: str
    allowed_by: str | None = None


@command
class MoveCareEnd:
    """Let what ended with a death or a move end on another day: the last day was recorded wrong."""

    resident_id: str
    cause: CancelCause
    was_last_day: date
    last_day: date
    reason: str
    allowed_by: str | None = None


@command
class LeaveAsEnded:
    """Record that a person decided to leave a part as ended that could not be reinstated."""

    resident_id: str
    part: CarePart
    part_id: str
    reason: str


CarePlanCommand = (
    PlanContractCare
    | PlanGroupCare
    | PlanBedCare
    | PlanReferralFollowUp
    | FallDueCareTask
    | RecordCareTaskPlanned
    | CompleteCareTask
    | RecordFailedAttempt
    | MissCareTask
    | CancelCareTask
    | CancelCare
    | EndCare
    | PauseCare
    | ResumeCare
    | MoveCare
    | CorrectCareTask
    | ReopenCareTask
    | ReplanContractCare
    | ReinstateCare
    | MoveCareEnd
    | LeaveAsEnded
)
