"""Services owed to each key group, with their windows (A5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.care_plan.commands import PlanContractCare, PlanGroupCare
from domain.care_plan.events import CareTaskCancelled, CareTaskDone, CareTaskScheduled, ContractTakenUp
from domain.contract.events import ContractRenewed
from domain.key_groups import KeyGroup
from domain.local_time import months_later
from domain.policy_pack import pack_of
from domain.resident.commands import GroupStage
from domain.resident.events import KeyGroupTagged
from domain.visit.commands import Need
from tests.domain.builders import SIGNED, TODAY, WANG, WANG_PERSONAL, at, in_group
from tests.domain.care_plan.test_care_plan import MOVED_CONTRACT, TASK, TERM
from tests.rules import holds
from tests.spec import given

PLAN_CARE = PlanContractCare(resident_id="wang", contract_id="c1")
HYPERTENSION = {"contract": [SIGNED], "resident": [WANG, in_group("hypertension")]}
QUARTERS = (
    (date(2026, 4, 6), date(2026, 4, 26)),
    (date(2026, 7, 6), date(2026, 7, 26)),
    (date(2026, 10, 5), date(2026, 10, 25)),
    (date(2027, 1, 5), date(2027, 1, 25)),
)
EXAM = (date(2026, 7, 18), date(2026, 10, 15))
Window = tuple[date, date]


def quarterly(number: int, window: Window) -> CareTaskScheduled:
    return replace(
        TASK,
        care_task_id=f"c1.1.hypertension-follow-up.{number}",
        at_home=False,
        window_from=window[0],
        window_to=window[1],
        lost_after=window[1] + timedelta(days=30),
        group="hypertension",
    )


FOLLOW_UPS = tuple(quarterly(number, window) for number, window in enumerate(QUARTERS, start=1))
YEARLY = replace(
    FOLLOW_UPS[0],
    care_task_id="c1.1.hypertension-exam.1",
    kind="hypertension-exam",
    needs=(Need(roles=("gp",), minutes=30, named_id="li"),),
    priority=3,
    window_from=EXAM[0],
    window_to=EXAM[1],
    lost_after=EXAM[1] + timedelta(days=30),
)
OWED = (*FOLLOW_UPS, YEARLY)


def aged(years: int) -> Any:
    """Return Wang's registration with this age today."""
    return replace(WANG, personal=replace(WANG_PERSONAL, born_on=months_later(TODAY, -12 * years)))


def tag(
    group: KeyGroup, since: date = TODAY, anchor: date | None = None, stage: GroupStage | None = None
) -> KeyGroupTagged:
    return KeyGroupTagged(resident_id="wang", group=group, since=since, anchor=anchor, stage=stage)


def owed(*resident: object, **inputs: Any) -> list[CareTaskScheduled]:
    """Return the tasks that a signature today schedules."""
    decided = given().when(PLAN_CARE, **{"contract": [SIGNED], "resident": [*resident], **inputs}).decide()
    assert isinstance(decided, list)
    return [event for event in decided if isinstance(event, CareTaskScheduled)]


def windows(tasks: list[CareTaskScheduled]) -> dict[str, list[Window]]:
    """Return the windows of each kind."""
    kinds: dict[str, list[Window]] = {}
    for task in tasks:
        kinds.setdefault(task.kind, []).append((task.window_from, task.window_to))
    return kinds


def in_days(*pairs: tuple[int, int], of: date = TODAY) -> list[Window]:
    return [(of + timedelta(days=first), of + timedelta(days=last)) for first, last in pairs]


@holds("A5.1", "A5.2")
def test_hypertension_is_seen_in_four_windows_inside_the_term_and_examined_once():
    given().when(PLAN_CARE, **HYPERTENSION).then(TERM, *OWED)


def test_care_that_is_planned_is_not_planned_again():
    given(TERM, *OWED).when(PLAN_CARE, **HYPERTENSION).then_nothing()


def test_a_contract_is_taken_up_even_if_nothing_is_owed():
    given().when(PLAN_CARE, contract=[SIGNED], resident=[aged(30)]).then(TERM)


def test_windows_that_are_over_are_not_owed():
    given().when(PLAN_CARE, now=at(date(2026, 7, 27), 9), **HYPERTENSION).then(TERM, *FOLLOW_UPS[2:], YEARLY)
    last = FOLLOW_UPS[1].window_to
    given().when(PLAN_CARE, now=at(last, 9), **HYPERTENSION).then(TERM, *FOLLOW_UPS[1:], YEARLY)


@holds("A5.13")
def test_who_cannot_come_is_seen_at_home_the_exam_of_an_elder_as_well():
    tasks = owed(replace(WANG, homebound=True), in_group("elder"))
    assert {task.kind: task.at_home for task in tasks} == {"elder-exam": True, "tcm-constitution": True}


