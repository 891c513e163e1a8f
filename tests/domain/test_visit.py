from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.contract.events import ContractExpired
from domain.family_bed.events import BedClosed
from domain.finding import Finding
from domain.team.commands import Shift
from domain.team.events import MemberLeft
from domain.visit import VISIT
from domain.visit.commands import (
    AssignVisit,
    CancelVisit,
    CompleteVisit,
    HandOverVisit,
    MissVisit,
    Need,
    Part,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    RescheduleVisit,
    Signature,
    Slot,
    StartVisit,
)
from domain.visit.events import (
    VisitCancelled,
    VisitCompleted,
    VisitHandedOver,
    VisitMissed,
    VisitReleased,
    VisitRequestedAgain,
    VisitRescheduled,
    VisitStarted,
)
from tests.domain.builders import (
    APPLIED,
    ASSIGNED,
    BED_OPENED,
    HE,
    LI,
    LI_AT_8,
    REQUESTED,
    SIGNED,
    TEAM_1,
    TEAM_2,
    TODAY,
    TOMORROW,
    YESTERDAY,
    at,
    in_group,
)
from tests.rules import holds
from tests.spec import SZ_2018, given, touched

SUNDAY = date(2026, 3, 8)
NEXT_WEEK = date(2026, 3, 9)
ROSTER = "team-1.2026-03-02"
OF_TASK: dict[str, Any] = {"visit_id": "v1", "resident_id": "wang", "team_id": "team-1", "care_task_id": "t1"}

REQUEST = RequestVisit(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    contract_id="c1",
    care_task_id="t1",
    purpose="hypertension-follow-up",
    needs=REQUESTED.needs,
    window_from=TODAY,
    window_to=SUNDAY,
)
ASSIGN = AssignVisit(visit_id="v1", roster_id=ROSTER, day=TODAY, slots=(LI_AT_8,))
RELEASE = ReleaseVisit(visit_id="v1", roster_id=ROSTER)
RELEASED = VisitReleased(**OF_TASK, roster_id=ROSTER, window_to=SUNDAY, was_on=TODAY)
START = StartVisit(visit_id="v1", entered_at=at(TODAY, 8))
THERE = Part(service=0, member_id="li", entered_at=at(TODAY, 8))
STARTED = VisitStarted(
    visit_id="v1",
    team_id="team-1",
    entered_at=at(TODAY, 8),
    day=TODAY,
    parts=(THERE,),
    alarm_at=at(TODAY, 9, 20),
)
COMPLETE = CompleteVisit(visit_id="v1", left_at=at(TODAY, 8, 30), findings=("bp-controlled",))
COMPLETED = VisitCompleted(
    **OF_TASK,
    family_bed_id=None,
    member_ids=("li",),
    entered_at=at(TODAY, 8),
    left_at=at(TODAY, 8, 30),
    findings=("bp-controlled",),
    contract_id="c1",
    purpose="hypertension-follow-up",
    day=TODAY,
    parts=(replace(THERE, left_at=at(TODAY, 8, 30)),),
)
MISS = MissVisit(visit_id="v1", reason="nobody-home")
MISSED = VisitMissed(**OF_TASK, reason="nobody-home", attempt=1, was_on=TODAY)
AGAIN = RequestVisitAgain(visit_id="v1")
REQUESTED_AGAIN = VisitRequestedAgain(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    attempt=2,
    window_from=TOMORROW,
    window_to=NEXT_WEEK,
    plan_from=TOMORROW,
)
MOVE = RescheduleVisit(visit_id="v1", window_from=TOMORROW, window_to=TOMORROW, opens_at=540, closes_at=660)
MOVED = VisitRescheduled(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id=REQUESTED.care_task_id,
    window_from=TOMORROW,
    window_to=TOMORROW,
    plan_from=TOMORROW,
    opens_at=540,
    closes_at=660,
    was_on=None,
    waited_for=TODAY,
)
HAND_OVER = HandOverVisit(visit_id="v1", team_id="team-2")
HANDED_OVER = VisitHandedOver(
    visit_id="v1",
    resident_id="wang",
    from_team_id="team-1",
    team_id="team-2",
    care_task_id=REQUESTED.care_task_id,
    needs=tuple(replace(need, named_id=None) for need in REQUESTED.needs),
    window_to=REQUESTED.window_to,
    plan_from=TODAY,
    was_on=None,
)
CANCEL = CancelVisit(visit_id="v1", reason="resident-asked")
CANCELLED = VisitCancelled(**OF_TASK, reason="resident-asked", was_on=None, waited_for=TODAY)

