"""Adds and lists receivers of events, replaces their secrets, and looks at what was given up."""

from domain.account.commands import AccessReason
from domain.decider import Refused
from domain.registry import BY_CATEGORY, EVENT_TYPES
from domain.webhook import AddWebhook, WebhookLevel
from infra.access.key_file import open_keys
from infra.cli.feeds.results import (
    DeadDelivery,
    ListedWebhook,
    ReplayedWebhook,
    WebhookSecret,
)
from infra.cli.session import Session
from infra.edges.parsing import parse_command
from infra.edges.problems import UsageError
from infra.edges.results import Listing
from infra.feeds.tables import feed_tables
from infra.feeds.webhooks.deliveries import Deliveries
from infra.feeds.webhooks.dispatcher import machine_time
from infra.feeds.webhooks.signing import WebhookSecrets, shown_secret
from infra.system import System
from projections.feeds.webhooks import Webhooks
from projections.questions import Row
from projections.registry import answer


def add(
    session: Session,
    webhook_id: str,
    address: str,
    event_names: tuple[str, ...],
    level: WebhookLevel,
    reason: AccessReason,
    actor: str,
) -> WebhookSecret:
    """Add a receiver and show its secret once. UsageError `webhook-event-unknown`; Refused as AddWebhook."""
    for name in event_names:
        if name not in EVENT_TYPES and name not in BY_CATEGORY:
            raise UsageError("webhook-event-unknown", field="event", event=name)
    data = {"address": address, "event_names": list(event_names), "level": level, "reason": reason}
    command = parse_command(AddWebhook.__name__, {"webhook_id": webhook_id, **data})
    with session.open() as system:
        keys = open_keys(system.settings)
        system.execute(command, actor=actor)
        secret = WebhookSecrets(feed_tables(system), keys).make(webhook_id, machine_time())
    return WebhookSecret(webhook_id, shown_secret(secret))


def replace_secret(session: Session, webhook_id: str) -> WebhookSecret:
    """Make a new secret and show it once. Refused `webhook-unknown`."""
    with session.open() as system:
        _require_known(system, webhook_id)
        secret = WebhookSecrets(feed_tables(system), open_keys(system.settings)).make(webhook_id, machine_time())
    return WebhookSecret(webhook_id, shown_secret(secret))


def list_webhooks(session: Session) -> Listing[ListedWebhook]:
    """List the active receivers with what waits for them."""
    with session.open(asks=True) as system:
        deliveries = Deliveries(feed_tables(system))
        listed = []
        for row in _active(system):
            waiting, dead = deliveries.counts(str(row["webhook_id"]))
            listed.append(
                ListedWebhook(
                    webhook_id=str(row["webhook_id"]),
                    address=str(row["address"]),
                    event_names=tuple(row["event_names"]),
                    level=row["level"],
                    waiting=waiting,
                    dead=dead,
                )
            )
    return Listing(tuple(listed))


def list_dead(session: Session, webhook_id: str | None) -> Listing[DeadDelivery]:
    """List what was given up."""
    with session.open(asks=True) as system:
        return Listing(
            tuple(
                DeadDelivery(
                    webhook_id=each.webhook_id,
                    position=each.position,
                    stream=each.stream,
                    attempts=each.attempts,
                    error=each.error,
                )
                for each in Deliveries(feed_tables(system)).dead(webhook_id)
            )
        )


def replay(session: Session, webhook_id: str, since: int | None) -> ReplayedWebhook:
    """Send again: what was given up, or everything past a position. Refused `webhook-unknown`."""
    with session.open() as system:
        _require_known(system, webhook_id)
        deliveries = Deliveries(feed_tables(system))
        revived = deliveries.revive(webhook_id, machine_time())
        if since is not None:
            deliveries.rewind(webhook_id, since)
    return ReplayedWebhook(webhook_id, revived, since)


def _active(system: System) -> list[Row]:
    rows = answer(Webhooks(active_only=True), system.rows)
    assert isinstance(rows, list)
    return rows


def _require_known(system: System, webhook_id: str) -> None:
    if not any(row["webhook_id"] == webhook_id for row in _active(system)):
        raise Refused("webhook-unknown", webhook=webhook_id)
