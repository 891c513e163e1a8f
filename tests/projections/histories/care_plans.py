"""Care plans and their tasks."""

from collections.abc import Iterator
from datetime import date
from random import Random

from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
    CareResumed,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskFellDue,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskScheduled,
    CareTaskUnplanned,
    ContractLaidDown,
    ContractMoved,
    ContractTakenUp,
    OpenCareEnded,
    OpenVisitsMoved,
    ReferralAdvised,
)
from tests.domain import builders as b
from tests.projections.histories import corrections as corrected
from tests.projections.histories.cutting import cut


def care_plan(luck: Random, person: str) -> Iterator[tuple[str, object]]:
    of_contract = {"resident_id": person, "contract_id": "c1"}
    team = {"team_id": "team-1", "doctor_id": "li", "nurse_id": "he"}
    terms = [
        ContractTakenUp(**of_contract, **team, term=1, starts_on=b.TODAY, ends_on=date(2027, 3, 1)),
        ContractMoved(**of_contract, **team),
        ContractLaidDown(**of_contract, last_day=date(2026, 12, 31)),
        OpenVisitsMoved(**of_contract, **team, visit_ids=(f"v-{person}",)),
        OpenCareEnded(
            resident_id=person,
            cause="moved-out",
            last_day=date(2026, 12, 31),
            source_id=None,
            to_come=luck.random() < 0.5,
            visit_ids=(f"v-{person}",),
        ),
        CareResumed(resident_id=person, returned_on=b.TODAY),
        *corrected.of_care(person),
    ]
    yield from cut(luck, f"care_plan-{person}", terms)
    for number in range(luck.randint(0, 3)):
        yield from cut(luck, f"care_plan-{person}", list(care_task(luck, f"t-{person}-{number}", person)))


def scheduled(task_id: str = "t1", person: str = "wang") -> CareTaskScheduled:
    """Return a follow-up that is owed from Monday to Sunday."""
    return CareTaskScheduled(
        resident_id=person,
        care_task_id=task_id,
        kind="hypertension-follow-up",
        source="contract",
        source_id="c1",
        contract_id="c1",
        family_bed_id=None,
        team_id="team-1",
        needs=b.REQUESTED.needs,
        sync="single",
        at_home=True,
        priority=5,
        window_from=b.TODAY,
        window_to=date(2026, 3, 8),
        lost_after=date(2026, 4, 7),
    )


def fell_due(task_id: str = "t1", person: str = "wang") -> CareTaskFellDue:
    """Return that the follow-up's window is about to open."""
    return CareTaskFellDue(
        resident_id=person,
        care_task_id=task_id,
        kind="hypertension-follow-up",
        contract_id="c1",
        family_bed_id=None,
        team_id="team-1",
        needs=b.REQUESTED.needs,
        sync="single",
        at_home=True,
        priority=5,
        window_from=b.TODAY,
        window_to=date(2026, 3, 8),
    )


def advised(task_id: str = "t1", person: str = "wang") -> ReferralAdvised:
    """Return that a referral is advised."""
    return ReferralAdvised(
        resident_id=person,
        care_task_id=task_id,
        contract_id="c1",
        team_id="team-1",
        urgency="ordinary",
        criteria=("pressure-uncontrolled-twice",),
        nearest_pci=False,
        advised_on=b.TODAY,
        follow_up_by=date(2026, 3, 16),
    )


def care_task(luck: Random, task_id: str, person: str) -> Iterator[object]:
    ids = {"resident_id": person, "care_task_id": task_id}
    done = {"source": "contract", "source_id": "c1", "visit_id": task_id}
    yield scheduled(task_id, person)
    yield fell_due(task_id, person)
    yield CareTaskPlanned(**ids, day=b.TODAY)
    yield CareTaskMoved(**ids, team_id="team-2", needs=b.REQUESTED.needs, asked=True)
    yield CareTaskUnplanned(**ids)
    yield CareAttemptFailed(**ids, attempt=1, most=3)
    if luck.random() < 0.3:
        yield advised(task_id, person)
        yield CareReportedUpward(
            **ids, team_id="team-1", kind="tuberculosis-first-visit", attempts=2, reported_on=b.TODAY
        )
    yield luck.choice(
        [
            CareTaskLost(**ids, team_id="team-1", attempts=3, asked=True),
            CareTaskDone(**ids, **done, done_on=b.TODAY),  # type: ignore[arg-type]
            CareTaskDoneLate(**ids, **done, done_on=date(2026, 3, 10), days_late=2),  # type: ignore[arg-type]
            CareTaskMissed(**ids, team_id="team-1", asked=True),
            CareTaskCancelled(**ids, team_id="team-1", cause="contract-over", asked=False),
        ]
    )
    if luck.random() < 0.4:
        yield from corrected.of_task(ids)
