"""After an end: the roster, the next days, repetition, the hospital and back, and what is listed as open."""

from datetime import date
from pathlib import Path

import pytest

from domain.care_plan import CARE_PLAN
from domain.contract.commands import EndReason, SignContract
from domain.decider import TeamDay
from domain.key_groups import KeyGroup
from domain.referral.commands import (
    DischargeReferral,
)
from domain.resident.commands import GroupStage, Personal, RecordDeparture, RegisterResident, TagKeyGroup
from domain.roster.events import RosterRevised
from domain.visit import VISIT
from domain.visit.commands import CompleteVisit, StartVisit
from infra.planning.plan_day import LIVE, plan_touched
from projections.care_tasks import AdvisedReferrals, TeamCareTasks
from projections.caseload import RenewalsDue, TeamCaseload
from projections.family_beds import BedCensus
from projections.outreach import WhoNext
from projections.referral_inbox import ReferralInbox
from projections.registry import answer
from projections.team_weeks import WeekAhead
from projections.timers import DueTimers, due_by
from projections.visits import OpenVisits
from tests.leader.ends import (
    ADMITTED,
    LAST_DAY,
    NEXT_MONDAY,
    SEVEN,
    UNDER_CONTRACT,
    VISITS,
    WEDNESDAY,
    depart,
    outcome,
    state,
    terminate,
)
from tests.leader.worlds import MONDAY, TUESDAY, World, at, in_this_process

OTHER_REASONS: tuple[EndReason, ...] = (
    "lost-to-follow-up",
    "unreachable-one-year",
    "refused-service",
    "refused-one-year",
    "re-sign",
    "invoice-void",
)
GROUPS_OF_A_CHILD: tuple[tuple[KeyGroup, GroupStage | None], ...] = (
    ("tuberculosis", "intensive"),
    ("disabled", None),
    ("low-income", None),
)


@pytest.mark.parametrize("reason", OTHER_REASONS)
def test_every_other_reason_ends_what_is_open_under_the_contract(world: World, reason: EndReason) -> None:
    world.give(terminate(reason, since=date(2025, 1, 1)), now=SEVEN)
    assert outcome(world, at("07:01")).cancelled("contract-over", *UNDER_CONTRACT)


def test_the_day_of_a_visit_to_the_dead_is_planned_again_and_its_roster_shows_it(world: World) -> None:
    before = world.published()
    world.give(depart("died"), now=SEVEN)
    with world.open(at("07:01")) as system:
        system.settle(system.now())
        with in_this_process() as executor:
            planned = plan_touched(system, executor, system.now(), LIVE, weeks=False)
    assert TeamDay("t1", TUESDAY) in [TeamDay(each.team_id, each.day) for each in planned]
    after = world.published()
    assert isinstance(after, RosterRevised)
    assert {slot.visit_id for slot in before.slots} - {slot.visit_id for slot in after.slots} == {
        "today",
        "b2.bed-nursing.1",
    }


def test_nothing_is_requested_again_for_the_dead_on_the_days_after(world: World) -> None:
    world.give(depart("died"), now=SEVEN)
    names = []
    for day in (11, 12, 16, 17):
        with world.open(at("07:00", date(2026, 3, day))) as system:
            system.settle(system.now())
            names = [event.name for name in VISITS for event in system.store.read(VISIT.stream(name))]
    assert "visit.requested_again.v1" not in names
    assert "visit.missed.v1" not in names


def test_a_visit_under_way_at_a_death_is_completed_and_its_task_not_owed_again(world: World) -> None:
    with world.open() as system:
        slot = state(system, VISIT, "today").slots[0]
    start = StartVisit(visit_id="today", entered_at=slot.starts_at)
    world.give(start, now=at("09:00"))
    world.give(depart("died", TUESDAY), now=at("09:01"))
    world.give(CompleteVisit(visit_id="today", left_at=at("09:05")), now=at("09:06"))
    after = outcome(world, at("09:07"))
    assert after.visits["today"].status == "completed"
    assert after.cancelled("died", "window", "later", "at-bed")


def test_an_end_that_is_repeated_changes_nothing(world: World) -> None:
    world.give(depart("died"), now=SEVEN)
    with world.open() as system:
        before = system.store.last_position()
    world.give(depart("died"), terminate("died"), now=SEVEN)
    with world.open() as system:
        assert system.store.last_position() == before


def test_what_an_announced_move_leaves_is_ended_after_its_last_day(world: World) -> None:
    world.give(depart("moved-out", LAST_DAY), now=SEVEN)
    after = outcome(world, at("00:01", date(2026, 3, 13)))
    assert after.bed.closed is not None
    assert after.bed.closed.closed_on == LAST_DAY
    assert after.referral.withdrawn == "moved-out"
    assert after.causes() == {"moved-out"}
    assert after.visits["today"].status == "missed"
    assert after.reasons["later"] == "moved-out"


