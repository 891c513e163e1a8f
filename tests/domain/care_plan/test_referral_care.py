"""Follow-ups that a care plan owes to referred residents."""

from dataclasses import replace
from datetime import date

from domain.care_plan.commands import PlanReferralFollowUp
from domain.care_plan.events import CareTaskCancelled, CareTaskScheduled
from domain.care_plan.referral_care import stage_of
from domain.referral.events import ReferralFollowedUp
from domain.visit.commands import Need
from tests.domain.builders import ADMITTED, ATTENDED, DISCHARGED, REFERRED, RETURNED, TODAY, at
from tests.rules import holds
from tests.spec import given

PLAN = PlanReferralFollowUp(resident_id="wang", referral_id="r1")
OWED = CareTaskScheduled(
    resident_id="wang",
    care_task_id="r1.referral-follow-up",
    kind="referral-follow-up",
    source="referral",
    source_id="r1",
    contract_id="c1",
    family_bed_id=None,
    team_id="team-1",
    needs=(Need(roles=("gp", "nurse"), minutes=25),),
    sync="single",
    at_home=True,
    priority=7,
    window_from=TODAY,
    window_to=date(2026, 3, 16),
    lost_after=date(2026, 4, 15),
)
OWED_THERE = replace(
    OWED,
    care_task_id="r1.hospital-follow-up",
    kind="hospital-follow-up",
    at_home=False,
    window_to=date(2026, 3, 7),
    lost_after=date(2026, 4, 6),
)
OWED_AFTER = replace(OWED, care_task_id="r1.return-follow-up", kind="return-follow-up")
NOT_NEEDED = CareTaskCancelled(
    resident_id="wang",
    care_task_id="r1.referral-follow-up",
    team_id="team-1",
    cause="no-longer-needed",
    asked=False,
)


@holds("A8.10")
def test_who_was_seen_in_the_hospital_is_owed_a_visit_at_home():
    given().when(PLAN, referral=[REFERRED, ATTENDED]).then(OWED)


@holds("A8.10")
def test_who_lies_there_is_seen_there_instead():
    given(OWED).when(PLAN, referral=[REFERRED, ATTENDED, ADMITTED]).then(NOT_NEEDED, OWED_THERE)


@holds("A8.11")
def test_who_left_is_owed_one_visit_whatever_papers_come_later():
    away = [REFERRED, ATTENDED, ADMITTED, DISCHARGED]
    owed = replace(OWED_AFTER, window_to=date(2026, 3, 7), lost_after=date(2026, 4, 6))
    gone = replace(NOT_NEEDED, care_task_id="r1.hospital-follow-up")
    given(OWED, NOT_NEEDED, OWED_THERE).when(PLAN, referral=away).then(gone, owed)
    given(OWED, NOT_NEEDED, OWED_THERE, gone, owed).when(PLAN, referral=[*away, RETURNED]).then_nothing()


@holds("A8.11")
def test_who_returned_at_once_is_owed_the_visit_after_the_return():
    given(OWED).when(PLAN, referral=[REFERRED, ATTENDED, RETURNED]).then(NOT_NEEDED, OWED_AFTER)


def test_what_was_done_otherwise_is_not_owed_any_more():
    done = ReferralFollowedUp(
        referral_id="r1",
        resident_id="wang",
        team_id="team-1",
        stage="transfer",
        followed_up_on=TODAY,
        visit_id=None,
        in_time=True,
    )
    given(OWED).when(PLAN, referral=[REFERRED, ATTENDED, done]).then(NOT_NEEDED)
    given().when(PLAN, referral=[REFERRED, ATTENDED, done]).then_nothing()


def test_planned_again_it_says_nothing():
    given(OWED).when(PLAN, referral=[REFERRED, ATTENDED]).then_nothing()


def test_what_can_only_be_late_is_not_planned():
    given().when(PLAN, referral=[REFERRED, ATTENDED], now=at(date(2026, 3, 17), 9)).then_nothing()


def test_nothing_is_owed_before_the_hospital_saw_her():
    given().when(PLAN, referral=[REFERRED]).then_refused("referral-not-attended", referral="r1")


def test_a_referral_of_another_resident_is_refused():
    given().when(replace(PLAN, resident_id="zhao"), referral=[REFERRED, ATTENDED]).then_refused(
        "referral-of-another-resident", resident="zhao"
    )


def test_a_task_tells_which_follow_up_it_is():
    assert [stage_of(task.care_task_id) for task in (OWED, OWED_THERE, OWED_AFTER)] == ["transfer"] * 2 + ["return"]
