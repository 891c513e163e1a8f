"""Who enters a home, who leaves it, who did not come: each member for themselves."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.decider import FOREVER
from domain.finding import Finding
from domain.visit import VISIT
from domain.visit.commands import (
    AssignVisit,
    CompleteVisit,
    Need,
    Part,
    RaiseVisitAlarm,
    RecordPartnerAbsent,
    RequestVisitAgain,
    Signature,
    Slot,
    StartVisit,
)
from domain.visit.events import (
    VisitAlarmRaised,
    VisitAssigned,
    VisitCompleted,
    VisitJoined,
    VisitLeft,
    VisitMissed,
    VisitPartnerAbsent,
    VisitRequested,
    VisitRequestedAgain,
    VisitStarted,
)
from tests.domain.builders import ASSIGNED, HE, REQUESTED, TEAM_1, TODAY, TOMORROW, at
from tests.rules import holds
from tests.spec import NOW, claimed, given, touched

NURSE, DOCTOR = Need(roles=("nurse",), minutes=15), Need(roles=("gp",), minutes=20)
HE_AT_8 = Slot(member_id="he", starts_at=at(TODAY, 8), ends_at=at(TODAY, 8, 15))
LI_AT_820 = Slot(member_id="li", starts_at=at(TODAY, 8, 20), ends_at=at(TODAY, 8, 40))
IN_TURN = replace(REQUESTED, needs=(NURSE, DOCTOR), sync="sequential", least_gap=20, most_gap=60)
TOGETHER = replace(IN_TURN, sync="simultaneous", least_gap=0, most_gap=0)
BOTH = replace(ASSIGNED, slots=(HE_AT_8, LI_AT_820))
LATER = {"now": at(TODAY, 12)}


def enter(minute: int = 0, **more: Any) -> StartVisit:
    return StartVisit(visit_id="v1", entered_at=at(TODAY, 8, minute), **more)


def leave(minute: int, **more: Any) -> CompleteVisit:
    return CompleteVisit(visit_id="v1", left_at=at(TODAY, 8, minute), **more)


def part(service: int, member_id: str, entered: int, left: int | None = None) -> Part:
    left_at = None if left is None else at(TODAY, 8, left)
    return Part(service=service, member_id=member_id, entered_at=at(TODAY, 8, entered), left_at=left_at)


def started(*parts: Part, alarm_at: datetime) -> VisitStarted:
    entered_at = min(each.entered_at for each in parts)
    return VisitStarted(
        visit_id="v1", team_id="team-1", entered_at=entered_at, day=TODAY, parts=parts, alarm_at=alarm_at
    )


def joined(*parts: Part, alarm_at: datetime) -> VisitJoined:
    return VisitJoined(visit_id="v1", team_id="team-1", day=TODAY, parts=parts, alarm_at=alarm_at)


def left(*parts: Part, alarm_at: datetime | None = None, **more: Any) -> VisitLeft:
    findings: dict[str, Any] = {"findings": (), "measured": (), "signatures": (), **more}
    return VisitLeft(visit_id="v1", team_id="team-1", day=TODAY, parts=parts, alarm_at=alarm_at, **findings)


def completed(*parts: Part, **more: Any) -> VisitCompleted:
    lefts = [each.left_at for each in parts if each.left_at]
    done: dict[str, Any] = {"findings": (), "contract_id": "c1", "purpose": REQUESTED.purpose, **more}
    return VisitCompleted(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        care_task_id="t1",
        family_bed_id=None,
        member_ids=tuple(each.member_id for each in parts),
        entered_at=min(each.entered_at for each in parts),
        left_at=max(lefts),
        day=TODAY,
        parts=parts,
        **done,
    )


NURSE_CAME = started(part(0, "he", 0), alarm_at=at(TODAY, 9, 15))
NURSE_LEFT = left(part(0, "he", 0, 18))
DOCTOR_CAME = joined(part(0, "he", 0, 18), part(1, "li", 23), alarm_at=at(TODAY, 9, 43))
MISSED = VisitMissed(
    visit_id="v1",
    resident_id="wang",
    team_id="team-1",
    care_task_id="t1",
    reason="partner-absent",
    attempt=1,
    was_on=TODAY,
)


def absent(member_id: str, service: int) -> VisitPartnerAbsent:
    return VisitPartnerAbsent(visit_id="v1", team_id="team-1", day=TODAY, member_id=member_id, absent=(service,))


def did_not_come(member_id: str) -> RecordPartnerAbsent:
    return RecordPartnerAbsent(visit_id="v1", member_id=member_id)


def test_of_two_who_come_one_after_the_other_the_next_one_enters_if_nobody_is_named():
    given(IN_TURN, BOTH).when(enter()).then(NURSE_CAME)
    given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT).when(enter(23)).then(DOCTOR_CAME)


def test_two_who_come_together_enter_together_if_nobody_is_named():
    given(TOGETHER, BOTH).when(enter()).then(
        started(part(0, "he", 0), part(1, "li", 0), alarm_at=at(TODAY, 9, 20)),
    )


def test_a_named_member_enters_for_their_own_part():
    given(TOGETHER, BOTH).when(enter(5, member_id="li")).then(started(part(1, "li", 5), alarm_at=at(TODAY, 9, 25)))
    given(TOGETHER, BOTH, started(part(1, "li", 5), alarm_at=NOW)).when(enter(3, member_id="he")).then(
        joined(part(1, "li", 5), part(0, "he", 3), alarm_at=at(TODAY, 9, 25)),
    )


def test_entered_again_at_the_same_moment_it_says_nothing_and_at_another_it_is_refused():
    given(IN_TURN, BOTH, NURSE_CAME).when(enter(0, member_id="he")).then_nothing()
    given(IN_TURN, BOTH, NURSE_CAME).when(enter()).then_nothing()
    given(IN_TURN, BOTH, NURSE_CAME).when(enter(2, member_id="he")).then_refused("member-already-entered", member="he")


def test_when_everybody_has_come_nobody_else_enters():
    all_there = (IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT, DOCTOR_CAME)
    given(*all_there).when(enter(30)).then_refused("visit-not-assigned", visit="v1", status="started")
    given(*all_there).when(enter(30, member_id="sun")).then_refused("member-already-entered", member="sun")


@holds("A6.11")
def test_somebody_else_of_the_team_comes_in_a_members_place():
    alone = (replace(REQUESTED, needs=(DOCTOR,)), replace(ASSIGNED, slots=(LI_AT_820,)))
    swap = started(part(0, "he", 20), alarm_at=at(TODAY, 9, 40))
    given(*alone).when(enter(20, member_id="he"), team=[TEAM_1]).then(swap)
    given(*alone).when(enter(20, member_id="nobody"), team=[TEAM_1]).then_refused(
        "member-not-seated", team="team-1", member="nobody"
    )


def test_somebody_else_takes_the_part_of_their_role_or_of_the_member_who_is_named():
    swapped = replace(BOTH, slots=(replace(HE_AT_8, member_id="fang"), replace(LI_AT_820, member_id="chen")))
    by_role = started(part(1, "li", 20), alarm_at=at(TODAY, 9, 40))
    given(TOGETHER, swapped).when(enter(20, member_id="li"), team=[TEAM_1]).then(by_role)
    by_name = started(part(0, "li", 20), alarm_at=at(TODAY, 9, 35))
    given(TOGETHER, swapped).when(enter(20, member_id="li", instead_of="fang"), team=[TEAM_1]).then(by_name)
    given(TOGETHER, swapped).when(enter(20, member_id="li", instead_of="sun"), team=[TEAM_1]).then_refused(
        "member-not-expected", visit="v1", member="sun"
    )


def test_a_stranger_begins_no_part_of_a_visit_by_several_unless_they_say_whose():
    swapped = replace(BOTH, slots=(replace(HE_AT_8, member_id="fang"), replace(LI_AT_820, member_id="chen")))
    nurse_there = (TOGETHER, swapped, started(part(0, "he", 3), alarm_at=at(TODAY, 9, 18)))
    team = replace(TEAM_1, members=(*TEAM_1.members, replace(HE, member_id="sun", role="rehab")))
    who: dict[str, Any] = {"visit": "v1", "member": "sun"}
    given(TOGETHER, swapped).when(enter(20, member_id="sun"), team=[team]).then_refused(
        "member-not-expected", **who, expected="fang, chen"
    )
    given(*nurse_there).when(enter(20, member_id="sun"), team=[team]).then_refused(
        "member-not-expected", **who, expected="chen"
    )
    given(*nurse_there).when(enter(20, member_id="sun", instead_of="chen"), team=[team]).then(
        joined(part(0, "he", 3), part(1, "sun", 20), alarm_at=at(TODAY, 9, 40))
    )


def test_a_visit_goes_on_until_its_last_part_has_ended():
    given(IN_TURN, BOTH, NURSE_CAME).when(leave(18)).then(NURSE_LEFT)
    given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT).when(leave(18, member_id="he")).then_nothing()
    given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT, DOCTOR_CAME).when(leave(43)).then(
        completed(part(0, "he", 0, 18), part(1, "li", 23, 43)),
    )


def test_a_member_leaves_alone_and_the_other_stays():
    both = started(part(0, "he", 0), part(1, "li", 0), alarm_at=at(TODAY, 9, 20))
    given(TOGETHER, BOTH, both).when(leave(12, member_id="he")).then(
        left(part(0, "he", 0, 12), part(1, "li", 0), alarm_at=at(TODAY, 9, 20)),
    )
    given(TOGETHER, BOTH, both).when(leave(12, member_id="sun")).then_refused(
        "member-not-in-the-home", visit="v1", member="sun"
    )


def test_nobody_leaves_a_home_in_which_nobody_is():
    given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT).when(leave(40)).then_refused("nobody-in-the-home", visit="v1")


def test_what_each_member_found_stands_with_the_visit():
    def warm(value: float) -> tuple[Finding, ...]:
        return (Finding(code="temperature", value=value, unit="Cel"),)

    signed = (Signature(signed_by="resident", signed_at=at(TODAY, 8, 17)),)
    after_nurse = left(part(0, "he", 0, 18), findings=("wound-clean",), measured=warm(38.2), signatures=signed)
    given(IN_TURN, BOTH, NURSE_CAME).when(
        leave(18, findings=("wound-clean",), measured=warm(38.2), signatures=signed)
    ).then(after_nurse)
    done = completed(
        part(0, "he", 0, 18),
        part(1, "li", 23, 43),
        findings=("wound-clean", "advised"),
        measured=warm(37.9),
        signatures=signed,
    )
    given(IN_TURN, BOTH, NURSE_CAME, after_nurse, DOCTOR_CAME).when(
        leave(43, findings=("wound-clean", "advised"), measured=warm(37.9))
    ).then(done)


@holds("A6.12")
def test_the_work_of_a_partner_who_did_not_come_counts_as_done_by_somebody_who_could_do_it():
    two_nurses = replace(TOGETHER, needs=(NURSE, NURSE))
    here = (two_nurses, BOTH, started(part(0, "he", 0), alarm_at=at(TODAY, 9, 15)))
    given(*here).when(did_not_come("li")).then(absent("li", 1))
    given(*here, absent("li", 1)).when(leave(20)).then(completed(part(0, "he", 0, 20), absent=(1,)))


@holds("A6.12")
def test_work_that_nobody_who_came_could_do_is_asked_for_again():
    given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT).when(did_not_come("li")).then(absent("li", 1), MISSED)
    again = given(IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT, absent("li", 1), MISSED).when(RequestVisitAgain(visit_id="v1"))
    (event,) = again.decided()
    assert isinstance(event, VisitRequestedAgain)
    assert (event.attempt, event.plan_from) == (2, TOMORROW)
    assert event.needs == (DOCTOR,), "what the nurse did is done"


@holds("A6.12")
def test_a_visit_to_which_two_must_go_is_asked_for_again_as_a_whole_if_one_did_not_come():
    at_risk: VisitRequested = replace(TOGETHER, needs=(NURSE, NURSE), two_people=True)
    here = (at_risk, BOTH, started(part(0, "he", 0), alarm_at=at(TODAY, 9, 15)), absent("li", 1))
    given(*here).when(leave(20)).then(MISSED)
    (event,) = given(*here, MISSED).when(RequestVisitAgain(visit_id="v1")).decided()
    assert event.needs is None


def test_a_partner_is_absent_once_and_only_if_they_were_still_to_come():
    given(IN_TURN, BOTH, absent("li", 1)).when(did_not_come("li")).then_nothing()
    given(IN_TURN, BOTH, NURSE_CAME).when(did_not_come("he")).then_refused("member-not-expected", member="he")
    given(IN_TURN, BOTH, absent("he", 0)).when(did_not_come("li")).then_refused("nobody-left-to-come", member="li")
    given(IN_TURN).when(did_not_come("li")).then_refused("visit-not-assigned", status="requested")
    given().when(did_not_come("li")).then_refused("visit-unknown")


def test_a_roster_shows_a_visit_that_has_begun_with_those_who_are_there():
    assigned_he = AssignVisit(visit_id="v1", roster_id="r", day=TODAY, slots=(replace(HE_AT_8, member_id="he"),))
    swapped = (
        replace(REQUESTED, needs=(DOCTOR,)),
        replace(ASSIGNED, slots=(LI_AT_820,)),
        started(part(0, "he", 20), alarm_at=at(TODAY, 9, 40)),
    )
    given(*swapped).when(assigned_he).then_nothing()
    given(*swapped).when(replace(assigned_he, slots=(replace(HE_AT_8, member_id="sun"),))).then_refused(
        "visit-not-open"
    )


@holds("A6.11")
def test_who_is_in_a_home_is_claimed_for_it_until_they_leave():
    there, times = claimed(VISIT, IN_TURN, BOTH, NURSE_CAME)
    assert (there.key, there.until) == ("member-there:he:2026-03-02", FOREVER)
    assert (times.key, times.since, times.until) == ("member-home:he:2026-03-02", at(TODAY, 8), at(TODAY, 8))
    there, times = claimed(VISIT, IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT)
    assert there.until < there.since, "the member is free"
    assert (times.since, times.until < at(TODAY, 8, 18)) == (at(TODAY, 8), True)


def test_each_step_touches_the_day():
    steps = (IN_TURN, BOTH, NURSE_CAME, NURSE_LEFT, absent("li", 1))
    for last in range(3, len(steps) + 1):
        assert touched(VISIT, *steps[:last]) == [("team-1", TODAY)]


@holds("A6.10")
def test_the_leader_is_told_once_if_nobody_leaves_a_home_an_hour_after_the_end_that_was_to_be_expected():
    alarm = RaiseVisitAlarm(visit_id="v1")
    raised = VisitAlarmRaised(
        visit_id="v1",
        team_id="team-1",
        day=TODAY,
        member_ids=("he",),
        entered_at=at(TODAY, 8),
        alarm_at=at(TODAY, 9, 15),
    )
    here = (IN_TURN, BOTH, NURSE_CAME)
    given(*here).when(alarm, now=at(TODAY, 9, 14)).then_nothing()
    given(*here).when(alarm, now=at(TODAY, 9, 15)).then(raised)
    given(*here, raised).when(alarm, **LATER).then_nothing()
    given(*here, NURSE_LEFT).when(alarm, **LATER).then_nothing()
    given(IN_TURN, BOTH).when(alarm, **LATER).then_nothing()
    given().when(alarm).then_refused("visit-unknown")


def test_a_visit_of_ten_minutes_is_not_short():
    alone = (replace(REQUESTED, needs=(NURSE,)), replace(ASSIGNED, slots=(HE_AT_8,)), NURSE_CAME)
    given(*alone).when(leave(10)).then(completed(part(0, "he", 0, 10)))


@holds("A6.13")
def test_a_visit_of_less_than_half_its_planned_minutes_is_shown_as_far_shorter():
    alone = (replace(REQUESTED, needs=(DOCTOR,)), replace(ASSIGNED, slots=(LI_AT_820,)))
    here = (*alone, started(part(0, "li", 20), alarm_at=at(TODAY, 9, 40)))
    given(*here).when(leave(30)).then(completed(part(0, "li", 20, 30)))
    given(*here).when(replace(leave(29), left_at=at(TODAY, 8, 29))).then(
        completed(part(0, "li", 20, 29), short=True, far_shorter=True)
    )


def test_a_visit_that_began_before_parts_were_recorded_ends_as_it_did():
    old_assignment: VisitAssigned = BOTH
    began = VisitStarted(visit_id="v1", team_id="team-1", entered_at=at(TODAY, 8))
    given(IN_TURN, old_assignment, began).when(enter()).then_nothing()
    given(IN_TURN, old_assignment, began).when(enter(5)).then_refused("visit-not-assigned", status="started")
    done = completed(part(0, "he", 0, 40), part(1, "li", 0, 40))
    given(IN_TURN, old_assignment, began).when(leave(40)).then(replace(done, parts=()))
