"""Webhooks to a real receiver: signed, in order, and nothing is lost while it fails."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.resident.commands import TagKeyGroup
from domain.webhook import AddWebhook, RemoveWebhook
from infra.access.key_file import open_keys
from infra.feeds.tables import feed_tables
from infra.feeds.webhooks.deliveries import Deliveries
from infra.feeds.webhooks.dispatcher import MOST_ATTEMPTS, Dispatcher, dispatch, has_unsent, machine_time, pause_after
from infra.feeds.webhooks.receivers import HttpSender
from infra.feeds.webhooks.signing import WebhookSecrets, signed_headers
from infra.processes.embedded import run
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.infra.feeds.webhooks.receiver import Receiver
from tests.leader.worlds import in_this_process
from tests.small_town import MONDAY, SEVEN, centre, run_commands, signed

SECRET = bytes(range(32))


class Desk:
    """The town with a receiver of its events, and a clock that the test moves."""

    def __init__(self, system: System, receiver: Receiver, address: str) -> None:
        self.system = system
        self.receiver = receiver
        self.now = SEVEN
        add = AddWebhook(
            webhook_id="gateway", address=address, event_names=("contract", "resident"), level="ids", reason="set-up"
        )
        run_commands(system, *centre(), add)
        self.tables = feed_tables(system)
        WebhookSecrets(self.tables, open_keys(system.settings), lambda _: SECRET).make("gateway", self.now)
        self.dispatcher = self.restarted()
        self.deliveries = Deliveries(self.tables)

    def restarted(self) -> Dispatcher:
        """Return a dispatcher as a new process has it."""
        return Dispatcher(self.system, HttpSender(hosts=("127.0.0.1",)), now=lambda: self.now, jitter=lambda: 1.0)

    def later(self, seconds: float) -> int:
        self.now += timedelta(seconds=seconds)
        return self.dispatcher.step()

    def wanted(self) -> list[str]:
        """Return the ids of the events that the receiver wants, in the order of the log."""
        events = self.system.store.after(0, 1000)
        return [each.event_id for each in events if each.name.partition(".")[0] in {"contract", "resident"}]

    def taken(self) -> list[str]:
        return [str(message["id"]) for message in self.receiver.messages]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    receiver = Receiver()
    settings = Settings(data=tmp_path / "data", now=SEVEN, key_file=tmp_path / "key", webhook_hosts=("127.0.0.1",))
    with receiver.listening() as address, Embedded(settings) as system:
        desk = Desk(system, receiver, address)
        yield desk
        desk.dispatcher.sender.close()


def test_every_wanted_event_is_sent_once_signed_and_in_the_order_of_the_log(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"), *signed("wang"))
    assert desk.dispatcher.step() == len(desk.wanted())
    assert desk.taken() == desk.wanted()
    assert desk.later(120) == 0
    headers, body = desk.receiver.requests[0]
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    expected = signed_headers(SECRET, desk.wanted()[0], SEVEN, body)
    assert {name: headers[name] for name in expected} == expected


def test_a_receiver_that_fails_for_a_minute_loses_nothing_and_keeps_its_order(desk: Desk) -> None:
    desk.receiver.status = 503
    for number in range(12):
        if number < 3:
            run_commands(desk.system, *signed(f"r{number}"))
        desk.later(5)
    assert desk.taken() == []
    assert len(desk.receiver.requests) < 12, "the pauses grow"
    desk.receiver.status = 204
    desk.dispatcher = desk.restarted()
    for _ in range(3):
        desk.later(120)
    assert desk.taken() == desk.wanted()
    assert desk.deliveries.counts("gateway") == (0, 0)


def test_a_message_that_is_refused_holds_back_its_stream_alone(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"), *signed("wang"))
    run_commands(desk.system, TagKeyGroup(resident_id="li", group="hypertension", since=MONDAY))
    desk.receiver.refused = {"resident-li"}
    desk.dispatcher.step()
    assert desk.taken() == [each for each in desk.wanted() if not each.startswith("resident-li:")]
    tried = [headers["webhook-id"] for headers, _ in desk.receiver.requests]
    assert [each for each in tried if each.startswith("resident-li:")] == ["resident-li:1"]
    desk.receiver.refused = set()
    desk.later(60)
    late = [each for each in desk.taken() if each.startswith("resident-li:")]
    assert late == [each for each in desk.wanted() if each.startswith("resident-li:")]


def test_what_is_given_up_is_dead_until_it_is_replayed(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.receiver.refused = {"resident-li"}
    for _ in range(MOST_ATTEMPTS):
        desk.later(3700)
    (dead,) = desk.deliveries.dead("gateway")
    assert (dead.stream, dead.attempts, dead.error) == ("resident-li", MOST_ATTEMPTS, "HTTP 409")
    desk.receiver.refused = set()
    desk.later(3700)
    assert "resident-li:1" not in desk.taken()
    assert desk.deliveries.revive("gateway", desk.now) == 1
    desk.later(1)
    assert desk.taken()[-1] == "resident-li:1"
    assert desk.deliveries.dead() == []


def test_all_events_past_a_position_are_sent_again(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.dispatcher.step()
    desk.deliveries.rewind("gateway", 0)
    desk.dispatcher.step()
    assert desk.taken() == [*desk.wanted(), *desk.wanted()]


def test_no_redirect_is_followed(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.receiver.status = 302
    desk.dispatcher.step()
    assert len(desk.receiver.requests) == 1
    assert desk.deliveries.waiting("gateway")[0].error == "HTTP 302"


def test_a_removed_receiver_gets_nothing_more(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.receiver.status = 503
    desk.dispatcher.step()
    run_commands(desk.system, RemoveWebhook(webhook_id="gateway", reason="end-of-duty"))
    desk.receiver.status = 204
    assert desk.later(120) == 0
    assert desk.taken() == []
    assert desk.deliveries.counts("gateway") == (0, 0)


def test_a_receiver_of_our_own_network_that_the_setting_does_not_name_gets_nothing(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.dispatcher = Dispatcher(desk.system, HttpSender(), now=lambda: desk.now, jitter=lambda: 1.0)
    assert desk.dispatcher.step() == 0
    assert desk.receiver.requests == []
    assert desk.deliveries.waiting("gateway")[0].error == "https-needed"


def test_two_processes_send_no_message_at_once(desk: Desk) -> None:
    run_commands(desk.system, *signed("li"))
    desk.receiver.status = 503
    desk.dispatcher.step()
    (first, *_) = desk.deliveries.waiting("gateway")
    until = desk.now + timedelta(minutes=1)
    assert desk.deliveries.lease(first, desk.now, until)
    assert not desk.deliveries.lease(first, desk.now, until)


def test_a_secret_stands_nowhere_but_sealed(desk: Desk, tmp_path: Path) -> None:
    secrets = WebhookSecrets(desk.tables, open_keys(desk.system.settings))
    assert secrets.of("gateway") == SECRET
    assert secrets.of("other") is None
    (sealed,) = desk.tables.ask("SELECT sealed FROM webhook_secrets")[0]
    assert SECRET.hex() not in str(sealed)
    assert all(SECRET not in file.read_bytes() for file in (tmp_path / "data").iterdir())


def test_pauses_double_up_to_an_hour_and_half_of_each_is_chance() -> None:
    assert [pause_after(each, 1.0).total_seconds() for each in (1, 2, 3, 20)] == [2, 4, 8, 3600]
    assert pause_after(3, 0.0) == timedelta(seconds=4)


def test_a_running_system_sends_by_itself(desk: Desk) -> None:
    over = threading.Event()
    thread = threading.Thread(target=dispatch, args=(desk.system, over.is_set))
    thread.start()
    run_commands(desk.system, *signed("li"))
    until = time.monotonic() + 10
    while desk.taken() != desk.wanted() and time.monotonic() < until:
        time.sleep(0.01)
    over.set()
    desk.system.store.wake()
    thread.join(10)
    assert desk.taken() == desk.wanted()
    assert machine_time().tzinfo is not None


def test_running_until_idle_sends_what_waits_and_leaves_what_fails_for_later(desk: Desk) -> None:
    run_commands(desk.system, *signed())
    assert has_unsent(desk.system)
    run(desk.system, until_idle=True, solvers=in_this_process)
    assert desk.taken() == desk.wanted()
    assert not has_unsent(desk.system)
    desk.receiver.status = 503
    run_commands(desk.system, *signed("wang"))
    before = len(desk.taken())
    run(desk.system, until_idle=True, solvers=in_this_process)
    assert len(desk.taken()) == before
    assert desk.deliveries.counts("gateway")[0] > 0
    assert not has_unsent(desk.system)