@holds("A5.1", "A5.9")
def test_chronic_disease_is_owed_from_thirty_five_years_on():
    for group in ("hypertension", "diabetes"):
        assert owed(aged(33), tag(group)) == []
        assert owed(aged(35), tag(group))


def test_who_turns_thirty_five_in_the_term_is_owed_the_later_windows():
    almost = replace(WANG, personal=replace(WANG_PERSONAL, born_on=date(1991, 9, 1)))
    assert windows(owed(almost, tag("hypertension")))["hypertension-follow-up"] == list(QUARTERS[2:])


@holds("A5.9", "A5.10")
def test_diabetes_is_seen_and_tested_four_times_and_examined_once():
    kinds = windows(owed(WANG, tag("diabetes")))
    assert kinds["diabetes-follow-up"] == kinds["glucose-test"] == list(QUARTERS)
    assert kinds["diabetes-exam"] == [EXAM]


@holds("A5.35", "A5.36")
def test_confirmed_copd_is_seen_four_times_and_checked_once_under_the_national_package_of_2025():
    copd = tag("copd")
    assert windows(owed(WANG, copd)) == {"pressure-check": [EXAM]}
    kinds = windows(owed(WANG, copd, pack=pack_of("SZ-2025")))
    assert (kinds["copd-follow-up"], kinds["copd-exam"]) == (list(QUARTERS), [EXAM])
    assert "copd-exam" not in windows(owed(WANG, copd, tag("elder"), pack=pack_of("SZ-2025")))


@holds("A5.8")
def test_everyone_from_thirty_five_on_is_measured_once_a_year():
    assert windows(owed(aged(35))) == {"pressure-check": [EXAM]}
    assert owed(aged(20)) == []
    assert "pressure-check" not in windows(owed(WANG, tag("hypertension")))


@holds("A5.11", "A5.12")
def test_an_elder_has_one_exam_and_one_assessment_of_constitution_a_year_and_no_second_exam():
    kinds = windows(owed(WANG, tag("elder"), tag("hypertension"), tag("diabetes")))
    assert kinds["elder-exam"] == kinds["tcm-constitution"] == [EXAM]
    assert not {"hypertension-exam", "diabetes-exam"} & kinds.keys()


@holds("A5.14")
def test_a_pregnancy_has_its_record_before_week_thirteen_and_four_checks():
    kinds = windows(owed(aged(28), tag("pregnant")))
    assert kinds == {
        "pregnancy-record": in_days((0, 13 * 7 - 1)),
        "pregnancy-check": in_days((112, 146), (147, 174), (196, 258), (259, 286)),
    }
    tenth_week = tag("pregnant", since=TODAY, anchor=TODAY - timedelta(weeks=20))
    kinds = windows(owed(aged(28), tenth_week))
    assert kinds["pregnancy-check"][0] == (TODAY, TODAY + timedelta(days=6))
    assert "pregnancy-record" not in kinds


@holds("A5.16", "A5.17")
def test_a_mother_is_visited_within_a_week_of_discharge_and_examined_on_day_forty_two():
    birth = TODAY - timedelta(days=3)
    kinds = windows(owed(aged(28), tag("postpartum", since=birth, anchor=TODAY)))
    assert kinds == {"postpartum-visit": in_days((0, 6)), "postpartum-exam": in_days((42, 48), of=birth)}
    visit = owed(aged(28), tag("postpartum", since=birth, anchor=TODAY))[0]
    assert (visit.at_home, visit.priority) == (True, 8)


@holds("A5.18", "A5.19")
def test_a_child_is_seen_after_discharge_at_a_month_and_at_its_months_and_years():
    born_on = TODAY - timedelta(days=2)
    newborn = replace(WANG, personal=replace(WANG_PERSONAL, born_on=born_on))
    contract = [replace(SIGNED, ends_on=months_later(TODAY, 90))]
    kinds = windows(owed(newborn, tag("child", since=born_on, anchor=TODAY), contract=contract))
    assert kinds["newborn-visit"] == in_days((0, 6))
    assert kinds["newborn-check"] == in_days((28, 30), of=born_on)
    months = [3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72]
    assert [first for first, _ in kinds["child-check"]] == [months_later(born_on, month) for month in months]
    assert kinds["child-check"][0][1] == months_later(born_on, 4) - timedelta(days=1)
    assert kinds["child-check"][-1][1] == months_later(born_on, 84) - timedelta(days=1)


@holds("A5.16")
def test_a_newborn_with_its_mother_is_seen_on_her_visit_and_has_no_trip_of_its_own():
    newborn = replace(WANG, personal=replace(WANG_PERSONAL, born_on=TODAY))
    kinds = windows(owed(newborn, tag("child", stage="with-mother")))
    assert "newborn-visit" not in kinds
    assert kinds["newborn-check"] == in_days((28, 30))


