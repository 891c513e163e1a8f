"""Everything of one kind that one resident has."""

from projections.feeds.resident_records import ResidentContracts, ResidentReferrals, ResidentVisits, resident_of
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories import history


def test_a_residents_contracts_visits_and_referrals_are_theirs_alone(rows_of: RowsOf) -> None:
    rows = rows_of(*(event for _, event in history(2)))
    for question, table in (
        (ResidentContracts, "caseload_v1"),
        (ResidentVisits, "visits_v1"),
        (ResidentReferrals, "referrals_v1"),
    ):
        counted = rows.ask(f"SELECT resident_id, count(*) AS n FROM {table} GROUP BY resident_id")
        assert counted
        for each in counted:
            records = answer(question(resident_id=str(each["resident_id"])), rows)
            assert {row["resident_id"] for row in records} == {each["resident_id"]}
            assert len(records) == each["n"]


def test_an_id_leads_to_the_resident_whose_it_is(rows_of: RowsOf) -> None:
    rows = rows_of(b.REQUESTED)
    assert resident_of(rows, "visit", "v1") == "wang"
    assert resident_of(rows, "visit", "v2") is None
    assert resident_of(rows, "contract", "c1") is None