PLANNED = (REQUESTED, ASSIGNED)
BEGUN = (*PLANNED, STARTED)
DONE = (*BEGUN, COMPLETED)
VALID = {"contract": [SIGNED]}


def completed(left_at: datetime, **more: Any) -> VisitCompleted:
    return replace(COMPLETED, left_at=left_at, parts=(replace(THERE, left_at=left_at),), **more)


CALL = RequestVisit(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    contract_id="c1",
    purpose="home-call",
    window_from=TODAY,
    window_to=SUNDAY,
)
CALL_WANTED = replace(
    REQUESTED,
    care_task_id=None,
    purpose="home-call",
    needs=(Need(roles=("gp",), minutes=20, named_id="li"),),
    applicant="resident",
)
QUALIFIED = replace(HE, qualifications=("catheter-care", "visiting", "wound-care"))
VISITING = {**VALID, "team": [replace(TEAM_1, members=(LI, QUALIFIED))]}
DRESSING = replace(CALL, purpose="dressing", assessor_id="li")
DRESSING_WANTED = replace(
    CALL_WANTED,
    purpose="dressing",
    needs=(Need(roles=("nurse",), minutes=30, qualifications=("visiting", "wound-care"), named_id="he"),),
    grade="general",
    price_fen=6000,
    assessor_id="li",
)
COMPANION = Need(roles=("nurse", "gp", "public-health", "rehab", "social-worker", "grid-worker"), minutes=20)
JOINT = (Need(roles=("gp",), minutes=40), Need(roles=("nurse",), minutes=40))


def test_a_visit_is_requested_under_a_contract():
    given().when(REQUEST, **VALID).then(REQUESTED)


def test_a_visit_is_requested_under_a_family_bed():
    command = replace(REQUEST, contract_id=None, family_bed_id="b1", needs=JOINT, sync="simultaneous")
    event = replace(REQUESTED, contract_id=None, family_bed_id="b1", needs=JOINT, sync="simultaneous")
    given().when(command, family_bed=[APPLIED, BED_OPENED]).then(event)


def test_a_window_that_is_already_open_is_planned_from_today():
    command = replace(REQUEST, window_from=date(2026, 2, 20))
    given().when(command, **VALID).then(replace(REQUESTED, window_from=date(2026, 2, 20), plan_from=TODAY))


def test_a_time_of_day_may_be_asked_for_down_to_the_minute():
    at_nine = replace(REQUESTED, opens_at=540, closes_at=540)
    given().when(replace(REQUEST, opens_at=540, closes_at=540), **VALID).then(at_nine)


def test_the_same_request_again_says_nothing_on_a_later_day_too():
    given(REQUESTED).when(REQUEST, **VALID).then_nothing()
    given(REQUESTED).when(REQUEST, now=at(TOMORROW, 9)).then_nothing()


def test_another_request_under_the_same_number_is_refused():
    given(CALL_WANTED).when(replace(CALL, priority=9), **VALID).then_refused("visit-already-requested", visit="v1")
    given(CALL_WANTED).when(replace(CALL, team_id="team-2"), **VALID).then_refused("visit-already-requested")


@holds("A11.8")
def test_a_visit_needs_a_contract_or_bed_that_is_valid_when_it_can_first_be_made():
    expired = ContractExpired(contract_id="c1", resident_id="wang", team_id="team-1", last_day=YESTERDAY)
    over = [replace(SIGNED, ends_on=YESTERDAY), expired]
    closed = BedClosed(family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=YESTERDAY, outcome="cured")
    given().when(REQUEST).then_refused("no-valid-contract-or-bed", visit="v1", day=TODAY)
    given().when(REQUEST, contract=over).then_refused("no-valid-contract-or-bed")
    given().when(REQUEST, contract=[replace(SIGNED, resident_id="zhao")]).then_refused("no-valid-contract-or-bed")
    given().when(REQUEST, family_bed=[APPLIED, BED_OPENED, closed]).then_refused("no-valid-contract-or-bed")


def test_the_purpose_says_who_goes_and_for_how_long():
    given().when(CALL, **VALID).then(CALL_WANTED)
    double = replace(
        CALL_WANTED,
        purpose="blood-test-and-doctor",
        needs=(Need(roles=("nurse",), minutes=20, named_id="he"), Need(roles=("gp",), minutes=20, named_id="li")),
        sync="simultaneous",
    )
    given().when(replace(CALL, purpose="blood-test-and-doctor"), **VALID).then(double)
    given(double).when(replace(CALL, purpose="blood-test-and-doctor"), **VALID).then_nothing()