def test_a_child_that_is_signed_later_is_owed_what_is_left():
    born_on = months_later(TODAY, -20)
    child = replace(WANG, personal=replace(WANG_PERSONAL, born_on=born_on))
    kinds = windows(owed(child, tag("child", since=born_on)))
    assert kinds == {
        "child-check": [
            (months_later(born_on, month), months_later(born_on, month + 1) - timedelta(days=1)) for month in (24, 30)
        ]
    }


@holds("A5.21")
def test_severe_mental_disorder_is_first_visited_within_two_weeks_by_doctor_and_nurse_together():
    tasks = owed(aged(30), tag("mental-disorder", since=date(2020, 1, 1)))
    assert windows(tasks)["mental-follow-up"] == in_days((0, 13))
    (first,) = [task for task in tasks if task.kind == "mental-follow-up"]
    assert (first.sync, first.at_home) == ("simultaneous", True)
    assert [(need.roles, need.named_id) for need in first.needs] == [(("gp",), "li"), (("nurse",), "he")]


@holds("A5.22")
def test_severe_mental_disorder_is_examined_once_a_year():
    assert windows(owed(aged(30), tag("mental-disorder")))["mental-exam"] == [EXAM]


@holds("A5.23")
def test_who_is_suspected_of_tuberculosis_is_called_within_a_week():
    tasks = owed(aged(30), tag("tuberculosis", stage="suspect"))
    assert windows(tasks) == {"tuberculosis-suspect-call": in_days((0, 6))}
    homebound = owed(replace(aged(30), homebound=True), tag("tuberculosis", stage="suspect"))
    assert [task.at_home for task in (*tasks, *homebound)] == [False, False]


@holds("A5.24", "A5.25", "A5.26")
def test_tuberculosis_is_visited_within_three_days_of_notice_then_every_ten_days_then_monthly():
    tasks = owed(aged(30), tag("tuberculosis", since=TODAY - timedelta(days=9), anchor=TODAY))
    kinds = windows(tasks)
    assert kinds["tuberculosis-first-visit"] == in_days((0, 2))
    assert kinds["tuberculosis-supervision"] == in_days(*((day, day + 9) for day in range(0, 60, 10)))
    assert kinds["tuberculosis-continuation"] == in_days(*((day, day + 29) for day in range(60, 180, 30)))
    assert kinds["tuberculosis-record"] == in_days(*((day, day + 29) for day in range(0, 180, 30)))
    assert {task.priority for task in tasks if task.kind == "tuberculosis-first-visit"} == {9}


def test_a_stage_has_its_own_schedule():
    assert windows(owed(aged(30), tag("tuberculosis", stage="continuation"))).keys() == {
        "tuberculosis-continuation",
        "tuberculosis-record",
    }


@holds("A5.29")
def test_the_disabled_are_guided_twice_a_year():
    assert len(windows(owed(aged(30), tag("disabled")))["rehabilitation-guidance"]) == 2


@pytest.mark.parametrize("group", ["low-income", "special-family"])
def test_a_group_without_a_rule_is_owed_nothing_of_its_own(group):
    assert owed(aged(30), tag(group)) == []


@holds("A5.27")
def test_every_window_lies_in_the_term_in_order_and_is_cut_where_it_ends():
    short = [replace(SIGNED, ends_on=TODAY + timedelta(days=100))]
    groups: tuple[KeyGroup, ...] = ("hypertension", "diabetes", "elder", "tuberculosis", "mental-disorder", "pregnant")
    tasks = owed(WANG, *map(tag, groups), contract=short)
    for kind, days in windows(tasks).items():
        flat = [day for window in days for day in window]
        assert flat == sorted(flat), kind
        assert flat[0] >= TODAY
        assert flat[-1] <= TODAY + timedelta(days=100), kind
    assert any(task.window_to == TODAY + timedelta(days=100) for task in tasks)


def test_care_is_owed_by_the_team_that_has_the_contract_now():
    tasks = owed(WANG, in_group("hypertension"), contract=[SIGNED, MOVED_CONTRACT])
    assert {(task.team_id, task.needs[0].named_id) for task in tasks} == {("team-2", "chen")}


def test_three_years_are_owed_three_times_as_much():
    contract = [replace(SIGNED, ends_on=date(2029, 3, 1))]
    days = windows(owed(WANG, in_group("hypertension"), contract=contract))["hypertension-follow-up"]
    assert len(days) == 12
    assert days[-1][1] <= date(2029, 3, 1)


def test_care_is_planned_under_a_contract_of_the_resident():
    given().when(PLAN_CARE).then_refused("contract-unknown", contract="c1")
    given().when(PLAN_CARE, contract=[replace(SIGNED, resident_id="zhao")]).then_refused(
        "contract-of-another-resident", resident="wang"
    )


