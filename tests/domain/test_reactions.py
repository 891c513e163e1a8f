from dataclasses import replace
from datetime import date

from domain.care_plan.commands import (
    CancelCare,
    CancelCareTask,
    CompleteCareTask,
    MoveCare,
    PauseCare,
    PlanBedCare,
    PlanContractCare,
    PlanGroupCare,
    PlanReferralFollowUp,
    RecordCareTaskPlanned,
    RecordFailedAttempt,
    ResumeCare,
)
from domain.contract.commands import ConsumeEntitlement
from domain.family_bed.commands import RecordRound
from domain.finding import Finding
from domain.reactions import REACTIONS
from domain.referral.commands import FollowUpReferral
from domain.registry import DECIDER_OF, EVENT_TYPES
from domain.resident.events import KeyGroupUntagged
from domain.roster.commands import RosterSlot
from domain.visit.commands import (
    AssignVisit,
    CancelVisit,
    HandOverVisit,
    ReleaseVisit,
    RequestVisit,
    RequestVisitAgain,
    Slot,
)
from tests.domain import test_contract as contract
from tests.domain import test_family_bed as bed
from tests.domain import test_referral as referral
from tests.domain import test_roster as roster
from tests.domain import test_visit as visit
from tests.domain.builders import (
    ADMITTED,
    ASSIGNED,
    ATTENDED,
    BED_OPENED,
    DISCHARGED,
    REFERRED_DOWN,
    RETURNED,
    SIGNED,
    TODAY,
    at,
    in_group,
)
from tests.domain.care_plan import test_care_plan as care
from tests.rules import holds


def follows(event: object) -> list[object]:
    return [command for reaction in REACTIONS[type(event)] for command in reaction(event)]


def test_a_signed_contract_plans_its_care():
    assert follows(SIGNED) == [PlanContractCare(resident_id="wang", contract_id="c1")]


def test_a_renewed_contract_plans_the_care_of_its_new_term():
    for renewed in (contract.RENEWED, contract.DEEMED_RENEWED):
        assert follows(renewed) == [PlanContractCare(resident_id="wang", contract_id="c1")]


def test_a_transferred_contract_moves_its_care():
    assert follows(contract.TRANSFERRED) == [MoveCare(resident_id="wang", contract_id="c1")]


def test_an_ended_contract_cancels_its_care():
    for ended in (contract.ENDED, contract.EXPIRED):
        assert follows(ended) == [
            CancelCare(resident_id="wang", source_id="c1", last_day=ended.last_day, cause="contract-over")
        ]


def test_a_key_group_that_is_joined_or_left_plans_its_care():
    left = KeyGroupUntagged(resident_id="wang", group="elder", until=TODAY)
    for event in (in_group("elder"), left):
        assert follows(event) == [PlanGroupCare(resident_id="wang", group="elder")]


def test_an_opened_bed_plans_its_rounds():
    assert follows(BED_OPENED) == [PlanBedCare(resident_id="wang", family_bed_id="b1")]


def test_a_round_another_cycle_and_the_return_from_a_hospital_plan_the_next_rounds():
    for event in (bed.MADE, bed.EXTENDED, bed.BACK):
        assert follows(event)[0] == PlanBedCare(resident_id="wang", family_bed_id="b1")
    assert follows(bed.BACK)[1:] == [ResumeCare(resident_id="wang", returned_on=bed.BACK.returned_on)]


def test_a_stay_in_hospital_cancels_the_rounds_of_a_bed():
    assert follows(bed.IN_HOSPITAL) == [
        CancelCare(resident_id="wang", source_id="b1", last_day=TODAY, cause="in-hospital"),
        PauseCare(resident_id="wang", since=TODAY, referral_id="r1"),
    ]


def test_a_closed_bed_cancels_its_rounds():
    assert follows(bed.CLOSED) == [
        CancelCare(resident_id="wang", source_id="b1", last_day=date(2026, 3, 3), cause="bed-closed")
    ]