@holds("A6.1")
def test_a_visit_is_for_a_purpose_of_the_catalogue_or_for_a_care_task_that_says_who_goes():
    given().when(replace(CALL, purpose="tea"), **VALID).then_refused("purpose-unknown", purpose="tea")
    given().when(replace(REQUEST, needs=()), **VALID).then_refused("purpose-unknown")
    given().when(REQUEST, **VALID).then(REQUESTED)
    codes = {purpose.code for purpose in SZ_2018.visit_purposes}
    assert {"postpartum-visit", "tuberculosis-supervision", "bedridden-exam", "bed-round", "dressing"} <= codes


@holds("A6.3", "A11.7")
def test_graded_care_is_done_by_somebody_with_its_qualification_in_a_team_that_may_visit():
    given().when(DRESSING, **VISITING).then(DRESSING_WANTED)
    given(DRESSING_WANTED).when(DRESSING, **VISITING).then_nothing()
    without = replace(HE, qualifications=("wound-care",))
    for members in ((LI, HE), (LI, without), (replace(LI, qualifications=QUALIFIED.qualifications), HE)):
        team = {"team": [replace(TEAM_1, members=members)]}
        given().when(DRESSING, **VALID, **team).then_refused("team-not-qualified", team="team-1", purpose="dressing")


@holds("A6.2")
def test_graded_care_is_assessed_before_it_is_asked_for():
    given().when(replace(DRESSING, assessor_id=None), **VISITING).then_refused("care-not-assessed", purpose="dressing")
    lenient = replace(SZ_2018, graded_care_assessed=False)
    unassessed = replace(DRESSING_WANTED, assessor_id=None)
    given().when(replace(DRESSING, assessor_id=None), pack=lenient, **VISITING).then(unassessed)


@holds("A6.4")
def test_graded_care_has_the_price_of_its_grade_and_other_visits_have_none():
    special = replace(
        DRESSING_WANTED,
        purpose="catheter-care",
        needs=(replace(DRESSING_WANTED.needs[0], qualifications=("catheter-care", "visiting")),),
        grade="special",
        price_fen=12000,
    )
    given().when(replace(DRESSING, purpose="catheter-care"), **VISITING).then(special)
    assert (CALL_WANTED.grade, CALL_WANTED.price_fen) == ("none", 0)


@holds("A6.6")
def test_nobody_goes_alone_to_a_first_visit_of_a_severe_mental_disorder_or_at_night():
    two = replace(
        CALL_WANTED, needs=(*CALL_WANTED.needs, COMPANION), sync="simultaneous", two_people=True, infectious=False
    )
    at_risk = {**VALID, "resident": [in_group("mental-disorder")]}
    first = replace(CALL, first=True)
    given().when(first, **at_risk).then(two)
    given().when(first, **VALID).then(CALL_WANTED)
    given().when(CALL, **at_risk).then(CALL_WANTED)
    given().when(replace(CALL, opens_at=1140), **VALID).then(replace(two, opens_at=1140))
    given().when(replace(CALL, opens_at=360, closes_at=420), **VALID).then(replace(two, opens_at=360, closes_at=420))
    alone = replace(first, needs=CALL_WANTED.needs)
    given().when(alone, **at_risk).then_refused("visit-needs-two", visit="v1")
    apart = replace(first, needs=(*CALL_WANTED.needs, COMPANION), sync="sequential")
    given().when(apart, **at_risk).then_refused("visit-needs-two", visit="v1")


@holds("A6.6")
def test_a_visit_by_one_is_not_moved_into_the_night():
    given(REQUESTED).when(replace(MOVE, opens_at=1200, closes_at=1260)).then_refused("visit-needs-two", visit="v1")


@holds("A6.8")
def test_a_visit_to_somebody_with_tuberculosis_is_infectious_unless_the_request_says_otherwise():
    ill = {**VALID, "resident": [in_group("tuberculosis")]}
    given().when(CALL, **ill).then(replace(CALL_WANTED, infectious=True))
    given().when(replace(CALL, infectious=False), **ill).then(CALL_WANTED)
    given().when(replace(CALL, infectious=True), **VALID).then(replace(CALL_WANTED, infectious=True))
    given(replace(CALL_WANTED, infectious=True)).when(replace(CALL, infectious=False)).then_refused(
        "visit-already-requested"
    )


@holds("A11.2")
def test_a_visit_is_made_by_the_team_of_its_contract_or_bed():
    moved = {"contract": [replace(SIGNED, team_id="team-2", doctor_id="chen", nurse_id="fang")]}
    given().when(CALL, **moved).then_refused("visit-of-another-team", visit="v1", team="team-2")
    given().when(replace(CALL, team_id="team-2"), family_bed=[APPLIED, BED_OPENED]).then_refused(
        "visit-of-another-team", team="team-1"
    )