def renewed() -> list[object]:
    return [
        SIGNED,
        ContractRenewed(
            contract_id="c1",
            resident_id="wang",
            team_id="team-1",
            term=2,
            signed_on=date(2027, 2, 1),
            starts_on=date(2027, 3, 2),
            ends_on=date(2028, 3, 1),
            signed_by="resident",
            signed_at="desk",
        ),
    ]


def test_what_is_counted_from_a_birth_is_owed_once_also_over_two_terms():
    child = [replace(WANG, personal=replace(WANG_PERSONAL, born_on=months_later(TODAY, -42))), tag("child")]
    first = given().when(PLAN_CARE, contract=[SIGNED], resident=child).decide()
    assert isinstance(first, list)
    again = given(*first).when(PLAN_CARE, now=at(date(2027, 2, 1), 9), contract=renewed(), resident=child).decide()
    assert isinstance(again, list)
    assert [type(event) for event in again] == [ContractTakenUp, CareTaskScheduled]
    assert [event.care_task_id for event in (*first, *again) if isinstance(event, CareTaskScheduled)] == [
        "c1.child-check.9",
        "c1.child-check.10",
    ]


def test_a_term_that_awaited_its_signature_is_taken_up_whole_when_it_is_signed():
    short = replace(TERM, ends_on=date(2026, 4, 30))
    given(short, FOLLOW_UPS[0]).when(PLAN_CARE, **HYPERTENSION).then(TERM, *OWED[1:])


PLAN_GROUP = PlanGroupCare(resident_id="wang", group="hypertension")


@holds("A5.28")
def test_who_joins_a_key_group_after_signing_is_owed_its_services_at_once():
    given(TERM).when(PLAN_GROUP, resident=[WANG, in_group("hypertension")]).then(*OWED)


def test_without_a_contract_a_key_group_is_owed_nothing():
    given().when(PLAN_GROUP, resident=[WANG, in_group("hypertension")]).then_nothing()
    over = replace(TERM, ends_on=TODAY - timedelta(days=1))
    given(over).when(PLAN_GROUP, resident=[WANG, in_group("hypertension")]).then_nothing()


def gone(task: CareTaskScheduled) -> CareTaskCancelled:
    return CareTaskCancelled(
        resident_id="wang", care_task_id=task.care_task_id, team_id="team-1", cause="group-changed", asked=False
    )


@holds("A5.28")
def test_who_leaves_a_key_group_is_owed_its_services_no_longer():
    given(TERM, *OWED).when(PLAN_GROUP, resident=[aged(30)]).then(*map(gone, OWED))


def test_what_was_done_before_stays_done_and_who_comes_back_is_owed_the_rest_anew():
    first, *rest = OWED
    done = CareTaskDone(
        resident_id="wang",
        care_task_id=first.care_task_id,
        source="contract",
        source_id="c1",
        done_on=first.window_from,
        visit_id=None,
    )
    again = [replace(task, care_task_id=f"{task.care_task_id}.2") for task in rest]
    given(TERM, *OWED, done, *map(gone, rest)).when(
        PLAN_GROUP, now=at(date(2026, 4, 10), 9), resident=[WANG, in_group("hypertension")]
    ).then(*again)


def test_hypertension_takes_the_place_of_the_yearly_measuring_of_everyone():
    (check,) = owed(aged(40))
    decided = given(TERM, check).when(PLAN_GROUP, resident=[aged(40), tag("hypertension")]).decide()
    assert isinstance(decided, list)
    assert decided[0] == gone(check)
    assert {event.kind for event in decided[1:]} == {"hypertension-follow-up", "hypertension-exam"}


def test_an_anchor_that_moves_moves_what_has_not_been_done():
    tuberculosis = PlanGroupCare(resident_id="wang", group="tuberculosis")
    before, after = tag("tuberculosis", stage="suspect"), tag("tuberculosis", anchor=TODAY, stage="intensive")
    (call,) = owed(aged(30), before)
    decided = given(TERM, call).when(tuberculosis, resident=[aged(30), before, after]).decide()
    assert isinstance(decided, list)
    assert decided[0] == gone(call)
    assert {event.kind for event in decided[1:]} == {
        "tuberculosis-first-visit",
        "tuberculosis-supervision",
        "tuberculosis-record",
    }


def test_the_chain_of_a_mental_disorder_goes_on_when_the_tag_is_told_again():
    disorder = PlanGroupCare(resident_id="wang", group="mental-disorder")
    before, after = tag("mental-disorder"), tag("mental-disorder", stage="stable")
    tasks = owed(aged(30), before)
    given(TERM, *tasks).when(disorder, resident=[aged(30), before, after]).then_nothing()
