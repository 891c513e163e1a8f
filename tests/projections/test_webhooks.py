"""Receivers of events as rows."""

from projections.feeds.webhooks import Webhooks
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.accounts import receiver


def test_a_removed_receiver_stays_on_record_and_is_not_active(rows_of: RowsOf) -> None:
    added, removed = receiver("gateway")
    (row,) = answer(Webhooks(active_only=True), rows_of(added))
    assert (row["event_names"], row["level"], row["added_by"]) == (["visit"], "ids", "admin")
    rows = rows_of(added, removed)
    assert answer(Webhooks(active_only=True), rows) == []
    (row,) = answer(Webhooks(), rows)
    assert row["removed_by"] == "admin"
    rows = rows_of(added, removed, added)
    assert len(answer(Webhooks(active_only=True), rows)) == 1
