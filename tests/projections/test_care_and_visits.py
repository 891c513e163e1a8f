"""Care tasks, visits, the roster board, family beds and referrals."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.care_plan.events import (
    CareAttemptFailed,
    CareReportedUpward,
    CareTaskCancelled,
    CareTaskDone,
    CareTaskDoneLate,
    CareTaskLost,
    CareTaskMissed,
    CareTaskMoved,
    CareTaskPlanned,
    CareTaskUnplanned,
)
from domain.family_bed.events import (
    BedApplicationReturned,
    BedAppliedForAgain,
    BedClosed,
    BedExtended,
    BedFellOverdue,
    BedPlanEvaluated,
    BedPlanSet,
    BedPlanStopped,
    BedReturnedFromHospital,
    BedReviewed,
    BedRoundRecorded,
    BedRoundWrittenUp,
    BedSettled,
    BedTransferredToHospital,
)
from domain.finding import Finding
from domain.visit.commands import Signature
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
from projections.care_tasks import AdvisedReferrals, ResidentCareTasks, TeamCareTasks
from projections.family_beds import BedCensus, BedPlans, BedRounds, OverdueBeds
from projections.roster_board import TeamRoster
from projections.visits import OpenVisits, VisitsMade
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.care_plans import advised, fell_due, scheduled
from tests.projections.histories.rosters import bounded, published, revised

TASK = {"resident_id": "wang", "care_task_id": "t1"}
DONE = {**TASK, "source": "contract", "source_id": "c1", "visit_id": "v1"}
PLANNED = CareTaskPlanned(resident_id="wang", care_task_id="t1", day=b.TODAY)


def test_a_care_task_is_scheduled(rows_of: RowsOf) -> None:
    (row,) = answer(ResidentCareTasks(resident_id="wang"), rows_of(scheduled()))
    assert row == {
        "care_task_id": "t1",
        "resident_id": "wang",
        "team_id": "team-1",
        "kind": "hypertension-follow-up",
        "source": "contract",
        "source_id": "c1",
        "at_home": 1,
        "window_from": "2026-03-02",
        "window_to": "2026-03-08",
        "lost_after": "2026-04-07",
        "priority": 5,
        "status": "scheduled",
        "day": None,
        "done_on": None,
        "days_late": None,
        "key_group": None,
        "because": None,
        "with_task": None,
        "outcome": None,
        "attempts": 0,
        "reported_on": None,
    }


def test_advised_referrals_are_told_urgent_ones_first(rows_of: RowsOf) -> None:
    urgent = replace(advised("t2"), urgency="urgent", criteria=("chest-pain",), advised_on=b.YESTERDAY)
    rows = rows_of(b.WANG, advised(), urgent, replace(advised("t3"), team_id="team-2"))

    def advice(**more: object) -> list[tuple[object, object]]:
        advised_rows = answer(AdvisedReferrals(team_id="team-1", **more), rows)  # type: ignore[arg-type]
        return [(row["care_task_id"], row["criteria"]) for row in advised_rows]

    assert advice() == [("t2", ["chest-pain"]), ("t1", ["pressure-uncontrolled-twice"])]
    assert advice(since=b.TODAY) == [("t1", ["pressure-uncontrolled-twice"])]
    assert answer(AdvisedReferrals(team_id="team-1"), rows)[0]["name"] == "王芳"


@pytest.mark.parametrize(
    ("events", "columns"),
    [
        ((fell_due(),), {"status": "due", "day": None}),
        ((fell_due(), PLANNED), {"status": "planned", "day": "2026-03-02"}),
        ((PLANNED, CareTaskUnplanned(**TASK)), {"status": "due", "day": None}),
        ((CareTaskDone(**DONE, done_on=b.TODAY),), {"status": "done", "done_on": "2026-03-02", "days_late": 0}),  # type: ignore[arg-type]
        (
            (CareTaskDoneLate(**DONE, done_on=date(2026, 3, 10), days_late=2),),  # type: ignore[arg-type]
            {"status": "done-late", "done_on": "2026-03-10", "days_late": 2},
        ),
        ((PLANNED, CareTaskMissed(**TASK, team_id="team-1", asked=True)), {"status": "missed", "day": None}),
        (
            (PLANNED, CareTaskCancelled(**TASK, team_id="team-1", cause="contract-over", asked=True)),
            {"status": "cancelled", "day": None},
        ),
        ((CareTaskMoved(**TASK, team_id="team-2", needs=(), asked=False),), {"team_id": "team-2"}),
        ((replace(fell_due(), with_task="t0"),), {"status": "due", "with_task": "t0"}),
        ((CareTaskDone(**DONE, done_on=b.TODAY, outcome="uncontrolled"),), {"outcome": "uncontrolled"}),  # type: ignore[arg-type]
        ((CareAttemptFailed(**TASK, attempt=2, most=3),), {"attempts": 2, "status": "scheduled"}),
        ((CareTaskLost(**TASK, team_id="team-1", attempts=3, asked=True),), {"status": "lost"}),
        (
            (CareReportedUpward(**TASK, team_id="team-1", kind="x", attempts=2, reported_on=b.TODAY),),
            {"reported_on": "2026-03-02"},
        ),
    ],
    ids=[
        "fell due",
        "planned",
        "unplanned",
        "done",
        "done late",
        "missed",
        "cancelled",
        "moved",
        "shared",
        "outcome",
        "attempt",
        "lost",
        "reported",
    ],
)
def test_a_care_task_goes_its_way(rows_of: RowsOf, events: tuple[object, ...], columns: dict[str, object]) -> None:
    (row,) = answer(ResidentCareTasks(resident_id="wang"), rows_of(scheduled(), *events))
    assert {name: row[name] for name in columns} == columns


def test_a_teams_care_tasks_come_least_slack_first(rows_of: RowsOf) -> None:
    rows = rows_of(
        b.WANG,
        replace(scheduled("late"), window_to=date(2026, 3, 20)),
        replace(scheduled("urgent"), priority=9),
        scheduled("usual"),
        replace(scheduled("later"), window_from=date(2026, 4, 1), window_to=date(2026, 4, 9)),
        scheduled("over"),
        CareTaskMissed(resident_id="wang", care_task_id="over", team_id="team-1", asked=False),
        replace(scheduled("elsewhere"), team_id="team-2"),
    )

    def ids(**more: object) -> list[str]:
        return [row["care_task_id"] for row in answer(TeamCareTasks(team_id="team-1", **more), rows)]  # type: ignore[arg-type]

    assert ids() == ["urgent", "usual", "late", "later"]
    assert ids(due_by=date(2026, 3, 31)) == ["urgent", "usual", "late"]
    assert ids(status="missed") == ["over"]
    assert answer(TeamCareTasks(team_id="team-1"), rows)[0]["name"] == "王芳"


WHOSE: dict[str, Any] = {"visit_id": "v1", "resident_id": "wang", "team_id": "team-1"}
MISSED = VisitMissed(**WHOSE, care_task_id="t1", reason="nobody-home", attempt=1)
STARTED = VisitStarted(visit_id="v1", team_id="team-1", entered_at=b.at(b.TODAY, 8))
COMPLETED = VisitCompleted(
    **WHOSE,
    care_task_id="t1",
    family_bed_id=None,
    member_ids=("li",),
    entered_at=b.at(b.TODAY, 8),
    left_at=b.at(b.TODAY, 8, 25),
    findings=("wound-clean",),
    measured=(Finding(code="temperature", value=36.8, unit="Cel"),),
    signatures=(Signature(signed_by="resident", signed_at=b.at(b.TODAY, 8, 24)),),
)
LATER = {"window_from": b.TOMORROW, "window_to": date(2026, 3, 12), "plan_from": b.TOMORROW}
CANCELLED = VisitCancelled(**WHOSE, care_task_id="t1", reason="in-hospital", was_on=b.TODAY, waited_for=None)
FREE = {"status": "requested", "day": None, "slots": "[]"}


def test_a_visit_is_wanted(rows_of: RowsOf) -> None:
    (row,) = rows_of(b.REQUESTED).ask("SELECT * FROM visits_v1")
    assert row == {
        **dict.fromkeys(
            ["family_bed_id", "opens_at", "closes_at", "day", "entered_at", "left_at", "miss_reason", "cancel_reason"]
        ),
        **dict.fromkeys(
            ["short", "findings", "measured", "signatures"],
        ),
        "visit_id": "v1",
        "resident_id": "wang",
        "team_id": "team-1",
        "contract_id": "c1",
        "care_task_id": "t1",
        "purpose": "hypertension-follow-up",
        "needs": '[{"minutes":20,"named_id":"li","qualifications":[],"roles":["gp"]}]',
        "sync": "single",
        "least_gap": 0,
        "most_gap": 0,
        "window_from": "2026-03-02",
        "window_to": "2026-03-08",
        "priority": 5,
        "grade": "none",
        "price_fen": 0,
        "infectious": 0,
        "two_people": 0,
        "status": "requested",
        "slots": "[]",
        "attempt": 1,
    }


@pytest.mark.parametrize(
    ("events", "columns"),
    [
        (
            (b.ASSIGNED,),
            {
                "status": "assigned",
                "day": "2026-03-02",
                "slots": '[{"ends_at":"2026-03-02T00:20:00Z","member_id":"li","starts_at":"2026-03-02T00:00:00Z"}]',
            },
        ),
        (
            (b.ASSIGNED, VisitReleased(**WHOSE, care_task_id="t1", roster_id="x", window_to=date(2026, 3, 8))),
            FREE,
        ),
        ((b.ASSIGNED, STARTED), {"status": "started", "entered_at": "2026-03-02T00:00:00Z", "day": "2026-03-02"}),
        ((STARTED, COMPLETED), {"status": "completed", "left_at": "2026-03-02T00:25:00Z"}),
        ((b.ASSIGNED, MISSED), {"status": "missed", "miss_reason": "nobody-home", "day": None, "slots": "[]"}),
        (
            (MISSED, VisitRequestedAgain(**WHOSE, attempt=2, **LATER)),  # type: ignore[arg-type]
            {**FREE, "attempt": 2, "window_from": "2026-03-03", "window_to": "2026-03-12"},
        ),
        (
            (
                b.ASSIGNED,
                VisitRescheduled(**WHOSE, care_task_id=None, **LATER, opens_at=540, closes_at=600, was_on=b.TODAY),  # type: ignore[arg-type]
            ),
            {**FREE, "window_from": "2026-03-03", "window_to": "2026-03-12", "opens_at": 540, "closes_at": 600},
        ),
        (
            (
                b.ASSIGNED,
                VisitHandedOver(
                    visit_id="v1",
                    resident_id="wang",
                    from_team_id="team-1",
                    team_id="team-2",
                    care_task_id="t1",
                    needs=b.REQUESTED.needs,
                    window_to=date(2026, 3, 8),
                    plan_from=b.TODAY,
                    was_on=b.TODAY,
                ),
            ),
            {**FREE, "team_id": "team-2"},
        ),
        ((b.ASSIGNED, CANCELLED), {"status": "cancelled", "day": None, "slots": "[]", "cancel_reason": "in-hospital"}),
    ],
    ids=["assigned", "released", "started", "completed", "missed", "again", "rescheduled", "handed over", "cancelled"],
)
def test_a_visit_goes_its_way(rows_of: RowsOf, events: tuple[object, ...], columns: dict[str, object]) -> None:
    (row,) = rows_of(b.REQUESTED, *events).ask("SELECT * FROM visits_v1")
    assert {name: row[name] for name in columns} == columns


def test_open_visits_are_those_that_a_days_problem_must_hold(rows_of: RowsOf) -> None:
    def wanted(visit_id: str, first: date, last: date) -> object:
        return replace(b.REQUESTED, visit_id=visit_id, window_from=first, window_to=last)

    rows = rows_of(
        b.WANG,
        wanted("wanted", b.TODAY, b.TODAY),
        wanted("too early", b.TOMORROW, b.TOMORROW),
        wanted("too late", b.YESTERDAY, b.YESTERDAY),
        wanted("placed", b.TODAY, b.TOMORROW),
        replace(b.ASSIGNED, visit_id="placed"),
        wanted("under way", b.TODAY, b.TOMORROW),
        replace(b.ASSIGNED, visit_id="under way"),
        replace(STARTED, visit_id="under way"),
        wanted("made", b.TODAY, b.TOMORROW),
        replace(b.ASSIGNED, visit_id="made"),
        replace(COMPLETED, visit_id="made"),
        wanted("on another day", b.TODAY, b.TOMORROW),
        replace(b.ASSIGNED, visit_id="on another day", day=b.TOMORROW),
        wanted("called off", b.TODAY, b.TODAY),
        replace(CANCELLED, visit_id="called off"),
        replace(b.REQUESTED, visit_id="of another team", team_id="team-2"),
    )
    visits = answer(OpenVisits(team_id="team-1", day=b.TODAY), rows)
    assert [visit["visit_id"] for visit in visits] == ["made", "placed", "under way", "wanted"]
    assert visits[0]["needs"] == [{"roles": ["gp"], "minutes": 20, "qualifications": [], "named_id": "li"}]
    assert visits[1]["slots"] == [
        {"member_id": "li", "starts_at": "2026-03-02T00:00:00Z", "ends_at": "2026-03-02T00:20:00Z"}
    ]
    assert (visits[0]["home_x"], visits[0]["home_y"]) == (1200, -300)


def test_visits_made_are_told_with_their_minutes_and_what_was_found_and_signed(rows_of: RowsOf) -> None:
    dressing = replace(b.REQUESTED, visit_id="brief", grade="general", price_fen=6000)
    short = replace(COMPLETED, visit_id="brief", left_at=b.at(b.TODAY, 8, 7), short=True)
    rows = rows_of(b.REQUESTED, COMPLETED, dressing, short, replace(b.REQUESTED, visit_id="open"))
    question = VisitsMade(team_id="team-1", first=b.TODAY, last=b.TODAY)
    whole, brief = sorted(answer(question, rows), key=lambda row: -row["minutes"])
    assert (whole["visit_id"], whole["minutes"], whole["short"]) == ("v1", 25, 0)
    assert whole["findings"] == ["wound-clean"]
    assert whole["measured"] == [{"code": "temperature", "value": 36.8, "unit": "Cel"}]
    assert whole["signatures"] == [{"signed_by": "resident", "signed_at": "2026-03-02T00:24:00Z"}]
    assert (brief["visit_id"], brief["minutes"], brief["short"], brief["price_fen"]) == ("brief", 7, 1, 6000)
    assert [row["visit_id"] for row in answer(replace(question, short=True), rows)] == ["brief"]
    assert [row["visit_id"] for row in answer(replace(question, grade="general"), rows)] == ["brief"]
    assert answer(replace(question, first=b.TOMORROW, last=b.TOMORROW), rows) == []
    midnight = replace(COMPLETED, entered_at=b.at(b.TODAY, 0), left_at=b.at(b.TODAY, 0, 20))
    rows = rows_of(b.REQUESTED, replace(STARTED, entered_at=midnight.entered_at), midnight)
    days = (b.YESTERDAY, b.TODAY)
    assert [len(answer(replace(question, first=day, last=day), rows)) for day in days] == [0, 1]


def test_a_roster_is_published_and_revised(rows_of: RowsOf) -> None:
    first = published()
    (row,) = rows_of(first).ask("SELECT * FROM rosters_v1")
    assert row == {
        "roster_id": "team-1.2026-03-02",
        "team_id": "team-1",
        "day": "2026-03-02",
        "revision": 1,
        "slots": '[{"ends_at":"2026-03-02T00:20:00Z","member_id":"li","service":0,"starts_at":"2026-03-02T00:00:00Z",'
        '"travel_seconds":300,"visit_id":"v1"}]',
        "unplaced": '[{"rule":"no-time-left","visit_id":"v2"}]',
        "costs": '[{"cost":5,"tier":"unplaced"}]',
        "proof": "unknown",
        "bound_tier": None,
        "bound": None,
        "seed": 1,
        "iterations": 9,
        "deterministic": 0.5,
        "solver": "search",
        "problem_digest": "5f",
        "carried_over_to": "2026-03-03",
        "moved": "[]",
    }
    (row,) = rows_of(first, revised(first)).ask("SELECT revision, moved, unplaced, carried_over_to FROM rosters_v1")
    assert row == {"revision": 2, "moved": '["v1"]', "unplaced": "[]", "carried_over_to": None}


def test_what_is_known_of_a_roster_later_stands_beside_it_until_it_is_revised(rows_of: RowsOf) -> None:
    first = published()
    query = "SELECT revision, proof, bound_tier, bound, solver FROM rosters_v1"
    (row,) = rows_of(first, bounded(first, 1)).ask(query)
    assert row == {"revision": 1, "proof": "within", "bound_tier": "unplaced", "bound": 4, "solver": "search"}
    (row,) = rows_of(first, bounded(first, 1), revised(first)).ask(query)
    assert row == {"revision": 2, "proof": "unknown", "bound_tier": None, "bound": None, "solver": "search"}


def test_a_teams_roster_tells_who_goes_where_and_what_became_of_it(rows_of: RowsOf) -> None:
    day = published()
    (slot,) = day.slots
    earlier = replace(slot, visit_id="v3", member_id="he", starts_at=b.at(b.TODAY, 7), ends_at=b.at(b.TODAY, 7, 20))
    later = replace(slot, visit_id="v3", member_id="he", starts_at=b.at(b.TODAY, 9), ends_at=b.at(b.TODAY, 9, 20))
    rows = rows_of(b.WANG, b.TEAM_1, b.REQUESTED, b.ASSIGNED, STARTED, replace(day, slots=(slot, later, earlier)))
    board = answer(TeamRoster(team_id="team-1", day=b.TODAY), rows)
    assert [(part["member_id"], part["starts_at"]) for part in board["slots"]] == [
        ("he", "2026-03-01T23:00:00Z"),
        ("he", "2026-03-02T01:00:00Z"),
        ("li", "2026-03-02T00:00:00Z"),
    ]
    assert board["slots"][2] == {
        "visit_id": "v1",
        "service": 0,
        "member_id": "li",
        "starts_at": "2026-03-02T00:00:00Z",
        "ends_at": "2026-03-02T00:20:00Z",
        "travel_seconds": 300,
        "role": "gp",
        "status": "started",
        "purpose": "hypertension-follow-up",
        "priority": 5,
        "resident_id": "wang",
        "name": "王芳",
        "address": "福海街道 1 号",
    }
    assert board["unplaced"][0]["rule"] == "no-time-left"
    assert answer(TeamRoster(team_id="team-1", day=b.TOMORROW), rows) is None


ROUND = BedRoundRecorded(
    family_bed_id="b1",
    resident_id="wang",
    visit_id="v1",
    made_at=b.at(b.TODAY, 9),
    member_ids=("li",),
    findings=(),
)
CLOSED = BedClosed(
    family_bed_id="b1", resident_id="wang", team_id="team-1", closed_on=date(2026, 3, 20), outcome="improved"
)


def test_a_bed_is_applied_for_assessed_opened_and_closed(rows_of: RowsOf) -> None:
    query = "SELECT status, fit, opened_on, cycle_ends_on, first_round_by, closed_on, outcome FROM family_beds_v1"
    steps = [b.APPLIED, b.ASSESSED, b.AGREED, b.BED_OPENED, CLOSED]
    seen = [tuple(rows_of(*steps[:n]).ask(query)[0].values()) for n in range(1, 6)]
    opened = ("2026-03-02", "2026-05-30", "2026-03-03")
    assert seen == [
        ("applied", None, None, None, None, None, None),
        ("assessed", 1, None, None, None, None, None),
        ("agreed", 1, None, None, None, None, None),
        ("open", 1, *opened, None, None),
        ("closed", 1, *opened, "2026-03-20", "improved"),
    ]


def test_a_bed_census_counts_the_days_since_the_last_round_up_to_the_day(rows_of: RowsOf) -> None:
    second = replace(ROUND, visit_id="v2", made_at=b.at(date(2026, 3, 9), 9))
    rows = rows_of(b.WANG, b.APPLIED, b.ASSESSED, b.BED_OPENED, ROUND, second, CLOSED)

    def census(day: date) -> list[tuple[object, object]]:
        return [(bed["last_round_at"], bed["days_since_round"]) for bed in answer(BedCensus(day=day), rows)]

    assert census(b.YESTERDAY) == []
    assert census(b.TODAY) == [("2026-03-02T01:00:00Z", 0)]
    assert census(date(2026, 3, 8)) == [("2026-03-02T01:00:00Z", 6)]
    assert census(date(2026, 3, 20)) == [("2026-03-09T01:00:00Z", 11)]
    assert census(date(2026, 3, 21)) == []
    assert answer(BedCensus(), rows) == []
    assert answer(BedCensus(team_id="team-2", day=b.TODAY), rows) == []
    (bed,) = answer(BedCensus(team_id="team-1"), rows_of(b.WANG, b.APPLIED, b.ASSESSED, b.BED_OPENED))
    assert (bed["name"], bed["last_round_at"], bed["days_since_round"]) == ("王芳", None, None)


WHOSE_BED: dict[str, Any] = {"family_bed_id": "b1", "resident_id": "wang", "team_id": "team-1"}
OPEN_BED = (b.WANG, b.TEAM_1, b.APPLIED, b.ASSESSED, b.AGREED, b.BED_OPENED)
AWAY = BedTransferredToHospital(**WHOSE_BED, transferred_on=date(2026, 3, 4), referral_id="r1")
BACK = BedReturnedFromHospital(
    **WHOSE_BED, transferred_on=date(2026, 3, 4), returned_on=date(2026, 3, 9), first_round_by=date(2026, 3, 10)
)


def test_an_application_is_returned_and_handed_in_again(rows_of: RowsOf) -> None:
    returned = BedApplicationReturned(family_bed_id="b1", reason="papers-incomplete")
    again = BedAppliedForAgain(
        **WHOSE_BED,
        kind="palliative",
        indications=("terminal-cancer",),
        opinion="fit-with-conditions",
        assess_by=date(2026, 3, 9),
    )
    query = "SELECT status, return_reason, kind, indications, assess_by FROM family_beds_v1"
    assert [
        tuple(rows_of(b.APPLIED, *more).ask(query)[0].values()) for more in ((), (returned,), (returned, again))
    ] == [
        ("applied", None, "treatment", '["bedridden"]', "2026-03-05"),
        ("returned", "papers-incomplete", "treatment", '["bedridden"]', "2026-03-05"),
        ("applied", None, "palliative", '["terminal-cancer"]', "2026-03-09"),
    ]


def test_a_bed_in_hospital_stays_in_the_census_and_owes_no_round_meanwhile(rows_of: RowsOf) -> None:
    rows = rows_of(*OPEN_BED, ROUND, AWAY, BACK)

    def on(day: int) -> tuple[object, ...]:
        (bed,) = answer(BedCensus(day=date(2026, 3, day), institution_id="fuhai"), rows)
        return bed["away"], bed["days_since_round"], bed["round_overdue"]

    assert on(4) == (False, 2, False)
    assert on(8) == (True, 6, False)
    assert on(9) == (False, 0, False)
    assert on(16) == (False, 7, False)
    assert on(17) == (False, 8, True)
    assert answer(BedCensus(institution_id="elsewhere"), rows) == []
    (bed,) = answer(BedCensus(), rows_of(*OPEN_BED, AWAY))
    assert (bed["away"], bed["in_hospital_since"]) == (True, "2026-03-04")
    assert bed["diagnoses"][0] == {"axis": "biological", "code": "I69.3"}


def test_the_rounds_of_a_bed_are_told_with_their_records_and_the_days_between(rows_of: RowsOf) -> None:
    nursing = replace(ROUND, visit_id="n1", kind="bed-nursing", made_at=b.at(b.TOMORROW, 9))
    second = replace(ROUND, visit_id="v2", made_at=b.at(date(2026, 3, 8), 9))
    record = BedRoundWrittenUp(
        family_bed_id="b1", visit_id="v2", complaints=("poor-sleep",), tests=("blood-count",), contact_talked=True
    )
    rounds = answer(BedRounds(family_bed_id="b1"), rows_of(*OPEN_BED, ROUND, nursing, second, record))
    assert [(row["visit_id"], row["days_since_last"]) for row in rounds] == [("v1", None), ("n1", None), ("v2", 6)]
    assert (rounds[2]["complaints"], rounds[2]["tests"], rounds[2]["contact_talked"]) == (
        ["poor-sleep"],
        ["blood-count"],
        1,
    )
    assert rounds[0]["complaints"] == []


def test_the_plans_of_a_bed_are_told_with_their_evaluation_and_end(rows_of: RowsOf) -> None:
    nursing = BedPlanSet(
        family_bed_id="b1", kind="nursing", measures=("turning",), diagnoses=("sore-risk",), goals=("skin-intact",)
    )
    evaluated = BedPlanEvaluated(family_bed_id="b1", kind="nursing", evaluated_on=b.TODAY, result="met")
    stopped = BedPlanStopped(family_bed_id="b1", kind="nursing", stopped_on=b.TOMORROW, reason="goal-met")
    (plan,) = answer(BedPlans(family_bed_id="b1"), rows_of(*OPEN_BED, nursing, evaluated, stopped))
    assert (plan["measures"], plan["diagnoses"], plan["goals"]) == (["turning"], ["sore-risk"], ["skin-intact"])
    assert (plan["result"], plan["stopped_on"], plan["stop_reason"]) == ("met", "2026-03-03", "goal-met")


def test_another_cycle_a_review_and_the_account_stand_with_the_bed(rows_of: RowsOf) -> None:
    extended = BedExtended(
        **WHOSE_BED,
        cycle=2,
        extended_on=date(2026, 5, 25),
        cycle_ends_on=date(2026, 8, 28),
        assessed_on=date(2026, 5, 24),
    )
    again = replace(b.ASSESSED, assessed_on=date(2026, 5, 24), for_extension=True)
    reviewed = BedReviewed(
        family_bed_id="b1", reviewed_on=date(2026, 4, 1), reviewer_id="chen", review_by=date(2026, 5, 1)
    )
    settled = BedSettled(**WHOSE_BED, settled_on=date(2026, 6, 1), amount_fen=100, insurance_fen=60)
    (row,) = rows_of(*OPEN_BED, reviewed, again, extended, settled).ask(
        "SELECT status, assessed_on, cycle, cycle_ends_on, review_by, amount_fen, insurance_fen FROM family_beds_v1"
    )
    assert tuple(row.values()) == ("open", "2026-05-24", 2, "2026-08-28", "2026-05-01", 100, 60)


def test_deadlines_of_beds_that_passed_are_told_until_the_bed_closes(rows_of: RowsOf) -> None:
    missed = BedFellOverdue(family_bed_id="b1", what="first-round", due_on=b.TOMORROW)
    cycle = BedFellOverdue(family_bed_id="b1", what="cycle", due_on=date(2026, 5, 30))
    rows = rows_of(*OPEN_BED, cycle, missed)
    assert [(row["what"], row["due_on"]) for row in answer(OverdueBeds(team_id="team-1"), rows)] == [
        ("first-round", "2026-03-03"),
        ("cycle", "2026-05-30"),
    ]
    assert answer(OverdueBeds(team_id="team-2"), rows) == []
    over = rows_of(*OPEN_BED, missed, CLOSED)
    assert answer(OverdueBeds(), over) == []
    assert len(answer(OverdueBeds(closed=True), over)) == 1
