"""The tables of feeds in PostgreSQL: the same statements do the same there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra.database.postgres import ConnectionPool, make_tables
from infra.database.tables import SCHEMA
from infra.feeds.calendar_addresses import CalendarAddresses
from infra.feeds.tables import POSTGRES_TABLES, FeedTables
from infra.feeds.webhooks.deliveries import Deliveries
from infra.store.recorded import StoredEvent
from tests.small_town import SEVEN


@pytest.fixture
def tables(database_url: str) -> Iterator[FeedTables]:
    connections = ConnectionPool(database_url, SCHEMA)
    with connections.cursor() as cursor:
        make_tables(cursor, SCHEMA, POSTGRES_TABLES)
    opened = FeedTables(connections)
    yield opened
    opened.close()


def test_an_address_of_a_calendar_lives_in_postgres_too(tables: FeedTables) -> None:
    addresses = CalendarAddresses(tables)
    token = addresses.add("nurse-1", at=SEVEN, by="leader")
    assert addresses.member_of(token) == "nurse-1"
    assert addresses.revoke("nurse-1", at=SEVEN, by="leader") == 1
    assert addresses.member_of(token) is None
    assert [each.revoked_by for each in addresses.all()] == ["leader"]


def test_messages_wait_are_taken_in_hand_fail_and_are_given_up_in_postgres_too(tables: FeedTables) -> None:
    deliveries = Deliveries(tables)
    events = [
        StoredEvent(position=at, stream="visit-v1", version=at, name="n", state=b"", metadata_state=b"")
        for at in (5, 6)
    ]
    deliveries.add("gateway", events, 6, SEVEN)
    deliveries.add("gateway", events, 5, SEVEN)
    assert (deliveries.position("gateway"), deliveries.counts("gateway")) == (6, (2, 0))
    first, second = deliveries.waiting("gateway")
    later = SEVEN + timedelta(minutes=1)
    assert deliveries.lease(first, SEVEN, later)
    assert not deliveries.lease(first, SEVEN, later)
    deliveries.delivered(first)
    deliveries.failed(second, "HTTP 500", later, dead=True)
    ((dead),) = deliveries.dead()
    assert (dead.position, dead.attempts, dead.error, deliveries.counts("gateway")) == (6, 1, "HTTP 500", (0, 1))
    assert deliveries.revive("gateway", SEVEN) == 1
    deliveries.rewind("gateway", 0)
    assert deliveries.position("gateway") == 0
    deliveries.forget({"gateway"})
    assert (deliveries.position("gateway"), deliveries.counts("gateway")) == (None, (0, 0))
