"""Findings decide the next services (A5)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.care_plan.commands import CompleteCareTask
from domain.care_plan.events import CareTaskDone, CareTaskScheduled, ReferralAdvised
from domain.finding import MEASURES, Finding
from domain.key_groups import KeyGroup
from domain.local_time import months_later
from domain.resident.events import KeyGroupTagged
from domain.visit.commands import Need
from tests.domain.builders import TODAY, WANG, WANG_PERSONAL, at
from tests.domain.care_plan.test_care_plan import MISS, TASK, TERM
from tests.rules import holds
from tests.spec import given

SEEN = date(2026, 4, 8)
NOW = at(SEEN, 18)
SOON = (date(2026, 4, 9), date(2026, 4, 22))


def task(kind: str, group: str | None, **more: Any) -> CareTaskScheduled:
    return replace(TASK, kind=kind, group=group, at_home=False, **more)


def findings(*codes: str, **numbers: float) -> dict[str, Any]:
    """Return signs and measured values, e.g. `systolic_pressure=150`."""
    measured = tuple(
        Finding(code=code, value=number, unit=MEASURES[code].unit)
        for code, number in ((name.replace("_", "-"), number) for name, number in numbers.items())
    )
    return {"findings": codes, "measured": measured}


def done(about: CareTaskScheduled, outcome: Any, group: str, what: dict[str, Any]) -> Any:
    return CareTaskDone(
        resident_id="wang",
        care_task_id=about.care_task_id,
        source="contract",
        source_id="c1",
        done_on=SEEN,
        visit_id=None,
        kind=about.kind,
        contract_id="c1",
        group=group,
        outcome=outcome,
        **what,
    )


def seen(*past: object, what: dict[str, Any], years: int = 50, groups: tuple[KeyGroup, ...] = ()) -> list[Any]:
    """Return the events of completing the last task with these findings."""
    person = replace(WANG, personal=replace(WANG_PERSONAL, born_on=months_later(TODAY, -12 * years)))
    tags = [KeyGroupTagged(resident_id="wang", group=group, since=TODAY) for group in groups]
    about = next(event for event in reversed(past) if isinstance(event, CareTaskScheduled))
    complete = CompleteCareTask(resident_id="wang", care_task_id=about.care_task_id, done_on=SEEN, **what)
    decided = given(TERM, *past).when(complete, now=NOW, resident=[person, *tags]).decide()
    assert isinstance(decided, list), decided
    return decided


def windows(events: list[Any]) -> list[tuple[str, date, date]]:
    return [
        (event.kind, event.window_from, event.window_to) for event in events if isinstance(event, CareTaskScheduled)
    ]


def advice(events: list[Any]) -> list[ReferralAdvised]:
    return [event for event in events if isinstance(event, ReferralAdvised)]


FOLLOW_UP = task("hypertension-follow-up", "hypertension")
DIABETES = task("diabetes-follow-up", "diabetes")
HIGH, WELL = (
    findings(systolic_pressure=150, diastolic_pressure=80),
    findings(systolic_pressure=130, diastolic_pressure=80),
)
SWEET = findings(fasting_glucose=7.0)


@holds("A5.3")
def test_uncontrolled_pressure_is_seen_again_within_two_weeks_and_the_regular_windows_stay():
    events = seen(FOLLOW_UP, what=HIGH)
    again = replace(
        FOLLOW_UP,
        care_task_id="c1.hypertension-follow-up.after-1",
        window_from=SOON[0],
        window_to=SOON[1],
        lost_after=SOON[1] + timedelta(days=30),
        because="t1",
    )
    assert events == [done(FOLLOW_UP, "uncontrolled", "hypertension", HIGH), again]


def test_controlled_pressure_changes_nothing():
    assert seen(FOLLOW_UP, what=WELL) == [done(FOLLOW_UP, "controlled", "hypertension", WELL)]


def test_where_nothing_was_measured_nothing_is_said():
    (only,) = seen(FOLLOW_UP, what=findings())
    assert only.outcome is None


@holds("A5.3")
@pytest.mark.parametrize("sign", ["adverse-reaction", "adverse-reaction-unresolved", "new-complication"])
def test_an_adverse_reaction_or_a_complication_is_not_under_control(sign):
    events = seen(FOLLOW_UP, what=with_signs(WELL, sign))
    assert events[0].outcome == "uncontrolled"
    assert windows(events)[0][1:] == SOON


def with_signs(what: dict[str, Any], *signs: str) -> dict[str, Any]:
    return {**what, "findings": signs}


@holds("A5.6")
@pytest.mark.parametrize(
    ("years", "systolic", "diastolic", "outcome"),
    [
        (64, 139, 89, "controlled"),
        (64, 140, 89, "uncontrolled"),
        (64, 139, 90, "uncontrolled"),
        (65, 149, 89, "controlled"),
        (65, 150, 89, "uncontrolled"),
        (65, 149, 90, "uncontrolled"),
    ],
)
def test_elders_may_have_a_higher_pressure(years, systolic, diastolic, outcome):
    what = findings(systolic_pressure=systolic, diastolic_pressure=diastolic)
    assert seen(FOLLOW_UP, what=what, years=years)[0].outcome == outcome


BEFORE = task("hypertension-follow-up", "hypertension", care_task_id="t0")


@holds("A5.4")
def test_uncontrolled_twice_in_a_row_a_referral_is_advised_and_asked_after_within_two_weeks():
    advised = ReferralAdvised(
        resident_id="wang",
        care_task_id="t1",
        contract_id="c1",
        team_id="team-1",
        urgency="ordinary",
        criteria=("pressure-uncontrolled-twice",),
        nearest_pci=False,
        advised_on=SEEN,
        follow_up_by=SOON[1],
    )
    asking = replace(
        FOLLOW_UP,
        care_task_id="c1.referral-advice-follow-up.after-2",
        kind="referral-advice-follow-up",
        needs=(Need(roles=("gp", "nurse"), minutes=25, named_id="li"),),
        priority=7,
        window_from=SOON[0],
        window_to=SOON[1],
        lost_after=SOON[1] + timedelta(days=30),
        because="t1",
    )
    complete = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=SEEN, **HIGH)
    given(TERM, BEFORE, done(BEFORE, "uncontrolled", "hypertension", HIGH), FOLLOW_UP).when(
        complete, now=NOW, resident=[WANG]
    ).then(done(FOLLOW_UP, "uncontrolled", "hypertension", HIGH), advised, asking)


@holds("A5.4")
def test_controlled_in_between_is_not_twice_in_a_row():
    middle = task("hypertension-follow-up", "hypertension", care_task_id="t-middle")
    past = (
        BEFORE,
        done(BEFORE, "uncontrolled", "hypertension", HIGH),
        middle,
        done(middle, "controlled", "hypertension", WELL),
    )
    assert advice(seen(*past, FOLLOW_UP, what=HIGH)) == []


def test_another_disease_is_not_the_second_time():
    past = (BEFORE, done(BEFORE, "uncontrolled", "diabetes", SWEET))
    assert advice(seen(*past, FOLLOW_UP, what=HIGH)) == []


@holds("A5.5")
@pytest.mark.parametrize("numbers", [{"systolic_pressure": 180}, {"diastolic_pressure": 110}])
def test_dangerous_pressure_is_advised_urgently_at_the_first_time(numbers):
    events = seen(FOLLOW_UP, what=findings(**numbers))
    (advised,) = advice(events)
    assert (advised.urgency, advised.criteria) == ("urgent", ("pressure-dangerous",))
    assert windows(events) == [("referral-advice-follow-up", *SOON)]


@holds("A5.5")
def test_a_danger_sign_is_enough_whatever_the_visit_was_for():
    events = seen(task("elder-exam", "elder"), what=findings("chest-pain"))
    assert [(advised.urgency, advised.criteria) for advised in advice(events)] == [("urgent", ("chest-pain",))]


def test_one_question_after_an_advised_referral_is_enough():
    first = seen(FOLLOW_UP, what=findings("chest-pain"))
    (asking,) = [event for event in first if isinstance(event, CareTaskScheduled)]
    events = seen(FOLLOW_UP, asking, task("elder-exam", "elder", care_task_id="t2"), what=findings("chest-pain"))
    assert len(advice(events)) == 1
    assert windows(events) == []


def test_one_visit_soon_is_enough():
    again = task("hypertension-follow-up", "hypertension", care_task_id="t-again", because="t0")
    assert windows(seen(again, FOLLOW_UP, what=HIGH)) == []


@holds("A5.30")
@pytest.mark.parametrize(
    ("glucose", "outcome"), [(6.9, "controlled"), (7.0, "uncontrolled"), (16.7, "uncontrolled"), (3.8, "controlled")]
)
def test_diabetes_follows_the_same_steps(glucose, outcome):
    events = seen(DIABETES, what=findings(fasting_glucose=glucose))
    assert events[0].outcome == outcome
    assert [advised.criteria for advised in advice(events)] == (
        [("glucose-dangerous",)] if glucose in {16.7, 3.8} else []
    )


@holds("A5.30")
def test_glucose_uncontrolled_twice_in_a_row_is_advised():
    before = task("diabetes-follow-up", "diabetes", care_task_id="t0")
    events = seen(before, done(before, "uncontrolled", "diabetes", SWEET), DIABETES, what=SWEET)
    assert [advised.criteria for advised in advice(events)] == [("glucose-uncontrolled-twice",)]


CHECK = task("pressure-check", "everyone")
HALF_A_YEAR = (SEEN + timedelta(days=182 - 29), SEEN + timedelta(days=182))


@holds("A5.7")
@pytest.mark.parametrize(
    "what",
    [
        findings(systolic_pressure=130),
        findings(diastolic_pressure=85),
        findings("pressure-risk", systolic_pressure=110),
    ],
)
def test_people_at_risk_are_measured_again_in_half_a_year(what):
    events = seen(CHECK, what=what)
    assert events[0].outcome == "at-risk"
    assert windows(events) == [("pressure-check", *HALF_A_YEAR)]


def test_normal_pressure_is_measured_next_year_and_high_pressure_within_two_weeks():
    assert windows(seen(CHECK, what=findings(systolic_pressure=129, diastolic_pressure=84))) == []
    assert seen(CHECK, what=findings())[0].outcome is None
    assert windows(seen(CHECK, what=findings(systolic_pressure=141))) == [("pressure-check", *SOON)]


def test_pressure_of_a_known_disease_belongs_to_the_disease():
    events = seen(task("elder-exam", "elder"), what=HIGH, years=70, groups=("elder", "hypertension"))
    assert (events[0].group, events[0].outcome) == ("hypertension", "uncontrolled")
    assert windows(events) == [("hypertension-follow-up", *SOON)]


@holds("A5.15")
def test_a_pregnancy_that_is_not_normal_is_referred_and_asked_after():
    check = task("pregnancy-check", "pregnant")
    events = seen(check, what=findings("pregnancy-abnormal"))
    assert events[0].outcome == "abnormal"
    assert [(advised.urgency, advised.criteria) for advised in advice(events)] == [
        ("ordinary", ("pregnancy-abnormal",))
    ]
    assert windows(events) == [("referral-advice-follow-up", *SOON)]
    assert seen(check, what=findings(weight=60))[0].outcome == "normal"
    assert seen(check, what=findings())[0].outcome is None


@holds("A5.20")
def test_a_frail_newborn_has_two_more_visits():
    newborn = task("newborn-visit", "child")
    events = seen(newborn, what=findings("low-birth-weight", "twins"))
    assert events[0].outcome == "frail"
    assert windows(events) == [
        ("newborn-visit", *SOON),
        ("newborn-visit", date(2026, 4, 23), date(2026, 5, 6)),
    ]
    with_mother = seen(task("postpartum-visit", "postpartum"), what=findings("premature"))
    assert [kind for kind, *_ in windows(with_mother)] == ["postpartum-visit", "postpartum-visit"]
    assert windows(seen(newborn, what=findings(weight=3.4))) == []
    assert windows(seen(replace(newborn, because="t0"), what=findings("twins"))) == []


DISORDER = task("mental-follow-up", "mental-disorder")
STABILITY = {
    "unstable": findings("mental-disorder-unstable"),
    "basically-stable": findings("mental-disorder-basically-stable"),
    "stable": findings("mental-disorder-stable"),
}


@holds("A5.31")
@pytest.mark.parametrize(
    ("before", "now", "days"),
    [
        (None, "unstable", 14),
        (None, "basically-stable", 14),
        ("basically-stable", "basically-stable", 30),
        ("unstable", "basically-stable", 14),
        ("basically-stable", "stable", 90),
        (None, "stable", 90),
    ],
)
def test_a_mental_disorder_is_seen_again_by_its_stability(before, now, days):
    earlier = task("mental-follow-up", "mental-disorder", care_task_id="t0")
    past = () if before is None else (earlier, done(earlier, before, "mental-disorder", STABILITY[before]))
    events = seen(*past, DISORDER, what=STABILITY[now])
    last = SEEN + timedelta(days=days)
    assert windows(events) == [("mental-follow-up", last - timedelta(days=13), last)]
    assert [advised.criteria for advised in advice(events)] == (
        [("mental-disorder-unstable",)] if now == "unstable" else []
    )


@holds("A5.31")
def test_a_stable_disorder_is_seen_four_times_a_year():
    day, seen_on = SEEN, []
    while day <= SEEN + timedelta(days=365):
        seen_on.append(day)
        day += timedelta(days=90)
    assert len(seen_on) >= 4
    assert windows(seen(DISORDER, what=findings())) == [
        ("mental-follow-up", SEEN + timedelta(days=77), SEEN + timedelta(days=90))
    ]


def test_a_missed_visit_does_not_break_the_chain():
    decided = given(TERM, DISORDER).when(MISS, now=at(date(2026, 5, 27), 0)).decide()
    assert isinstance(decided, list)
    assert windows(decided) == [("mental-follow-up", date(2026, 8, 12), date(2026, 8, 25))]


def test_a_chain_has_one_open_window():
    other = task("mental-follow-up", "mental-disorder", care_task_id="t0")
    assert windows(seen(other, DISORDER, what=STABILITY["stable"])) == []


@holds("A5.27")
def test_nothing_is_asked_for_beyond_the_contract_and_a_window_is_cut_where_it_ends():
    def until(last_day: date) -> list[tuple[str, date, date]]:
        person = replace(WANG, personal=replace(WANG_PERSONAL, born_on=date(1980, 1, 1)))
        complete = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=SEEN, **HIGH)
        decided = given(replace(TERM, ends_on=last_day), FOLLOW_UP).when(complete, now=NOW, resident=[person]).decide()
        assert isinstance(decided, list)
        return windows(decided)

    assert until(SEEN) == []
    assert until(date(2026, 4, 15)) == [("hypertension-follow-up", SOON[0], date(2026, 4, 15))]


def test_what_findings_ask_for_goes_to_the_present_team():
    moved = replace(TERM, team_id="team-2", doctor_id="chen", nurse_id="fang")
    person = replace(WANG, personal=replace(WANG_PERSONAL, born_on=date(1980, 1, 1)))
    complete = CompleteCareTask(resident_id="wang", care_task_id="t1", done_on=SEEN, **HIGH)
    decided = given(moved, FOLLOW_UP).when(complete, now=NOW, resident=[person]).decide()
    assert isinstance(decided, list)
    assert (decided[1].team_id, decided[1].needs[0].named_id) == ("team-2", "chen")
