from dataclasses import replace
from datetime import date, timedelta

from domain.team_week import CHOSEN, VisitDayChosen, VisitDayReleased, WeekSpread
from projections.team_weeks import TeamWeekPlan, WeekAhead, held_back, meant_for
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.care_plans import scheduled
from tests.projections.histories.rosters import week

FIRST, CHOICE, RELEASE = week()
assert isinstance(FIRST, WeekSpread)
assert isinstance(CHOICE, VisitDayChosen)
assert isinstance(RELEASE, VisitDayReleased)
WEDNESDAY = b.TODAY + timedelta(days=2)


def visit(name: str, last: date, status: str = "requested") -> dict[str, object]:
    return {"visit_id": name, "window_to": last.isoformat(), "status": status}


def test_a_week_tells_the_day_of_each_visit_and_why(rows_of: RowsOf) -> None:
    row = answer(TeamWeekPlan(team_id="team-1", day=WEDNESDAY), rows_of(FIRST))
    assert row["visits"] == [{"visit_id": "v1", "day": "2026-03-03", "because": "first-day"}]
    assert (row["week_id"], row["revision"], row["moved"]) == ("team-1.2026-03-02", 1, ["v1"])
    assert answer(TeamWeekPlan(team_id="team-2", day=WEDNESDAY), rows_of(FIRST)) is None


def test_a_chosen_day_replaces_the_one_that_was_found(rows_of: RowsOf) -> None:
    rows = rows_of(FIRST, CHOICE)
    row = answer(TeamWeekPlan(team_id="team-1", day=b.TODAY), rows)
    assert row["visits"] == [{"visit_id": "v1", "day": "2026-03-02", "because": CHOSEN}]
    assert (row["revision"], row["costs"]) == (2, [])
    assert meant_for(rows, "team-1", WEDNESDAY) == {"v1": b.TODAY}


def test_a_released_visit_is_meant_for_no_day(rows_of: RowsOf) -> None:
    rows = rows_of(FIRST, CHOICE, RELEASE)
    assert meant_for(rows, "team-1", WEDNESDAY) == {}


def test_a_visit_that_is_meant_for_a_later_day_is_held_back_until_then() -> None:
    meant: dict[str, date | None] = {"v1": WEDNESDAY}
    waits = [visit("v1", b.TODAY + timedelta(days=4))]
    assert held_back(waits, meant, b.TODAY) == {"v1"}
    assert held_back(waits, meant, WEDNESDAY) == set()
    assert held_back(waits, meant, WEDNESDAY + timedelta(days=1)) == set()


def test_nothing_is_held_back_that_could_not_be_made_on_its_day_or_has_people_already() -> None:
    meant: dict[str, date | None] = {"v1": WEDNESDAY}
    assert held_back([visit("v1", b.TOMORROW)], meant, b.TODAY) == set()
    assert held_back([visit("v1", WEDNESDAY, "assigned")], meant, b.TODAY) == set()
    assert held_back([visit("other", WEDNESDAY)], meant, b.TODAY) == set()


def test_what_is_put_off_is_held_back_until_next_monday() -> None:
    next_monday = b.TODAY + timedelta(days=7)
    assert held_back([visit("v1", next_monday)], {"v1": None}, b.TODAY) == {"v1"}
    assert held_back([visit("v1", next_monday - timedelta(days=1))], {"v1": None}, b.TODAY) == set()


def test_the_week_ahead_holds_what_is_wanted_and_what_stands_already(rows_of: RowsOf) -> None:
    later = replace(b.REQUESTED, visit_id="later", window_from=b.TODAY + timedelta(days=9), window_to=date(2026, 3, 20))
    over = replace(b.REQUESTED, visit_id="over", window_from=date(2026, 2, 20), window_to=date(2026, 2, 27))
    rows = rows_of(b.REQUESTED, replace(b.REQUESTED, visit_id="v2"), b.ASSIGNED, later, over)
    ahead = answer(WeekAhead(team_id="team-1", day=b.TODAY), rows)
    assert [(row["visit_id"], row["status"]) for row in ahead] == [("v1", "assigned"), ("v2", "requested")]


def test_the_week_ahead_holds_a_window_that_ends_on_the_day_and_one_that_opens_on_sunday(rows_of: RowsOf) -> None:
    sunday, yesterday = b.TODAY + timedelta(days=6), b.TODAY - timedelta(days=1)
    windows = {
        "ends today": (yesterday, b.TODAY),
        "ended yesterday": (yesterday, yesterday),
        "opens on sunday": (sunday, sunday + timedelta(days=9)),
        "opens next monday": (sunday + timedelta(days=1), sunday + timedelta(days=9)),
    }
    wanted = ["ends today", "opens on sunday"]
    visits = [
        replace(b.REQUESTED, visit_id=name, window_from=first, window_to=last)
        for name, (first, last) in windows.items()
    ]
    owed = [
        replace(scheduled(), care_task_id=name, window_from=first, window_to=last, at_home=True, team_id="team-1")
        for name, (first, last) in windows.items()
    ]
    for events in (visits, owed):
        rows = answer(WeekAhead(team_id="team-1", day=b.TODAY), rows_of(*events))
        assert [row["visit_id"] for row in rows] == wanted
    on_sunday = replace(b.ASSIGNED, visit_id="ends today", day=sunday)
    rows = answer(WeekAhead(team_id="team-1", day=b.TODAY), rows_of(*visits[:1], on_sunday))
    assert [(row["visit_id"], row["status"]) for row in rows] == [("ends today", "assigned")]