def test_wherever_the_referred_resident_is_the_follow_up_is_planned():
    planned = PlanReferralFollowUp(resident_id="wang", referral_id="r1")
    for event in (ATTENDED, referral.FOLLOWED_UP):
        assert follows(event) == [planned]
    assert follows(ADMITTED) == [planned, PauseCare(resident_id="wang", since=TODAY, referral_id="r1")]
    for back in (DISCHARGED, REFERRED_DOWN, RETURNED):
        assert [type(command) for command in follows(back)] == [ResumeCare, PlanReferralFollowUp]


def test_a_due_care_task_at_home_requests_a_visit_of_its_name():
    assert follows(care.DUE) == [
        RequestVisit(
            visit_id="t1",
            resident_id="wang",
            team_id="team-1",
            contract_id="c1",
            care_task_id="t1",
            purpose="hypertension-follow-up",
            needs=care.DUE.needs,
            window_from=care.FIRST,
            window_to=care.LAST,
        )
    ]


def test_a_due_care_task_at_the_centre_or_on_anothers_trip_requests_none():
    assert follows(replace(care.DUE, at_home=False)) == []
    assert follows(replace(care.DUE, with_task="t0")) == []


def test_a_moved_task_hands_its_visit_over_if_one_was_asked_for():
    assert follows(replace(care.MOVED, asked=True)) == [
        HandOverVisit(visit_id="t1", team_id="team-2", needs=care.MOVED.needs)
    ]
    assert follows(replace(care.MOVED, asked=False)) == []


def test_a_task_that_is_over_cancels_its_visit_if_one_was_asked_for():
    for over in (care.CANCELLED, care.MISSED, care.GONE):
        assert follows(over) == [CancelVisit(visit_id="t1", reason="no-longer-needed")]
        assert follows(replace(over, asked=False)) == []


def test_the_visit_after_a_referral_is_its_follow_up():
    for done in (replace(care.DONE, contract_id=None), replace(care.DONE_LATE, contract_id=None)):
        assert follows(done) == []
        there = FollowUpReferral(referral_id="r1", followed_up_on=done.done_on, stage="transfer", visit_id="t1")
        of_referral = replace(done, source="referral", source_id="r1")
        assert follows(replace(of_referral, care_task_id="r1.referral-follow-up")) == [there]
        assert follows(replace(of_referral, care_task_id="r1.hospital-follow-up")) == [there]
        assert follows(replace(of_referral, care_task_id="r1.return-follow-up")) == [replace(there, stage="return")]


def test_an_assigned_visit_gives_its_task_a_day():
    assert follows(ASSIGNED) == [RecordCareTaskPlanned(resident_id="wang", care_task_id="t1", day=TODAY)]
    assert follows(replace(ASSIGNED, care_task_id=None)) == []


def test_a_released_visit_takes_the_day_away():
    assert follows(visit.RELEASED) == [RecordCareTaskPlanned(resident_id="wang", care_task_id="t1", day=None)]
    assert follows(replace(visit.RELEASED, care_task_id=None)) == []


def test_a_missed_visit_takes_the_day_away_and_is_asked_for_again():
    assert follows(visit.MISSED) == [
        RecordCareTaskPlanned(resident_id="wang", care_task_id="t1", day=None),
        RecordFailedAttempt(resident_id="wang", care_task_id="t1", attempt=1),
        RequestVisitAgain(visit_id="v1"),
    ]
    assert RecordFailedAttempt not in map(type, follows(replace(visit.MISSED, reason="staff-unavailable")))
    assert follows(replace(visit.MISSED, care_task_id=None)) == [RequestVisitAgain(visit_id="v1")]


def test_a_completed_visit_completes_its_task_on_its_local_day():
    high = (Finding(code="systolic-pressure", value=150, unit="mmHg"),)
    late = replace(visit.COMPLETED, left_at=at(TODAY, 23, 59), measured=high)
    assert follows(late) == [
        CompleteCareTask(
            resident_id="wang",
            care_task_id="t1",
            done_on=TODAY,
            visit_id="v1",
            findings=("bp-controlled",),
            measured=high,
        )
    ]