@holds("A2.6")
def test_a_team_without_its_nurse_beyond_the_grace_takes_no_new_visit_under_contracts():
    nobody = {**VALID, "team": [TEAM_1, MemberLeft(team_id="team-1", member_id="he", last_day=date(2026, 1, 30))]}
    given().when(CALL, **nobody).then_refused("team-understaffed", team="team-1", role="nurse")
    given().when(REQUEST, **nobody).then(REQUESTED)
    lately = {**VALID, "team": [TEAM_1, MemberLeft(team_id="team-1", member_id="he", last_day=date(2026, 2, 20))]}
    given().when(CALL, **lately).then(CALL_WANTED)


def test_a_care_task_whose_contract_has_moved_is_asked_of_its_new_team():
    given().when(REQUEST, contract=[replace(SIGNED, team_id="team-2")]).then(replace(REQUESTED, team_id="team-2"))
    given(replace(REQUESTED, team_id="team-2")).when(REQUEST, **VALID).then_nothing()


def test_a_window_can_be_met():
    impossible: dict[str, dict[str, Any]] = {
        "window-ends-before-it-begins": {"window_from": SUNDAY, "window_to": TODAY},
        "window-is-over": {"window_from": YESTERDAY, "window_to": YESTERDAY},
        "time-not-in-the-day": {"opens_at": 540, "closes_at": 1440},
    }
    for rule, window in impossible.items():
        given().when(replace(REQUEST, **window), **VALID).then_refused(rule)
        given(REQUESTED).when(replace(MOVE, **window)).then_refused(rule)
    given().when(replace(REQUEST, opens_at=600, closes_at=540), **VALID).then_refused(
        "window-ends-before-it-begins", begins=600, ends=540
    )


@holds("A11.4")
def test_a_window_may_end_today_and_open_at_any_minute_of_the_day():
    given().when(replace(REQUEST, window_to=TODAY), **VALID).then(replace(REQUESTED, window_to=TODAY))
    for minute in (0, 1439, 1560, 1860):
        whole: dict[str, Any] = {"opens_at": minute, "closes_at": minute, "needs": JOINT, "sync": "simultaneous"}
        night = replace(REQUESTED, **whole, two_people=True)
        given().when(replace(REQUEST, **whole), **VALID).then(night)
    beyond: tuple[dict[str, Any], ...] = (
        {"opens_at": -1},
        {"opens_at": 1861, "closes_at": 1861},
        {"opens_at": 900, "closes_at": 1500},
    )
    for window in beyond:
        given().when(replace(REQUEST, **window), **VALID).then_refused("time-not-in-the-day")


def test_one_need_is_single_and_two_are_met_together_or_one_after_the_other():
    for wrong in ({"needs": JOINT}, {"sync": "simultaneous"}):
        given().when(replace(REQUEST, **wrong), **VALID).then_refused("needs-do-not-fit")


@holds("A11.1")
def test_up_to_three_people_make_a_visit_together():
    three = (*JOINT, Need(roles=("rehab",), minutes=30))
    for sync in ("simultaneous", "sequential"):
        joint = replace(REQUESTED, needs=three, sync=sync)
        given().when(replace(REQUEST, needs=three, sync=sync), **VALID).then(joint)
    for wrong in ({"needs": three}, {"needs": (*three, *JOINT[:1]), "sync": "simultaneous"}):
        given().when(replace(REQUEST, **wrong), **VALID).then_refused("needs-do-not-fit")


def test_preferred_members_are_members_who_could_be_named():
    preferred = replace(CALL, needs=(Need(roles=("nurse",), minutes=20, preferred_ids=("he",)),))
    assert given().when(preferred, **VALID, team=[TEAM_1]).decided()
    for nobody in ("nobody", "li"):
        other = replace(CALL, needs=(Need(roles=("nurse",), minutes=20, named_id="he", preferred_ids=("he", nobody)),))
        given().when(other, **VALID, team=[TEAM_1]).then_refused("named-member-not-seated", member=nobody)


def test_a_gap_ends_after_it_begins():
    sequential = replace(REQUEST, needs=JOINT, sync="sequential", least_gap=60, most_gap=30)
    given().when(sequential, **VALID).then_refused("gap-ends-before-it-begins", least=60, most=30)


def test_priorities_are_one_to_nine():
    for known in (1, 9):
        given().when(replace(REQUEST, priority=known), **VALID).then(replace(REQUESTED, priority=known))
    given().when(replace(REQUEST, priority=10), **VALID).then_refused("priority-unknown", priority=10)
    given().when(replace(REQUEST, priority=0), **VALID).then_refused("priority-unknown", priority=0)