def test_after_the_hospital_rounds_begin_again_and_what_can_still_be_done_in_time_is_owed_again(world: World) -> None:
    ill = TagKeyGroup(resident_id="r2", group="tuberculosis", since=MONDAY)
    world.give(ill, now=SEVEN)
    assert outcome(world, SEVEN).causes() == {"open"}
    world.give(*ADMITTED, now=SEVEN)
    there = outcome(world, at("07:01"))
    assert (there.bed.in_hospital, there.causes("family_bed")) == (True, {"in-hospital"})
    home = WEDNESDAY
    world.give(DischargeReferral(referral_id="f2", discharged_on=home), now=at("09:00", home))
    back = outcome(world, at("09:01", home))
    assert not back.bed.in_hospital
    rounds = [task for task in back.tasks if task.scheduled.source == "family_bed" and task.is_open]
    assert {task.scheduled.kind for task in rounds} == {"bed-round", "bed-nursing"}
    again = [task for task in back.tasks if task.is_open and task.scheduled.care_task_id.endswith(".2")]
    assert any(task.scheduled.group == "tuberculosis" for task in again)


def test_a_death_before_an_announced_move_ends_everything_at_once_and_leaves_no_timer(world: World) -> None:
    world.give(depart("moved-out", LAST_DAY), now=SEVEN)
    world.give(depart("died"), now=at("07:30"))
    after = outcome(world, at("07:31"))
    assert after.reasons == {"today": "died", "window": "died", "later": "moved-out", "at-bed": "died"}
    assert (after.bed.closed.outcome, after.referral.withdrawn) == ("died", "died")
    assert (after.contract.end_reason, after.contract.ends_on) == ("died", MONDAY)
    outcome(world, at("00:01", date(2026, 3, 13)))
    with world.open() as system:
        left = [str(timer["timer_id"]) for timer in due_by(system.rows, system.now())]
    assert [timer for timer in left if "r2" in timer or "c2" in timer or "b2" in timer] == []


def test_no_question_about_open_things_names_the_dead(world: World) -> None:
    world.give(depart("died"), now=SEVEN)
    outcome(world, at("07:01"))
    questions = (
        OpenVisits(team_id="t1", day=TUESDAY),
        OpenVisits(team_id="t1", day=NEXT_MONDAY),
        WeekAhead(team_id="t1", day=TUESDAY),
        TeamCareTasks(team_id="t1"),
        TeamCaseload(team_id="t1"),
        RenewalsDue(team_id="t1", from_day=MONDAY, to_day=date(2027, 12, 31)),
        WhoNext(team_id="t1", day=TUESDAY),
        BedCensus(team_id="t1"),
        ReferralInbox(team_id="t1"),
        AdvisedReferrals(team_id="t1"),
        DueTimers(now=at("00:00", date(2028, 1, 1)), limit=1000),
    )
    with world.open() as system:
        for question in questions:
            assert "r2" not in str(answer(question, system.rows)), question


def test_nothing_is_owed_any_more_to_a_child_in_several_key_groups_who_died(tmp_path: Path) -> None:
    world = World(tmp_path)
    child = Personal(
        name="Child",
        phone="13800000009",
        identity_number="P1",
        paper="passport",
        address="Lane 9",
        born_on=date(2026, 2, 1),
        home_x=0,
        home_y=0,
    )
    world.give(
        RegisterResident(
            resident_id="r9",
            institution_id="i1",
            evidence="household-registration",
            resident_since=date(2026, 2, 1),
            personal=child,
        ),
        SignContract(
            contract_id="c9",
            resident_id="r9",
            team_id="t1",
            signed_on=date(2026, 3, 1),
            starts_on=date(2026, 3, 1),
            agreement_read=True,
        ),
        *(
            TagKeyGroup(resident_id="r9", group=group, since=date(2026, 2, 1), stage=stage)
            for group, stage in GROUPS_OF_A_CHILD
        ),
    )
    world.give(RecordDeparture(resident_id="r9", reason="died", last_day=MONDAY), now=SEVEN)
    with world.open() as system:
        system.settle(system.now())
        after = system.store.last_position()
    with world.open(at("08:00", date(2033, 3, 1))) as system:
        system.settle(system.now())
        later = {event.name for event in system.store.select_notifications(after + 1, 1000)}
        tasks = state(system, CARE_PLAN, "r9").tasks.values()
    assert later <= {"resident.key_group_untagged.v1"}
    assert tasks
    assert not any(task.is_open for task in tasks)
