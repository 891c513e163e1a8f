"""The tables of feeds in PostgreSQL: the same statements do the same there."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from domain.webhook import AddWebhook
from infra.access.key_file import open_keys
from infra.database.postgres import ConnectionPool, make_tables
from infra.database.tables import SCHEMA
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed_system import Distributed
from infra.embedded.runner import ReactorProgress, Runner
from infra.feeds.calendar_addresses import CalendarAddresses
from infra.feeds.tables import POSTGRES_TABLES, FeedTables, feed_tables
from infra.feeds.webhooks.deliveries import Deliveries
from infra.feeds.webhooks.signing import WebhookSecrets
from infra.processes.webhooks import send_webhooks
from infra.settings import Settings
from infra.store.recorded import StoredEvent
from tests.infra.feeds.webhooks.receiver import Receiver
from tests.small_town import SEVEN, centre, run_commands


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


def test_one_process_leads_and_sends_and_another_takes_over(database_url: str, tmp_path: Path) -> None:
    receiver, stops = Receiver(), (threading.Event(), threading.Event())
    settings = Settings(
        database_url=database_url,
        bootstrap_servers="127.0.0.1:1",
        now=SEVEN,
        key_file=tmp_path / "key",
        webhook_hosts=("127.0.0.1",),
    )
    with receiver.listening() as address, Distributed(settings) as system:
        progress = ReactorProgress(tmp_path / "work.db")
        system.follower = cast(ProgressWaiter, Runner(system.store, system.rows, progress, region=system.region))
        add = AddWebhook(webhook_id="gateway", address=address, event_names=("institution",), reason="set-up")
        run_commands(system, add)
        WebhookSecrets(feed_tables(system), open_keys(settings)).make("gateway", SEVEN)
        leaders = [threading.Thread(target=send_webhooks, args=(system, system.connections, stop)) for stop in stops]
        leaders[0].start()
        run_commands(system, *centre()[:1])
        system.follower.follow(SEVEN)
        wait_until(lambda: len(receiver.messages) == 1)
        leaders[1].start()
        stops[0].set()
        run_commands(system, *centre()[1:2])
        system.follower.follow(SEVEN)
        wait_until(lambda: len(receiver.messages) == 2)
        stops[1].set()
        for each in leaders:
            each.join(10)
        progress.close()
    assert [message["subject"] for message in receiver.messages] == ["institution-centre", "institution-hospital"]


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 15
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.02)
