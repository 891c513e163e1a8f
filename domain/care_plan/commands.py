"""What may be asked of a care plan."""

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
]
"""Why a care task is not wanted; `group-changed`: the resident left a key group, or its anchor or stage moved."""


@command
class PlanContractCare:
    """Plan what the key groups of a signed resident are owed in the contract's newest term."""

    resident_id: str
    contract_id: str


@command
class PlanGroupCare:
    """Let the care of a key group be what the resident's tags say now: plan what is owed, cancel what is not."""

    resident_id: str
    group: KeyGroup


@command
class PlanBedCare:
    """Plan the next round of each kind that an open family bed owes."""

    resident_id: str
    family_bed_id: str


@command
class PlanReferralFollowUp:
    """Plan the follow-up of a resident who came back from a hospital."""

    resident_id: str
    referral_id: str


@command
class FallDueCareTask:
    """Say that a care task's window is about to open."""

    resident_id: str
    care_task_id: str


@command
class RecordCareTaskPlanned:
    """Say on which day a due care task stands in a roster; None: on no day any more."""

    resident_id: str
    care_task_id: str
    day: date | None


@command
class CompleteCareTask:
    """Say that a care task was done, at home by a visit or at the centre; what shared its trip was done with it."""

    resident_id: str
    care_task_id: str
    done_on: date
    visit_id: str | None = None
    findings: tuple[str, ...] = ()
    measured: tuple[Finding, ...] = ()


@command
class RecordFailedAttempt:
    """Say that the person could not be reached for a care task; `attempt` counts from 1."""

    resident_id: str
    care_task_id: str
    attempt: int


@command
class MissCareTask:
    """Say that a care task is missed if it was not done by the day after which it is no longer worth doing."""

    resident_id: str
    care_task_id: str


@command
class CancelCareTask:
    """Say that one care task is not wanted."""

    resident_id: str
    care_task_id: str
    cause: CancelCause


@command
class CancelCare:
    """Cancel what a contract or bed still owes after its last day."""

    resident_id: str
    source_id: str
    last_day: date
    cause: CancelCause


@command
class MoveCare:
    """Let the contract's present team do what is still owed under it."""

    resident_id: str
    contract_id: str


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
    | MoveCare
)