def test_a_need_names_a_role():
    given().when(replace(REQUEST, needs=(Need(roles=(), minutes=20),)), **VALID).then_refused("need-without-role")


@holds("A2.7", "A11.5")
def test_a_consultation_lasts_ten_minutes_at_least():
    short = (Need(roles=("gp",), minutes=9),)
    given().when(replace(REQUEST, needs=short), **VALID).then_refused("visit-too-short", minutes=9, least=10)
    enough = (Need(roles=("gp",), minutes=10),)
    given().when(replace(REQUEST, needs=enough), **VALID).then(replace(REQUESTED, needs=enough))


def test_a_requested_visit_is_assigned():
    given(REQUESTED).when(ASSIGN).then(ASSIGNED)


def test_assigned_again_alike_it_says_nothing():
    given(*PLANNED).when(ASSIGN).then_nothing()


def test_a_revised_roster_may_name_what_has_begun_or_is_over_as_it_was():
    given(*BEGUN).when(ASSIGN).then_nothing()
    given(*DONE).when(ASSIGN).then_nothing()


def test_an_assigned_visit_may_be_assigned_anew():
    chen = (replace(LI_AT_8, member_id="chen"),)
    given(*PLANNED).when(replace(ASSIGN, slots=chen)).then(replace(ASSIGNED, slots=chen))


@holds("A11.4")
def test_a_visit_is_assigned_inside_its_window():
    given(REQUESTED).when(replace(ASSIGN, day=NEXT_WEEK)).then_refused("day-outside-window", day=NEXT_WEEK)
    given(REQUESTED).when(replace(ASSIGN, day=YESTERDAY)).then_refused("day-outside-window", day=YESTERDAY)
    given(REQUESTED).when(replace(ASSIGN, day=SUNDAY)).then(replace(ASSIGNED, day=SUNDAY))


@holds("A11.1")
def test_each_need_gets_one_person():
    two = (LI_AT_8, Slot(member_id="he", starts_at=at(TODAY, 8), ends_at=at(TODAY, 9)))
    given(REQUESTED).when(replace(ASSIGN, slots=two)).then_refused("visit-needs-other-people", needs=1)
    joint = replace(REQUESTED, needs=JOINT, sync="simultaneous")
    given(joint).when(replace(ASSIGN, slots=(LI_AT_8, LI_AT_8))).then_refused("member-assigned-twice", visit="v1")


def test_what_is_under_way_or_over_is_not_open():
    chen = (replace(LI_AT_8, member_id="chen"),)
    for past in (BEGUN, DONE, (*PLANNED, MISSED), (REQUESTED, CANCELLED)):
        given(*past).when(replace(ASSIGN, slots=chen)).then_refused("visit-not-open", visit="v1")
        given(*past).when(MOVE).then_refused("visit-not-open", visit="v1")
        given(*past).when(HAND_OVER).then_refused("visit-not-open", visit="v1")
    given(*BEGUN).when(MISS).then_refused("visit-not-open", status="started")
    given(*DONE).when(MISS).then_refused("visit-not-open", status="completed")
    given(*BEGUN).when(CANCEL).then_refused("visit-not-open", status="started")
    given(*DONE).when(CANCEL).then_refused("visit-not-open", status="completed")


@holds("A11.15")
def test_an_assigned_visit_is_released():
    given(*PLANNED).when(RELEASE).then(RELEASED)


def test_a_visit_without_people_is_released_quietly():
    for past in ((REQUESTED,), (*PLANNED, RELEASED), BEGUN, DONE):
        given(*past).when(RELEASE).then_nothing()


def test_monday_does_not_release_what_has_its_place_on_tuesday():
    tuesday = replace(ASSIGNED, day=TOMORROW, roster_id="team-1.2026-03-03")
    given(REQUESTED, tuesday).when(RELEASE).then_nothing()
    given(*PLANNED, tuesday).when(RELEASE).then_nothing()


def test_a_visit_starts():
    given(*PLANNED).when(START).then(STARTED)


def test_started_again_at_the_same_time_it_says_nothing():
    given(*BEGUN).when(START).then_nothing()


def test_only_an_assigned_visit_starts():
    for past in ((REQUESTED,), (*PLANNED, RELEASED), DONE):
        given(*past).when(START).then_refused("visit-not-assigned", visit="v1")


def test_nobody_has_entered_in_the_future():
    given(*PLANNED).when(replace(START, entered_at=at(TODAY, 10))).then_refused("moment-in-the-future")


