"""What falls due when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.care_plan.events import CareTaskCancelled, CareTaskDone, CareTaskDoneLate, CareTaskLost, CareTaskMissed
from domain.registry import DECIDER_OF
from domain.resident.events import KeyGroupUntagged, ResidentDeparted
from domain.team.events import MemberLeft, SeatFellEmpty, StaffingRestored, TeamDisbanded
from domain.visit.events import VisitHandedOver, VisitReleased, VisitRequestedAgain, VisitRescheduled
from infra.codec import command_from
from infra.rows.sqlite import SqliteRows
from projections.timers import DueTimers, NextTimer, overdue
from tests.domain import builders as b
from tests.domain import test_family_bed as beds
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.care_plans import fell_due, scheduled
from tests.projections.test_care_and_visits import CANCELLED, COMPLETED, LATER, MISSED, STARTED, WHOSE
from tests.projections.test_contracts_and_people import EXPIRED, RENEWED, TERMINATED

TASK = {"resident_id": "wang", "care_task_id": "t1"}
DONE = {**TASK, "source": "contract", "source_id": "c1", "visit_id": None, "done_on": b.TODAY}


def due_at(rows: SqliteRows) -> dict[object, object]:
    return {row["timer_id"]: row["due_at"] for row in rows.ask("SELECT timer_id, due_at FROM timers_v1")}


def test_a_care_task_falls_due_on_the_eve_of_its_window_and_is_lost_after_its_last_day(rows_of: RowsOf) -> None:
    rows = rows_of(scheduled())
    assert due_at(rows) == {"fall-due:t1": "2026-03-01T08:00:00Z", "lost:t1": "2026-04-07T16:00:00Z"}
    assert due_at(rows_of(scheduled(), fell_due())) == {"lost:t1": "2026-04-07T16:00:00Z"}


@pytest.mark.parametrize(
    "ending",
    [
        CareTaskDone(**DONE),  # type: ignore[arg-type]
        CareTaskDoneLate(**DONE, days_late=2),  # type: ignore[arg-type]
        CareTaskMissed(**TASK, team_id="team-1", asked=True),
        CareTaskLost(**TASK, team_id="team-1", attempts=3, asked=True),
        CareTaskCancelled(**TASK, team_id="team-1", cause="contract-over", asked=True),
    ],
    ids=lambda ending: type(ending).__name__,
)
def test_a_care_task_that_is_over_has_no_timer(rows_of: RowsOf, ending: object) -> None:
    assert due_at(rows_of(scheduled(), ending)) == {}


def test_a_contract_expires_after_the_last_day_of_its_newest_term(rows_of: RowsOf) -> None:
    assert due_at(rows_of(b.SIGNED)) == {"expire:c1": "2027-03-01T16:00:00Z"}
    assert due_at(rows_of(b.SIGNED, RENEWED)) == {"expire:c1": "2028-03-01T16:00:00Z"}
    assert due_at(rows_of(b.SIGNED, EXPIRED)) == {}
    assert due_at(rows_of(b.SIGNED, TERMINATED)) == {}


def test_groups_are_looked_at_on_the_days_on_which_age_and_childbed_change_them(rows_of: RowsOf) -> None:
    young = replace(b.WANG, elder_on=date(2040, 1, 1))
    assert due_at(rows_of(b.WANG)) == {}
    assert due_at(rows_of(young)) == {"group:wang:elder": "2039-12-31T16:00:00Z"}
    assert due_at(rows_of(young, b.in_group("elder"))) == {}
    assert due_at(rows_of(young, ResidentDeparted(resident_id="wang", reason="died", last_day=b.TODAY))) == {}
    childbed = replace(b.in_group("postpartum"), ends_on=date(2026, 4, 12))
    assert due_at(rows_of(childbed)) == {"group:wang:postpartum": "2026-04-12T16:00:00Z"}
    over = KeyGroupUntagged(resident_id="wang", group="postpartum", until=date(2026, 4, 12))
    assert due_at(rows_of(childbed, over)) == {}


def visit_over(rows: SqliteRows) -> list[tuple[object, object]]:
    due = answer(DueTimers(now=b.at(date(2030, 1, 1), 0)), rows)
    return [(row["due_at"], row["command"]["data"]["reason"]) for row in due]


WINDOW_PASSED = ("2026-03-08T16:00:00Z", "window-passed")
NOT_STARTED = ("2026-03-02T16:00:00Z", "not-started")


def test_a_visit_is_missed_when_its_window_has_passed_or_its_day_is_over(rows_of: RowsOf) -> None:
    released = VisitReleased(**WHOSE, care_task_id="t1", roster_id="x", window_to=date(2026, 3, 8))
    rescheduled = VisitRescheduled(**WHOSE, care_task_id=None, **LATER, opens_at=None, closes_at=None, was_on=None)  # type: ignore[arg-type]
    again = VisitRequestedAgain(**WHOSE, attempt=2, **LATER)  # type: ignore[arg-type]
    handed_over = VisitHandedOver(
        visit_id="v1",
        resident_id="wang",
        from_team_id="team-1",
        team_id="team-2",
        care_task_id=None,
        needs=b.REQUESTED.needs,
        window_to=date(2026, 3, 8),
        plan_from=b.TODAY,
        was_on=b.TODAY,
    )
    assert visit_over(rows_of(b.REQUESTED)) == [WINDOW_PASSED]
    assert visit_over(rows_of(b.REQUESTED, b.ASSIGNED)) == [NOT_STARTED]
    assert visit_over(rows_of(b.REQUESTED, b.ASSIGNED, released)) == [WINDOW_PASSED]
    assert visit_over(rows_of(b.REQUESTED, rescheduled)) == [("2026-03-12T16:00:00Z", "window-passed")]
    assert visit_over(rows_of(b.REQUESTED, MISSED, again)) == [("2026-03-12T16:00:00Z", "window-passed")]
    assert visit_over(rows_of(b.REQUESTED, b.ASSIGNED, handed_over)) == [WINDOW_PASSED]


@pytest.mark.parametrize("ending", [STARTED, COMPLETED, MISSED, CANCELLED], ids=lambda ending: type(ending).__name__)
def test_a_visit_that_began_or_is_over_has_no_timer(rows_of: RowsOf, ending: object) -> None:
    assert visit_over(rows_of(b.REQUESTED, b.ASSIGNED, ending)) == []


def test_a_beds_deadlines_are_its_assessment_first_round_review_and_cycle(rows_of: RowsOf) -> None:
    assessment = {"bed-assessment:b1": "2026-03-05T16:00:00Z"}
    assert due_at(rows_of(b.APPLIED)) == assessment
    for ending in (b.ASSESSED, beds.RETURNED, beds.OVERDUE_ASSESSMENT):
        assert due_at(rows_of(b.APPLIED, ending)) == {}
    assert due_at(rows_of(b.APPLIED, beds.RETURNED, beds.AGAIN)) == assessment
    bed = (b.APPLIED, b.ASSESSED, b.BED_OPENED)
    first = {"bed-first-round:b1": "2026-03-03T16:00:00Z"}
    others = {"bed-review:b1": "2026-04-01T16:00:00Z", "bed-cycle:b1": "2026-05-30T16:00:00Z"}
    assert due_at(rows_of(*bed)) == {**first, **others}
    assert due_at(rows_of(*bed, beds.MADE)) == others
    assert due_at(rows_of(*bed, replace(beds.MADE, kind="bed-nursing"))) == {**first, **others}
    assert due_at(rows_of(*bed, beds.IN_HOSPITAL)) == others
    assert due_at(rows_of(*bed, beds.IN_HOSPITAL, beds.BACK)) == {
        **others,
        "bed-first-round:b1": "2026-03-06T16:00:00Z",
    }
    assert due_at(rows_of(*bed, beds.MADE, beds.EXTENDED))["bed-cycle:b1"] == "2026-08-28T16:00:00Z"
    later = replace(beds.REVIEWED, review_by=date(2026, 4, 9))
    assert due_at(rows_of(*bed, later))["bed-review:b1"] == "2026-04-09T16:00:00Z"
    assert due_at(rows_of(*bed, beds.CLOSED)) == {}


def test_due_timers_are_those_of_the_past_longest_overdue_first(rows_of: RowsOf) -> None:
    rows = rows_of(scheduled(), b.SIGNED, b.REQUESTED)
    question = DueTimers(now=b.at(date(2026, 3, 9), 0))
    assert [row["timer_id"] for row in answer(question, rows)] == ["fall-due:t1", "visit-over:v1"]
    assert [row["timer_id"] for row in answer(replace(question, limit=1), rows)] == ["fall-due:t1"]
    assert answer(replace(question, now=b.at(date(2026, 3, 1), 15, 59)), rows) == []
    falls_due = b.at(date(2026, 3, 1), 16)
    assert [row["timer_id"] for row in answer(replace(question, now=falls_due), rows)] == ["fall-due:t1"]
    assert [overdue(rows, now) for now in (falls_due - timedelta(seconds=1), falls_due)] == [(0, None), (1, falls_due)]
    assert answer(NextTimer(), rows) == {"timer_id": "fall-due:t1", "due_at": "2026-03-01T08:00:00Z"}
    assert answer(NextTimer(), rows_of()) is None


def test_what_a_timer_holds_is_a_command(rows_of: RowsOf) -> None:
    rows = rows_of(
        scheduled(),
        b.SIGNED,
        b.REQUESTED,
        replace(b.REQUESTED, visit_id="v2"),
        replace(b.ASSIGNED, visit_id="v2"),
        b.APPLIED,
    )
    commands = {command.__name__: command for command in DECIDER_OF}
    due = answer(DueTimers(now=b.at(date(2030, 1, 1), 0)), rows)
    assert len(due) == 6
    for row in due:
        assert command_from(commands[row["command"]["name"]], row["command"]["data"])


def test_a_teams_seats_are_looked_at_when_time_changes_who_holds_them(rows_of: RowsOf) -> None:
    left = MemberLeft(team_id="team-1", member_id="he", last_day=b.TODAY, review_on=b.TOMORROW)
    fell = SeatFellEmpty(
        team_id="team-1", role="nurse", since=b.TOMORROW, grace_until=date(2026, 4, 1), review_on=date(2026, 4, 2)
    )
    assert due_at(rows_of(b.TEAM_1)) == {}
    assert due_at(rows_of(b.TEAM_1, left)) == {"staffing:team-1": "2026-03-02T16:00:00Z"}
    assert due_at(rows_of(b.TEAM_1, left, fell)) == {"staffing:team-1": "2026-04-01T16:00:00Z"}
    restored = StaffingRestored(team_id="team-1", role="nurse", on=b.TOMORROW)
    assert due_at(rows_of(b.TEAM_1, left, fell, restored)) == {}
    over = TeamDisbanded(team_id="team-1", institution_id="fuhai", last_day=b.TODAY)
    assert due_at(rows_of(b.TEAM_1, left, over)) == {}
