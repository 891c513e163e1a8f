from dataclasses import replace

from domain.visit.commands import Slot
from projections.feeds.member_visits import is_member, visits_of_member
from tests.domain import builders as b
from tests.projections.conftest import RowsOf


def test_a_member_keeps_the_visits_that_went_to_somebody_else(rows_of: RowsOf) -> None:
    (slot,) = b.ASSIGNED.slots[:1]
    other = Slot(member_id="zhang", starts_at=slot.starts_at, ends_at=slot.ends_at)
    rows = rows_of(b.REQUESTED, b.ASSIGNED, replace(b.ASSIGNED, slots=(other,)))
    for member in (slot.member_id, "zhang"):
        (row,) = visits_of_member(rows, member, b.ASSIGNED.day)
        assert row["visit_id"] == b.ASSIGNED.visit_id
    assert visits_of_member(rows, "zhang", b.ASSIGNED.day.replace(year=2030)) == []
    assert not is_member(rows, "zhang")