@holds("A6.17")
def test_a_home_is_entered_on_the_day_of_the_visit():
    for entered_at in (at(YESTERDAY, 23, 59), at(TOMORROW, 0)):
        entering = replace(START, entered_at=entered_at)
        given(*PLANNED).when(entering, now=at(NEXT_WEEK, 8), team=[TEAM_1]).then_refused(
            "entered-on-another-day", day=TODAY
        )


def test_the_night_of_a_shift_belongs_to_its_day():
    night = replace(TEAM_1, members=(replace(LI, shifts=(Shift(weekday=0, starts=1320, ends=360),)), HE))
    at_four = replace(START, entered_at=at(TOMORROW, 4))
    assert given(*PLANNED).when(at_four, now=at(TOMORROW, 8), team=[night]).decided()
    after = replace(START, entered_at=at(TOMORROW, 9, 1), reason="handed over late")
    given(*PLANNED).when(after, now=at(TOMORROW, 10), team=[night]).then_refused("entered-on-another-day", day=TODAY)


@holds("A6.17")
def test_a_home_is_entered_three_hours_outside_of_a_shift_for_a_reason_only():
    early = replace(START, entered_at=at(TODAY, 4, 59))
    given(*PLANNED).when(early, team=[TEAM_1]).then_refused("outside-hours-without-reason", member="li", minutes=180)
    given(*PLANNED).when(replace(early, reason=" "), team=[TEAM_1]).then_refused("outside-hours-without-reason")
    (started,) = given(*PLANNED).when(replace(early, reason="fell at night"), team=[TEAM_1]).decided()
    assert started.outside_hours == "fell at night"
    (usual,) = given(*PLANNED).when(replace(START, entered_at=at(TODAY, 5), reason="x"), team=[TEAM_1]).decided()
    assert usual.outside_hours is None


def test_a_visit_is_completed():
    given(*BEGUN).when(COMPLETE).then(COMPLETED)


@holds("A6.5")
def test_a_visit_is_verified_by_its_times_and_one_below_the_floor_is_told_as_short():
    brief = replace(COMPLETE, left_at=at(TODAY, 8, 9))
    given(*BEGUN).when(brief).then(completed(at(TODAY, 8, 9), short=True, far_shorter=True))
    long_enough = replace(COMPLETE, left_at=at(TODAY, 8, 10))
    given(*BEGUN).when(long_enough).then(completed(at(TODAY, 8, 10), short=False))


def test_what_was_measured_and_who_signed_stand_with_the_visit():
    warm = (Finding(code="temperature", value=38.2, unit="Cel"),)
    signed = (
        Signature(signed_by="resident", signed_at=at(TODAY, 8, 29)),
        Signature(signed_by="family-member", signed_at=at(TODAY, 8, 31)),
    )
    given(*BEGUN).when(replace(COMPLETE, measured=warm, signatures=signed)).then(
        replace(COMPLETED, measured=warm, signatures=signed)
    )


def test_what_was_measured_is_plausible():
    wrong = {
        "finding-unknown": (Finding(code="aura", value=1, unit="1"),),
        "finding-in-another-unit": (Finding(code="temperature", value=98.6, unit="[degF]"),),
        "finding-not-plausible": (Finding(code="temperature", value=98.6, unit="Cel"),),
        "finding-told-twice": (
            Finding(code="pain", value=3, unit="points"),
            Finding(code="pain", value=4, unit="points"),
        ),
    }
    for rule, measured in wrong.items():
        given(*BEGUN).when(replace(COMPLETE, measured=measured)).then_refused(rule)


def test_a_visit_is_signed_after_entering_and_once_by_each():
    def signed(*moments: datetime) -> CompleteVisit:
        return replace(COMPLETE, signatures=tuple(Signature(signed_by="guardian", signed_at=each) for each in moments))

    for moment in (at(TODAY, 8), at(TODAY, 9)):
        by_guardian = signed(moment)
        given(*BEGUN).when(by_guardian).then(replace(COMPLETED, signatures=by_guardian.signatures))
    given(*BEGUN).when(signed(at(TODAY, 7, 59))).then_refused("signed-before-entered", visit="v1")
    given(*BEGUN).when(signed(at(TODAY, 9, 1))).then_refused("moment-in-the-future")
    given(*BEGUN).when(signed(at(TODAY, 8, 5), at(TODAY, 8, 6))).then_refused("signed-twice", signer="guardian")


def test_completed_again_at_the_same_time_it_says_nothing():
    given(*DONE).when(COMPLETE).then_nothing()


def test_only_a_visit_that_was_started_is_completed():
    given(*PLANNED).when(COMPLETE).then_refused("visit-not-started", status="assigned")
    given(*DONE).when(replace(COMPLETE, left_at=at(TODAY, 9))).then_refused("visit-not-started", status="completed")