@holds("A9.4", "A9.8")
def test_a_service_that_is_done_uses_what_its_contract_grants_and_a_late_one_is_not_to_norm():
    done = ConsumeEntitlement(
        contract_id="c1", item="hypertension-follow-up", service_id="t1", served_on=care.DONE.done_on
    )
    assert follows(care.DONE) == [done]
    assert follows(care.DONE_LATE) == [replace(done, served_on=care.DONE_LATE.done_on, to_norm=False)]
    assert follows(replace(care.DONE, contract_id=None)) == []


@holds("A9.4")
def test_a_visit_without_a_task_uses_what_its_contract_grants():
    dressing = replace(visit.COMPLETED, care_task_id=None, contract_id="c1", purpose="dressing")
    used = ConsumeEntitlement(contract_id="c1", item="dressing", service_id="v1", served_on=TODAY)
    assert follows(dressing) == [used]
    assert follows(replace(dressing, contract_id=None)) == []
    assert used not in follows(replace(dressing, care_task_id="t1"))


def test_a_completed_visit_at_a_family_bed_is_a_round():
    round_ = replace(visit.COMPLETED, care_task_id=None, family_bed_id="b1")
    assert follows(round_) == [
        RecordRound(
            family_bed_id="b1",
            visit_id="v1",
            made_at=at(TODAY, 8),
            member_ids=("li",),
            findings=("bp-controlled",),
            kind="hypertension-follow-up",
        )
    ]


def test_a_cancelled_visit_cancels_its_task():
    assert follows(visit.CANCELLED) == [CancelCareTask(resident_id="wang", care_task_id="t1", cause="visit-cancelled")]
    assert follows(replace(visit.CANCELLED, care_task_id=None)) == []


def test_a_cancelled_visit_at_a_family_bed_lets_the_next_round_be_planned():
    assert follows(replace(visit.CANCELLED, care_task_id=None, family_bed_id="b1")) == [
        PlanBedCare(resident_id="wang", family_bed_id="b1")
    ]


def test_a_published_roster_releases_what_has_no_place_and_assigns_the_rest_in_the_order_of_needs():
    slots = (
        RosterSlot(
            visit_id="v2", service=1, member_id="he", starts_at=at(TODAY, 8), ends_at=at(TODAY, 9), travel_seconds=0
        ),
        RosterSlot(
            visit_id="v2", service=0, member_id="li", starts_at=at(TODAY, 8), ends_at=at(TODAY, 9), travel_seconds=0
        ),
        RosterSlot(
            visit_id="v1", service=0, member_id="li", starts_at=at(TODAY, 10), ends_at=at(TODAY, 11), travel_seconds=0
        ),
    )

    def part(member_id: str, hour: int) -> Slot:
        return Slot(member_id=member_id, starts_at=at(TODAY, hour), ends_at=at(TODAY, hour + 1))

    roster_id = "team-1.2026-03-02"
    expected = [
        ReleaseVisit(visit_id="v9", roster_id=roster_id),
        AssignVisit(visit_id="v1", roster_id=roster_id, day=TODAY, slots=(part("li", 10),)),
        AssignVisit(visit_id="v2", roster_id=roster_id, day=TODAY, slots=(part("li", 8), part("he", 8))),
    ]
    assert follows(replace(roster.PUBLISHED, slots=slots)) == expected
    assert follows(replace(roster.REVISED, slots=slots)) == expected


def test_reactions_answer_events_that_exist_with_commands_that_exist():
    assert set(REACTIONS) <= set(EVENT_TYPES.values())
    samples = (SIGNED, contract.TRANSFERRED, contract.ENDED, BED_OPENED, bed.CLOSED, RETURNED, care.DUE, visit.MISSED)
    assert all(type(command) in DECIDER_OF for event in samples for command in follows(event))
