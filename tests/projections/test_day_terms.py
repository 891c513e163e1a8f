"""The question about the leader's terms."""

from projections.day_terms import DayTermsOf
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.rosters import day_terms


def test_the_terms_of_a_day_are_those_that_were_not_withdrawn(rows_of: RowsOf) -> None:
    question = DayTermsOf(team_id="team-1", day=b.TODAY)
    rows = rows_of(*day_terms())
    terms = answer(question, rows)
    assert [(term["term_id"], term["kind"]) for term in terms] == [
        ("apart:he:li", "apart"),
        ("limit", "limit"),
        ("pin:v1", "pin"),
    ]
    assert (terms[2]["member_id"], terms[2]["starts_at"]) == ("li", "2026-03-02T02:00:00Z")