def test_nobody_leaves_before_entering_or_in_the_future():
    given(*BEGUN).when(replace(COMPLETE, left_at=at(TODAY, 8))).then_refused("left-before-entered", visit="v1")
    given(*BEGUN).when(replace(COMPLETE, left_at=at(TODAY, 10))).then_refused("moment-in-the-future")


@holds("A6.17")
def test_nobody_is_in_a_home_for_more_than_ten_hours():
    evening = {"now": at(TODAY, 20)}
    assert given(*BEGUN).when(replace(COMPLETE, left_at=at(TODAY, 18)), **evening).decided()
    given(*BEGUN).when(replace(COMPLETE, left_at=at(TODAY, 18, 1)), **evening).then_refused(
        "visit-too-long", visit="v1", minutes=601, most=600
    )


def test_an_open_visit_that_did_not_take_place_is_missed():
    given(REQUESTED).when(MISS).then(replace(MISSED, was_on=None))
    given(*PLANNED).when(MISS).then(MISSED)


def test_missed_again_it_says_nothing():
    given(*PLANNED, MISSED).when(MISS).then_nothing()


def test_a_missed_visit_is_asked_for_again_from_tomorrow_for_a_week():
    given(*PLANNED, MISSED).when(AGAIN).then(REQUESTED_AGAIN)


def test_a_longer_window_stays():
    later = date(2026, 4, 30)
    given(replace(REQUESTED, window_to=later), MISSED).when(AGAIN).then(replace(REQUESTED_AGAIN, window_to=later))


def test_a_visit_that_was_not_missed_is_not_asked_for_again():
    for past in (PLANNED, DONE, (*PLANNED, MISSED, REQUESTED_AGAIN)):
        given(*past).when(AGAIN).then_nothing()


@holds("A6.9")
def test_after_three_attempts_a_person_decides():
    third = (
        REQUESTED,
        MISSED,
        REQUESTED_AGAIN,
        MISSED,
        replace(REQUESTED_AGAIN, attempt=3),
        replace(MISSED, attempt=3),
    )
    given(*third[:4]).when(AGAIN).then(replace(REQUESTED_AGAIN, attempt=3))
    given(*third).when(AGAIN).then_refused("attempts-used-up", visit="v1", attempts=3)


def test_a_visit_is_rescheduled():
    given(REQUESTED).when(MOVE).then(MOVED)


def test_an_assigned_visit_that_is_rescheduled_loses_its_day():
    given(*PLANNED).when(MOVE).then(replace(MOVED, was_on=TODAY, waited_for=None))


def test_rescheduled_again_alike_it_says_nothing():
    given(REQUESTED, MOVED).when(MOVE).then_nothing()


def test_a_visit_is_handed_over():
    given(REQUESTED).when(HAND_OVER, team=[TEAM_2]).then(HANDED_OVER)


def test_an_assigned_visit_that_is_handed_over_loses_its_day():
    given(*PLANNED).when(HAND_OVER, team=[TEAM_2]).then(replace(HANDED_OVER, was_on=TODAY))
    given(replace(REQUESTED, window_from=TOMORROW)).when(HAND_OVER, team=[TEAM_2]).then(
        replace(HANDED_OVER, plan_from=TOMORROW)
    )


def test_handed_over_again_it_says_nothing():
    given(REQUESTED, HANDED_OVER).when(HAND_OVER).then_nothing()


def test_a_visit_that_is_handed_over_keeps_its_needs_and_names_the_new_team():
    need = replace(REQUESTED.needs[0], named_id="chen")
    given(REQUESTED).when(replace(HAND_OVER, needs=(need,)), team=[TEAM_2]).then(replace(HANDED_OVER, needs=(need,)))
    given(REQUESTED).when(replace(HAND_OVER, needs=(need, need)), team=[TEAM_2]).then_refused(
        "visit-needs-other-people", needs=1
    )


def test_a_visit_does_not_name_a_member_who_left_though_the_contract_does():
    left = [TEAM_1, MemberLeft(team_id="team-1", member_id="he", last_day=YESTERDAY)]
    nurse = (Need(roles=("nurse",), minutes=20, named_id="he"),)
    (wanted,) = given().when(replace(REQUEST, needs=nurse), **VALID, team=left).decided()
    assert wanted.needs == (Need(roles=("nurse",), minutes=20),)
    (wanted,) = given().when(replace(REQUEST, needs=nurse), **VALID, team=[TEAM_1]).decided()
    assert wanted.needs == nurse


