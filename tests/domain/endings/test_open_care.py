"""After an end nothing stays open: what the care plan lists."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.care_plan.commands import CancelCare, EndCare, FallDueCareTask, MoveCare, PauseCare, ResumeCare
from domain.care_plan.events import (
    CareResumed,
    CareTaskCancelled,
    CareTaskFellDue,
    CareTaskScheduled,
    ContractLaidDown,
    ContractTakenUp,
    OpenCareEnded,
    OpenVisitsMoved,
)
from domain.contract.events import (
    ContractTransferred,
)
from domain.visit.commands import HandOverVisit
from domain.visit.events import (
    VisitHandedOver,
    VisitStarted,
)
from tests.domain.builders import (
    ASSIGNED,
    REQUESTED,
    SIGNED,
    TEAM_2,
    TODAY,
    TOMORROW,
    WANG,
    YESTERDAY,
    at,
)
from tests.domain.endings.departures import DIED, MOVED, SUNDAY, WILL_MOVE
from tests.spec import given

TERM = ContractTakenUp(
    resident_id="wang",
    contract_id="c1",
    term=1,
    team_id="team-1",
    doctor_id="li",
    nurse_id="he",
    starts_on=YESTERDAY,
    ends_on=date(2027, 3, 1),
)
TASK = CareTaskScheduled(
    resident_id="wang",
    care_task_id="t1",
    kind="hypertension-follow-up",
    source="contract",
    source_id="c1",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=REQUESTED.needs,
    sync="single",
    at_home=True,
    priority=5,
    window_from=TODAY,
    window_to=SUNDAY,
    lost_after=SUNDAY,
)
LATER = replace(TASK, care_task_id="t2", kind="elder-exam", window_from=SUNDAY, window_to=SUNDAY)
DUE = CareTaskFellDue(
    resident_id="wang",
    care_task_id="t1",
    kind="hypertension-follow-up",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=REQUESTED.needs,
    sync="single",
    at_home=True,
    priority=5,
    window_from=TODAY,
    window_to=SUNDAY,
)
END = EndCare(resident_id="wang", last_day=YESTERDAY, cause="died")
ENDED = OpenCareEnded(resident_id="wang", cause="died", last_day=YESTERDAY, source_id=None, to_come=False)
DOWN = ContractLaidDown(resident_id="wang", contract_id="c1", last_day=YESTERDAY)
OPEN: dict[str, Any] = {"open_visits": ("v1",), "open_beds": ("b1",), "open_referrals": ("r1",)}


def gone(task: CareTaskScheduled, cause: Any, *, visited: bool = False) -> CareTaskCancelled:
    """Return the cancellation of a task of Wang's."""
    return CareTaskCancelled(
        resident_id="wang", care_task_id=task.care_task_id, team_id="team-1", cause=cause, asked=visited
    )


def test_a_death_ends_every_task_contract_visit_bed_and_referral():
    all_of_it = replace(ENDED, visit_ids=("v1",), contract_ids=("c1",), family_bed_ids=("b1",), referral_ids=("r1",))
    given(TERM, TASK, LATER, DUE).when(END, resident=[WANG, DIED], **OPEN).then(
        DOWN, gone(TASK, "died", visited=True), gone(LATER, "died"), all_of_it
    )
    given().when(END, resident=[WANG, DIED]).then_nothing()


def test_a_death_of_today_leaves_no_task():
    today = replace(END, last_day=TODAY)
    died = [WANG, replace(DIED, last_day=TODAY)]
    assert gone(TASK, "died", visited=True) in given(TASK, DUE).when(today, resident=died).decided()


def test_a_move_that_is_announced_leaves_what_stands_until_its_last_day_and_ends_the_rest_after_it():
    move = EndCare(resident_id="wang", last_day=TOMORROW, cause="moved-out")
    announced = OpenCareEnded(
        resident_id="wang",
        cause="moved-out",
        last_day=TOMORROW,
        source_id=None,
        to_come=True,
        visit_ids=("v1", "t1"),
        contract_ids=("c1",),
    )
    down = replace(DOWN, last_day=TOMORROW)
    there: dict[str, Any] = {"resident": [WANG, WILL_MOVE], **OPEN}
    given(TERM, TASK, LATER, DUE).when(move, **there).then(down, gone(LATER, "moved-out"), announced)
    over = replace(
        announced, to_come=False, visit_ids=("v1",), contract_ids=(), family_bed_ids=("b1",), referral_ids=("r1",)
    )
    past = (TERM, TASK, LATER, DUE, down, gone(LATER, "moved-out"), announced)
    given(*past).when(move, **there, now=at(SUNDAY, 0)).then(gone(TASK, "moved-out", visited=True), over)
    given(*past).when(move, resident=[WANG], now=at(SUNDAY, 0)).then(
        replace(announced, to_come=False, visit_ids=(), contract_ids=())
    )


