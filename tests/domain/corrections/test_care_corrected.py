"""Care follows corrected contracts and departures."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.care_plan import CARE_PLAN
from domain.care_plan.commands import LeaveAsEnded, MoveCareEnd, ReinstateCare, ReplanContractCare
from domain.care_plan.events import CareEndMoved, CareReinstated, LeftAsEnded
from domain.contract.correction_events import ContractReinstated
from domain.contract.events import ContractTerminated
from domain.visit import VISIT
from domain.visit.commands import ReinstateVisit
from domain.visit.correction_events import VisitReinstated
from tests.domain.builders import MERGED, REQUESTED, SIGNED, TODAY, TOMORROW, WANG, YESTERDAY, in_group
from tests.domain.endings.departures import DIED, MOVED
from tests.domain.endings.test_open_care import DOWN, ENDED, TASK, TERM, gone
from tests.domain.endings.test_visits_end import CANCELLED
from tests.spec import claimed, folded, given, touched

WHY: dict[str, Any] = {"reason": "recorded for a namesake", "allowed_by": "head"}
REPLAN = ReplanContractCare(resident_id="wang", contract_id="c1")
REINSTATE = ReinstateCare(resident_id="wang", cause="died", last_day=YESTERDAY, **WHY)
OVER = replace(ENDED, visit_ids=("v1",), contract_ids=("c1",), family_bed_ids=("b1",), referral_ids=("r1",))
REINSTATED = CareReinstated(
    resident_id="wang",
    cause="died",
    last_day=YESTERDAY,
    visit_ids=("v1",),
    contract_ids=("c1",),
    family_bed_ids=("b1",),
    referral_ids=("r1",),
    **WHY,
)
MOVE_END = MoveCareEnd(resident_id="wang", cause="died", was_last_day=YESTERDAY, last_day=date(2026, 2, 20), **WHY)
END_MOVED = CareEndMoved(
    resident_id="wang",
    cause="died",
    was_last_day=YESTERDAY,
    last_day=date(2026, 2, 20),
    visit_ids=("v1",),
    contract_ids=("c1",),
    family_bed_ids=("b1",),
    **WHY,
)
LEAVE = LeaveAsEnded(resident_id="wang", part="contract", part_id="c1", reason="signed again")
LEFT = LeftAsEnded(resident_id="wang", part="contract", part_id="c1", reason="signed again")
IDS: dict[str, Any] = {"contract_id": "c1", "resident_id": "wang", "team_id": "team-1"}
DEAD = ContractTerminated(**IDS, last_day=YESTERDAY, reason="died")
RUNS_AGAIN = ContractReinstated(
    **IDS,
    starts_on=TODAY,
    last_day=YESTERDAY,
    ends_on=date(2027, 3, 1),
    end_reason=None,
    term=1,
    sign_by=None,
    **WHY,
)
ILL = [WANG, in_group("hypertension")]


def test_what_ended_with_a_death_that_never_was_is_listed_once_so_that_each_part_can_go_on():
    given(TERM, DOWN, OVER).when(REINSTATE, resident=[WANG]).then(REINSTATED)
    given(TERM, DOWN, OVER, REINSTATED).when(REINSTATE, resident=[WANG]).then_nothing()


def test_a_contract_that_ended_first_is_found_by_its_last_day():
    (listed,) = given(TERM, DOWN).when(REINSTATE, resident=[WANG]).decided()
    assert (listed.contract_ids, listed.visit_ids) == (("c1",), ())


def test_of_somebody_who_moved_instead_only_the_contracts_are_listed():
    (listed,) = given(TERM, DOWN, OVER).when(REINSTATE, resident=[WANG, MOVED]).decided()
    assert (listed.contract_ids, listed.visit_ids, listed.family_bed_ids, listed.referral_ids) == (("c1",), (), (), ())


def test_what_ended_follows_the_corrected_day_of_the_departure():
    dead = [WANG, replace(DIED, last_day=date(2026, 2, 20))]
    given(TERM, DOWN, OVER).when(MOVE_END, resident=dead).then(END_MOVED)
    given(TERM, DOWN, OVER, END_MOVED).when(MOVE_END, resident=dead).then_nothing()
    given(TERM, DOWN, OVER).when(MOVE_END, resident=[WANG]).then_nothing()
    assert folded(CARE_PLAN, TERM, DOWN, OVER, END_MOVED).ends[0].last_day == date(2026, 2, 20)


def test_a_person_leaves_a_part_as_ended_with_a_reason():
    given(TERM, OVER, REINSTATED).when(LEAVE).then(LEFT)
    given(TERM, OVER, REINSTATED, LEFT).when(LEAVE).then_nothing()
    given(TERM, OVER, REINSTATED).when(replace(LEAVE, part_id="c9")).then_refused("part-not-listed", id="c9")
    given().when(LEAVE).then_refused("part-not-listed", part="contract", id="c1")
    given(TERM, OVER, REINSTATED).when(replace(LEAVE, reason=" ")).then_refused("correction-without-reason")


def test_a_contract_that_runs_again_owes_again_what_its_end_cancelled():
    contract: dict[str, Any] = {"contract": [SIGNED, DEAD, RUNS_AGAIN], "resident": ILL}
    recheck = replace(TASK, because="t0", group="hypertension")
    past = (replace(TERM, starts_on=TODAY), recheck, DOWN, gone(TASK, "died"))
    events = given(*past).when(REPLAN, **contract).decided()
    assert events[0] == replace(TERM, starts_on=TODAY)
    assert replace(recheck, care_task_id="t1.2") in events
    given(*past, *events).when(REPLAN, **contract).then_nothing()


def test_a_task_in_a_window_that_is_over_is_not_owed_again():
    recheck = replace(TASK, because="t0", group="hypertension")
    past = replace(recheck, window_from=date(2026, 2, 1), window_to=YESTERDAY)
    before = (replace(TERM, starts_on=TODAY), past, DOWN, gone(past, "died"))
    events = given(*before).when(REPLAN, contract=[SIGNED, DEAD, RUNS_AGAIN], resident=ILL)
    assert all(getattr(event, "care_task_id", "") != "t1.2" for event in events.decided())


def test_a_shorter_term_owes_nothing_after_its_end_and_a_contract_of_somebody_else_nothing_at_all():
    late = replace(TASK, care_task_id="t9", window_from=date(2026, 9, 1), window_to=date(2026, 9, 30))
    short = [replace(SIGNED, ends_on=date(2026, 6, 30))]
    events = given(TERM, late).when(REPLAN, contract=short, resident=[WANG]).decided()
    assert gone(late, "record-corrected") in events
    given(TERM, late).when(replace(REPLAN, resident_id="li"), contract=short, resident=[WANG]).then_nothing()


def test_planning_the_care_of_a_corrected_contract_twice_changes_nothing():
    contract: dict[str, Any] = {"contract": [SIGNED], "resident": [WANG]}
    events = given().when(REPLAN, **contract).decided()
    given().when(REPLAN, **contract).then(*events)


BY_HAND = replace(REQUESTED, care_task_id=None, window_to=date(2026, 3, 8))
BACK = ReinstateVisit(visit_id="v1", reason="cancelled by mistake")
CANCELLED_BY_HAND = replace(CANCELLED, care_task_id=None)
WANTED_AGAIN = VisitReinstated(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    window_from=BY_HAND.window_from,
    window_to=date(2026, 3, 8),
    plan_from=TODAY,
    was="died",
    reason="cancelled by mistake",
)


def test_a_visit_cancelled_by_mistake_is_wanted_again_in_the_rest_of_its_window():
    what: dict[str, Any] = {"contract": [SIGNED], "resident": [WANG]}
    given(BY_HAND, CANCELLED_BY_HAND).when(BACK, **what).then(WANTED_AGAIN)
    given(BY_HAND).when(BACK, **what).then_nothing()
    given(REQUESTED, CANCELLED).when(BACK, **what).then_nothing()
    given(BY_HAND, CANCELLED_BY_HAND).when(replace(BACK, causes=("moved-out",)), **what).then_nothing()
    assert folded(VISIT, BY_HAND, CANCELLED_BY_HAND, WANTED_AGAIN).status == "requested"
    assert touched(VISIT, BY_HAND, CANCELLED_BY_HAND, WANTED_AGAIN) == [("team-1", TODAY)]
    (claim,) = claimed(VISIT, BY_HAND, CANCELLED_BY_HAND, WANTED_AGAIN)
    assert claim.until > TOMORROW


def test_a_visit_is_not_wanted_again_where_it_cannot_be_made():
    cancelled = given(BY_HAND, CANCELLED_BY_HAND)
    given().when(BACK).then_refused("visit-unknown", visit="v1")
    cancelled.when(replace(BACK, reason=""), contract=[SIGNED], resident=[WANG]).then_refused(
        "correction-without-reason"
    )
    cancelled.when(BACK, contract=[SIGNED], resident=[WANG, DIED]).then_refused("resident-departed", resident="wang")
    cancelled.when(BACK, contract=[SIGNED], resident=[WANG, MERGED]).then_refused("resident-merged", kept="wang-2")
    cancelled.when(BACK, contract=[SIGNED, DEAD], resident=[WANG]).then_refused("no-valid-contract-or-bed", visit="v1")
    past = replace(BY_HAND, window_from=YESTERDAY, window_to=YESTERDAY)
    given(past, CANCELLED_BY_HAND).when(BACK, contract=[SIGNED], resident=[WANG]).then_refused(
        "window-over", visit="v1"
    )
