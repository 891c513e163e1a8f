from dataclasses import replace
from datetime import timedelta

from domain.institution import InstitutionClosed
from domain.team.events import MemberStationed
from projections.stations import StationsOn
from tests.domain import builders as b
from tests.projections.conftest import answer

PLACED = replace(b.CENTRE, x=1200, y=-300)
STATIONED = MemberStationed(team_id="team-1", member_id="li", institution_id="fuhai", from_day=b.TODAY)
TODAY = StationsOn(team_id="team-1", day=b.TODAY)


def test_a_stationed_member_departs_from_the_institution_from_the_day_on(rows_of):
    rows = rows_of(PLACED, STATIONED)
    assert answer(replace(TODAY, day=b.TODAY - timedelta(days=1)), rows) == []
    assert answer(TODAY, rows) == [{"member_id": "li", "institution_id": "fuhai", "x": 1200, "y": -300}]


def test_a_closed_institution_is_no_station(rows_of):
    closed = InstitutionClosed(institution_id="fuhai", closed_on=b.TODAY)
    assert answer(TODAY, rows_of(PLACED, STATIONED, closed)) == []


def test_a_member_returns_to_the_base(rows_of):
    assert answer(TODAY, rows_of(PLACED, STATIONED, replace(STATIONED, institution_id=None))) == []