def test_the_early_end_of_a_contract_ends_what_is_open_under_it_and_its_referrals():
    end = CancelCare(resident_id="wang", source_id="c1", last_day=YESTERDAY, cause="contract-over")
    listed = replace(ENDED, cause="contract-over", source_id="c1", visit_ids=("v1",), referral_ids=("r1",))
    held: dict[str, Any] = {"open_visits": ("v1",), "open_referrals": ("r1",)}
    follow_up = replace(LATER, care_task_id="r1.return-follow-up", source="referral", source_id="r1")
    other = replace(LATER, care_task_id="b1.1", source="family_bed", source_id="b1", contract_id=None)
    given(TERM, TASK, DUE, follow_up, other).when(end, **held).then(
        DOWN, gone(TASK, "contract-over", visited=True), gone(follow_up, "contract-over"), listed
    )


def test_nothing_falls_due_for_somebody_who_is_gone_or_at_the_home_of_somebody_in_hospital():
    due = FallDueCareTask(resident_id="wang", care_task_id="t1")
    given(TERM, TASK).when(due, resident=[WANG, DIED]).then(gone(TASK, "died"))
    given(TERM, TASK).when(due, resident=[WANG, MOVED]).then(gone(TASK, "moved-out"))
    paused = replace(ENDED, cause="in-hospital", last_day=TODAY)
    given(TERM, TASK, paused).when(due, resident=[WANG]).then(gone(TASK, "in-hospital"))


def test_a_stay_in_hospital_cancels_what_is_due_at_home_and_the_return_owes_it_again():
    pause = PauseCare(resident_id="wang", since=TODAY, referral_id="r1")
    paused = replace(
        ENDED, cause="in-hospital", last_day=TODAY, source_id="r1", visit_ids=("v1",), family_bed_ids=("b1",)
    )
    held: dict[str, Any] = {"open_visits": ("v1",), "open_beds": ("b1",)}
    off = gone(TASK, "in-hospital", visited=True)
    given(TERM, TASK, LATER, DUE).when(pause, **held).then(off, paused)
    given(TERM, paused).when(pause, **held).then_nothing()
    back = ResumeCare(resident_id="wang", returned_on=TOMORROW)
    resumed = CareResumed(resident_id="wang", returned_on=TOMORROW, family_bed_ids=("b1",))
    past = (TERM, TASK, LATER, DUE, off, paused)
    given(*past).when(back, now=at(TOMORROW, 9)).then(resumed, replace(TASK, care_task_id="t1.2"))
    given(*past).when(back, now=at(date(2026, 3, 9), 9)).then(resumed)
    given(TERM, TASK).when(back).then_nothing()


def test_visits_requested_by_hand_move_with_their_contract():
    to = ContractTransferred(
        contract_id="c1",
        resident_id="wang",
        from_team_id="team-1",
        team_id="team-2",
        institution_id="fuhai",
        from_day=TODAY,
        doctor_id="chen",
        nurse_id="fang",
    )
    moved = OpenVisitsMoved(
        resident_id="wang",
        contract_id="c1",
        team_id="team-2",
        doctor_id="chen",
        nurse_id="fang",
        visit_ids=("v1",),
    )
    move = MoveCare(resident_id="wang", contract_id="c1")
    given().when(move, contract=[SIGNED, to], open_visits=("v1",)).then(moved)
    hand_over = HandOverVisit(visit_id="v1", team_id="team-2", contract_id="c1", doctor_id="chen", nurse_id="fang")
    given(REQUESTED).when(hand_over, team=[TEAM_2]).then(
        VisitHandedOver(
            visit_id="v1",
            resident_id="wang",
            from_team_id="team-1",
            team_id="team-2",
            care_task_id="t1",
            needs=(replace(REQUESTED.needs[0], named_id="chen"),),
            window_to=SUNDAY,
            plan_from=TODAY,
            was_on=None,
        )
    )
    given(REQUESTED).when(replace(hand_over, contract_id="c2"), team=[TEAM_2]).then_nothing()
    started = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
    given(REQUESTED, ASSIGNED, started).when(hand_over, team=[TEAM_2]).then_nothing()
