"""What became of each visit on its day, and how long visits last."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.visit.commands import Part
from domain.visit.events import VisitAlarmRaised, VisitCompleted, VisitJoined, VisitLeft, VisitMissed, VisitStarted
from projections.registry import answer
from projections.visit_days import VisitLengths, VisitsOn, lengths_of, visits_on
from tests.domain import builders as b
from tests.projections.conftest import RowsOf

LI = Part(service=0, member_id="li", entered_at=b.at(b.TODAY, 8))
HE = Part(service=1, member_id="he", entered_at=b.at(b.TODAY, 8, 5))
DUE = b.at(b.TODAY, 9, 20)
STARTED = VisitStarted(
    visit_id="v1", team_id="team-1", entered_at=LI.entered_at, day=b.TODAY, parts=(LI,), alarm_at=DUE
)


def completed(visit_id: str, left_at: datetime, *parts: Part, member_ids: tuple[str, ...] = ("li",)) -> VisitCompleted:
    return VisitCompleted(
        visit_id=visit_id,
        resident_id="wang",
        team_id="team-1",
        care_task_id=None,
        family_bed_id=None,
        member_ids=member_ids,
        entered_at=LI.entered_at,
        left_at=left_at,
        findings=(),
        purpose="home-call",
        day=b.TODAY if parts else None,
        parts=parts,
    )


def on_the_day(rows_of: RowsOf, *events: object) -> dict[str, object]:
    (row,) = visits_on(VisitsOn(team_id="team-1", day=b.TODAY), rows_of(b.REQUESTED, b.ASSIGNED, *events))
    return row


def test_a_visit_has_a_row_for_each_day_to_which_it_was_assigned(rows_of: RowsOf) -> None:
    missed = VisitMissed(
        visit_id="v1",
        resident_id="wang",
        team_id="team-1",
        care_task_id=None,
        reason="not-started",
        attempt=1,
        was_on=b.TODAY,
    )
    again = replace(b.ASSIGNED, day=b.TOMORROW)
    row = on_the_day(rows_of, missed, again)
    assert (row["status"], row["reason"], row["day"]) == ("missed", "not-started", "2026-03-02")


def test_who_came_and_who_left_stands_with_the_day(rows_of: RowsOf) -> None:
    about = {"visit_id": "v1", "team_id": "team-1", "day": b.TODAY}
    joined = VisitJoined(**about, parts=(LI, HE), alarm_at=DUE)  # type: ignore[arg-type]
    gone = replace(LI, left_at=b.at(b.TODAY, 8, 20))
    left = VisitLeft(**about, parts=(gone, HE), findings=(), measured=(), signatures=(), alarm_at=DUE)  # type: ignore[arg-type]
    row = on_the_day(rows_of, STARTED, joined, left)
    parts = row["parts"]
    assert isinstance(parts, list)
    assert [(part["member_id"], part["left_at"]) for part in parts] == [("li", "2026-03-02T00:20:00Z"), ("he", None)]
    assert row["status"] == "started"


def test_an_alarm_stands_with_the_day(rows_of: RowsOf) -> None:
    alarm = VisitAlarmRaised(
        visit_id="v1",
        team_id="team-1",
        day=b.TODAY,
        member_ids=("li",),
        entered_at=LI.entered_at,
        alarm_at=DUE,
    )
    assert on_the_day(rows_of, STARTED)["alarmed"] == 0
    assert on_the_day(rows_of, STARTED, alarm)["alarmed"] == 1


def later(event: VisitCompleted, days: int) -> VisitCompleted:
    """Return the event some days later."""
    return replace(event, entered_at=event.entered_at + timedelta(days), left_at=event.left_at + timedelta(days))


def test_services_of_one_stay_share_its_length(rows_of: RowsOf) -> None:
    leaves = b.at(b.TODAY, 8, 40)
    after = replace(LI, entered_at=b.at(b.TODAY, 8, 30), left_at=leaves)
    rows = rows_of(
        completed("v1", leaves, replace(LI, left_at=leaves)),
        completed("v2", leaves, replace(LI, left_at=leaves)),
        replace(completed("v3", leaves, after), purpose="dressing"),
        completed("v4", leaves, replace(HE, left_at=leaves), member_ids=("he",)),
    )
    third = 10 * 60 // 3
    assert lengths_of(rows, "team-1", "home-call", "li", 200)[0] == [15 * 60 + third] * 2
    assert lengths_of(rows, "team-1", "dressing", "li", 200)[0] == [third]
    assert lengths_of(rows, "team-1", "home-call", "he", 200)[0] == [35 * 60]


def test_lengths_are_those_of_each_member_also_from_events_before_parts_were_recorded(rows_of: RowsOf) -> None:
    gone = replace(LI, left_at=b.at(b.TODAY, 8, 20)), replace(HE, left_at=b.at(b.TODAY, 8, 45))
    rows = rows_of(
        completed("v1", b.at(b.TODAY, 8, 45), *gone),
        later(completed("v2", b.at(b.TODAY, 8, 30)), 1),
    )
    assert answer(VisitLengths(team_id="team-1", purpose="home-call", member_id="he"), rows) == [{"seconds": 2400}]
    own, of_team = lengths_of(rows, "team-1", "home-call", "li", 200)
    assert (own, of_team) == ([1800, 1200], [1800, 2400, 1200])


def test_only_the_newest_lengths_count(rows_of: RowsOf) -> None:
    left = [b.at(b.TODAY, 8, 10) + timedelta(minutes=number) for number in range(5)]
    rows = rows_of(*(later(completed(f"v{day}", moment), day) for day, moment in enumerate(left)))
    assert lengths_of(rows, "team-1", "home-call", "li", 2)[0] == [14 * 60, 13 * 60]
