from datetime import date

from domain.team.events import TeamDaySet
from projections.team_days import TeamDays
from projections.teams import TeamMembers
from tests.domain import builders as b
from tests.projections.conftest import answer

CLOSED = TeamDaySet(team_id="team-1", day=date(2026, 3, 4), kind="closed", shifts_of=None)
WORKED = TeamDaySet(team_id="team-1", day=date(2026, 3, 7), kind="working", shifts_of=2)


def test_a_team_lists_the_days_that_it_set_between_two_days(rows_of):
    rows = rows_of(CLOSED, WORKED)
    listed = [
        {"day": "2026-03-04", "kind": "closed", "shifts_of": None},
        {"day": "2026-03-07", "kind": "working", "shifts_of": 2},
    ]
    assert answer(TeamDays(team_id="team-1"), rows) == listed
    assert answer(TeamDays(team_id="team-1", first=date(2026, 3, 5)), rows) == listed[1:]
    assert answer(TeamDays(team_id="team-1", last=date(2026, 3, 6)), rows) == listed[:1]


def test_a_day_that_follows_the_calendar_again_is_none_of_its_own(rows_of):
    again = TeamDaySet(team_id="team-1", day=CLOSED.day, kind="as-calendar", shifts_of=None)
    assert answer(TeamDays(team_id="team-1"), rows_of(CLOSED, again)) == []


def test_members_work_by_the_calendar_and_their_teams_own_days(rows_of):
    rows = rows_of(b.TEAM_1, CLOSED, WORKED)

    def works(day: date) -> set[bool]:
        return {member["works"] for member in answer(TeamMembers(team_id="team-1", day=day), rows)}

    assert works(date(2026, 3, 3)) == works(WORKED.day) == works(date(2026, 2, 14)) == {True}
    assert works(CLOSED.day) == works(date(2026, 3, 8)) == works(date(2026, 4, 6)) == {False}
