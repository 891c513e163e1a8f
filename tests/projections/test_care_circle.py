"""The circle of care: who is near to a resident, a visit, a contract, a bed, a referral."""

from datetime import date, timedelta

from infra.rows.postgres import PostgresRows
from projections.access import care_circle
from projections.access.care_circle import NOBODY, Circle
from tests.domain import builders as b

TODAY = date(2026, 3, 2)
MONTH_AGO = TODAY - timedelta(days=30)


def test_a_row_belongs_to_the_team_the_resident_and_the_members_it_names():
    row = {
        "team_id": "east",
        "resident_id": "li",
        "slots": [{"member_id": "nurse-1"}, {"member_id": "gp-1"}],
        "now": {"member_ids": ["nurse-2"]},
    }
    circle = care_circle.circle_of_row(row)
    assert circle.team_ids == {"east"}
    assert circle.resident_ids == {"li"}
    assert circle.member_ids == {"nurse-1", "nurse-2", "gp-1"}


def test_two_circles_are_joined():
    joined = Circle(team_ids=frozenset({"east"})).joined(Circle(member_ids=frozenset({"nurse-1"})))
    assert joined == Circle(team_ids=frozenset({"east"}), member_ids=frozenset({"nurse-1"}))


def test_nothing_belongs_to_somebody_who_is_not_there(rows_of):
    rows = rows_of(b.CENTRE)
    nobody = care_circle.circle_of_resident(rows, "nobody", TODAY, MONTH_AGO)
    assert nobody == Circle(resident_ids=frozenset({"nobody"}))
    assert care_circle.circle_of_visit(rows, "v") is None


def test_a_visit_belongs_to_its_team_and_its_members(rows_of):
    rows = rows_of(b.REQUESTED, b.ASSIGNED)
    circle = care_circle.circle_of_visit(rows, b.ASSIGNED.visit_id)
    assert circle is not None
    assert circle.member_ids == {slot.member_id for slot in b.ASSIGNED.slots}
    assert circle.team_ids == {b.REQUESTED.team_id}


def test_visits_tell_their_residents(rows_of):
    rows = rows_of(b.REQUESTED, b.ASSIGNED)
    assert care_circle.residents_of_visits(rows, {b.REQUESTED.visit_id, "v-of-nobody"}) == {b.REQUESTED.resident_id}
    assert care_circle.residents_of_visits(rows, ()) == frozenset()


def test_the_circle_of_care_can_be_read_from_postgresql(database_url):
    with PostgresRows(database_url) as rows:
        nobody = care_circle.circle_of_resident(rows, "r", TODAY, MONTH_AGO)
        assert nobody == Circle(resident_ids=frozenset({"r"}))
        assert care_circle.circle_of_visit(rows, "v") is care_circle.circle_of_contract(rows, "c") is None
        assert care_circle.circle_of_bed(rows, "b", MONTH_AGO) is care_circle.circle_of_referral(rows, "f") is None
        assert care_circle.circle_of_absence(rows, "t", "a") == Circle(team_ids=frozenset({"t"}))
        assert care_circle.leading_institution(rows, "a") is None
        assert care_circle.household_members(rows, "h") == care_circle.teams_of_member(rows, "m", TODAY) == frozenset()
        assert care_circle.residents_visited(rows, "m", {"t"}, MONTH_AGO) == frozenset()
        assert care_circle.institutions_of_teams(rows) == care_circle.districts_of_institutions(rows) == {}
        assert care_circle.residents_of_visits(rows, {"v"}) == frozenset()
        assert NOBODY.joined(NOBODY) == NOBODY
