"""The dispatcher: makes messages of new events, sends what is due, and tries again with growing pauses.

The messages of a stream go in its order: behind one that failed the later ones of its stream wait. A receiver that is
away is left alone until its pause is over, so its messages do not use up their attempts.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from domain.decider import Refused
from infra.access.key_file import open_keys
from infra.database.errors import StoreError
from infra.feeds.tables import FeedTables, feed_tables
from infra.feeds.webhooks.deliveries import Deliveries, Delivery
from infra.feeds.webhooks.payload import MEDIA_TYPE, cloud_event
from infra.feeds.webhooks.receivers import HttpSender, Sends, UnreachableReceiver
from infra.feeds.webhooks.signing import WebhookSecrets, signed_headers
from infra.store.recorded import StoredEvent
from projections.feeds.webhooks import Webhooks
from projections.questions import Row
from projections.registry import answer

if TYPE_CHECKING:
    from infra.system import System

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 20
"""After about twelve hours of failures a message is dead."""

LEASE = timedelta(seconds=60)
READ_AT_ONCE = 500
WAIT_SECONDS = 1.0

log = logging.getLogger(__name__)


def machine_time() -> datetime:
    """Return the machine's time: receivers compare a signature's moment with theirs, whatever a store lives in."""
    return datetime.now(UTC)


@dataclass
class Dispatcher:
    """Sends to all receivers of a system. `now` and `jitter` (0 to 1) come from outside."""

    system: "System"
    sender: Sends
    now: Callable[[], datetime] = machine_time
    jitter: Callable[[], float] = random.random
    rests_until: dict[str, datetime] = field(default_factory=dict)

    @cached_property
    def tables(self) -> FeedTables:
        """The tables of feeds."""
        return feed_tables(self.system)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What waits."""
        return Deliveries(self.tables)

    @cached_property
    def secrets(self) -> WebhookSecrets:
        """The secrets; the key file is read when something is sent."""
        return WebhookSecrets(self.tables, open_keys(self.system.settings))

    def step(self) -> int:
        """Make messages of new events and send what is due; return how many were taken."""
        rows = self.receivers()
        receivers = {name: row for name, row in rows.items() if row["removed_at"] is None}
        if rows:
            self.deliveries.forget(rows.keys() - receivers.keys())
        return sum(self._serve(webhook_id, receiver) for webhook_id, receiver in receivers.items())

    def receivers(self) -> Mapping[str, Row]:
        """Return all receivers by id, those that were removed too."""
        rows = answer(Webhooks(), self.system.rows)
        assert isinstance(rows, list)
        return {str(row["webhook_id"]): row for row in rows}

    def _serve(self, webhook_id: str, receiver: Row) -> int:
        self._gather(webhook_id, receiver)
        if self.rests_until.get(webhook_id, self.now()) > self.now():
            return 0
        secret = self.secrets.of(webhook_id)
        if secret is None:
            return 0
        taken, blocked = 0, set[str]()
        for delivery in self.deliveries.waiting(webhook_id):
            now = self.now()
            ready = delivery.next_at <= now and delivery.leased_until <= now and delivery.stream not in blocked
            if not ready or not self.deliveries.lease(delivery, now, now + LEASE):
                blocked.add(delivery.stream)
                continue
            try:
                self._send(delivery, receiver, secret)
            except UnreachableReceiver as failure:
                next_at = self._fail(delivery, failure)
                blocked.add(delivery.stream)
                if not failure.goes_on:
                    self.rests_until[webhook_id] = next_at
                    break
            else:
                self.deliveries.delivered(delivery)
                taken += 1
        return taken

    def _gather(self, webhook_id: str, receiver: Row) -> None:
        """Let messages wait for all events past the receiver's position."""
        position = self.deliveries.position(webhook_id)
        if position is None:
            position = self.system.store.read(f"webhook-{webhook_id}")[-1].position
            self.deliveries.add(webhook_id, (), position, self.now())
        while events := self.system.store.after(position, READ_AT_ONCE):
            position = events[-1].position
            wanted = [event for event in events if is_wanted(event, receiver["event_names"])]
            self.deliveries.add(webhook_id, wanted, position, self.now())

    def _send(self, delivery: Delivery, receiver: Row, secret: bytes) -> None:
        (event,) = self.system.store.after(delivery.position - 1, 1)
        body = cloud_event(event, receiver["level"], self.system.settings.public_url)
        headers = signed_headers(secret, event.event_id, self.now(), body)
        self.sender.send(str(receiver["address"]), body, {**headers, "content-type": MEDIA_TYPE})

    def _fail(self, delivery: Delivery, failure: UnreachableReceiver) -> datetime:
        """Record a failed attempt; return when the next one is."""
        dead = delivery.attempts + 1 >= MOST_ATTEMPTS
        next_at = self.now() + pause_after(delivery.attempts + 1, self.jitter())
        self.deliveries.failed(delivery, failure.reason, next_at, dead=dead)
        log.warning("webhook %s: %s, attempt %d", delivery.webhook_id, failure.reason, delivery.attempts + 1)
        return next_at

    def run(self, is_over: Callable[[], bool], pause: Callable[[float], object] = time.sleep) -> None:
        """Send until it is over; a store that is away, or a key file that is not there, is waited for."""
        while not is_over():
            known = self.system.store.last_position()
            try:
                self.step()
            except (StoreError, Refused, OSError) as error:
                log.warning("webhooks: %s", error)
                pause(WAIT_SECONDS)
            self.system.store.wait_past(known, WAIT_SECONDS)


def pause_after(attempts: int, jitter: float) -> timedelta:
    """Return the pause after so many failed attempts: doubled each time, half of it by chance, an hour at most."""
    longest = min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)
    return longest * (0.5 + jitter / 2)


def is_wanted(event: StoredEvent, names: list[str]) -> bool:
    """Say whether a receiver wants an event, by its stored name or its aggregate; no names: all."""
    return not names or event.name in names or event.name.partition(".")[0] in names


def dispatch(system: "System", is_over: Callable[[], bool]) -> None:
    """Send the webhooks of a system until it is over."""
    sender = HttpSender(hosts=system.settings.webhook_hosts)
    try:
        Dispatcher(system, sender).run(is_over)
    finally:
        sender.close()


def send_due(system: "System") -> None:
    """Send what waits, each message once; one that fails is left for its next attempt.

    Refused `key-file-missing` and the like, where a secret cannot be read.
    """
    if not answer(Webhooks(), system.rows):
        return
    sender = HttpSender(hosts=system.settings.webhook_hosts)
    try:
        dispatcher = Dispatcher(system, sender)
        while dispatcher.step():
            pass
    finally:
        sender.close()


def has_unsent(system: "System") -> bool:
    """Say whether a message waits for its first attempt, or was not made yet; a receiver that fails waits for later."""
    rows = answer(Webhooks(), system.rows)
    assert isinstance(rows, list)
    receivers = [str(row["webhook_id"]) for row in rows if row["removed_at"] is None]
    if not receivers:
        return False
    deliveries, last = Deliveries(feed_tables(system)), system.store.last_position()
    return any((deliveries.position(each) or 0) < last or deliveries.has_untried(each) for each in receivers)