def test_a_visit_is_not_handed_to_a_team_that_is_not_formed_or_to_somebody_of_another_team():
    given(REQUESTED).when(HAND_OVER).then_refused("team-not-formed", team="team-2")
    need = replace(REQUESTED.needs[0], named_id="li")
    given(REQUESTED).when(replace(HAND_OVER, needs=(need,)), team=[TEAM_2]).then_refused(
        "named-member-not-seated", team="team-2", member="li", role="gp"
    )


def test_a_visit_names_only_members_who_have_a_seat_of_its_roles_on_a_day_of_its_window():
    for nobody in ("nobody", "he"):
        named = replace(CALL, needs=(Need(roles=("gp",), minutes=20, named_id=nobody),))
        given().when(named, **VALID, team=[TEAM_1]).then_refused(
            "named-member-not-seated", team="team-1", member=nobody, role="gp"
        )
    he = replace(CALL, needs=(Need(roles=("nurse",), minutes=20, named_id="he"),), window_from=TOMORROW)
    gone = [TEAM_1, MemberLeft(team_id="team-1", member_id="he", last_day=TODAY)]
    given().when(he, **{**VALID, "team": gone}).then_refused("named-member-not-seated", member="he", role="nurse")
    assert given().when(replace(he, window_from=TODAY), **{**VALID, "team": gone}).decided()


def test_a_visit_is_cancelled():
    given(REQUESTED).when(CANCEL).then(CANCELLED)
    given(replace(REQUESTED, window_from=YESTERDAY)).when(CANCEL).then(CANCELLED)
    given(*PLANNED).when(CANCEL).then(replace(CANCELLED, was_on=TODAY, waited_for=None))
    given(*PLANNED, MISSED).when(CANCEL).then(replace(CANCELLED, waited_for=None))


def test_cancelled_again_it_says_nothing():
    given(REQUESTED, CANCELLED).when(CANCEL).then_nothing()


def test_a_visit_that_nobody_asked_for_has_no_next_step():
    for step in (ASSIGN, RELEASE, START, COMPLETE, MISS, AGAIN, MOVE, HAND_OVER, CANCEL):
        given().when(step).then_refused("visit-unknown", visit="v1")


def test_a_wish_for_a_visit_touches_the_first_day_on_which_it_can_be_made():
    assert touched(VISIT, REQUESTED) == [("team-1", TODAY)]
    assert touched(VISIT, *PLANNED, MISSED, REQUESTED_AGAIN) == [("team-1", TOMORROW)]


def test_a_moved_visit_touches_the_day_it_leaves_and_the_day_it_goes_to():
    assert touched(VISIT, *PLANNED, replace(MOVED, was_on=TODAY, waited_for=None)) == [
        ("team-1", TOMORROW),
        ("team-1", TODAY),
    ]
    assert touched(VISIT, *PLANNED, replace(MOVED, was_on=TOMORROW, waited_for=None)) == [("team-1", TOMORROW)]
    assert touched(VISIT, *PLANNED, replace(HANDED_OVER, was_on=TODAY)) == [("team-2", TODAY), ("team-1", TODAY)]
    assert touched(VISIT, *PLANNED, replace(CANCELLED, was_on=TODAY, waited_for=None)) == [("team-1", TODAY)]


def test_a_visit_without_a_place_touches_the_days_whose_rosters_may_be_in_the_making_when_it_goes():
    here = [("team-1", TODAY), ("team-1", TOMORROW)]
    assert touched(VISIT, REQUESTED, CANCELLED) == here
    assert touched(VISIT, REQUESTED, MOVED) == [("team-1", TOMORROW), *here]
    assert touched(VISIT, REQUESTED, HANDED_OVER) == [("team-2", TODAY), *here]
    assert touched(VISIT, REQUESTED, replace(CANCELLED, waited_for=None)) == []  # as it was recorded before


def test_what_a_roster_causes_touches_no_day():
    for past in (PLANNED, (*PLANNED, RELEASED)):
        assert touched(VISIT, *past) == []


def test_what_happens_touches_its_day_so_that_the_rest_of_it_is_planned_again():
    for past in (BEGUN, DONE, (*PLANNED, MISSED)):
        assert touched(VISIT, *past) == [("team-1", TODAY)]
    assert touched(VISIT, REQUESTED, replace(MISSED, was_on=None)) == []


@holds("A11.30")
def test_a_visit_missed_before_a_long_holiday_is_requested_again_until_the_first_working_day_after_it():
    eve, first, after_it = date(2026, 2, 14), date(2026, 2, 15), date(2026, 2, 24)
    requested = replace(REQUESTED, window_from=eve, window_to=eve, plan_from=eve)
    again = replace(REQUESTED_AGAIN, window_from=first, window_to=after_it, plan_from=first)
    given(requested, MISSED).when(AGAIN, now=at(eve, 20)).then(again)
