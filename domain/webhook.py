"""A webhook: to which address of another system events are sent, which of them, and how much they tell.

Who added and removed a receiver, and why, is on record. The secret that signs is no event.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from domain.account.commands import AccessReason
from domain.decider import Decider, Refused, decision, members_of
from domain.event import command, event, value
from domain.inputs import ACTOR, NOW

WebhookLevel = Literal["ids", "codes"]
"""What a receiver gets: ids, days and moments; or codes too, which may reveal health. Never a personal value."""

# Commands


@command
class AddWebhook:
    """Send events to an address of another system.

    `event_names` are stored names, or aggregates such as `visit`; none: all. `level` says how much they tell: ids, days
    and moments, or codes too.
    """

    webhook_id: str
    address: str
    event_names: tuple[str, ...] = ()
    level: WebhookLevel = "ids"
    reason: AccessReason


@command
class RemoveWebhook:
    """Send nothing more to an address; what waits for it is forgotten."""

    webhook_id: str
    reason: AccessReason


WebhookCommand = AddWebhook | RemoveWebhook

# Events: the stored shapes; changing one is a new version


@event("webhook.added.v1")
class WebhookAdded:
    """Events are sent to an address from now on."""

    webhook_id: str
    address: str
    event_names: tuple[str, ...]
    level: WebhookLevel
    reason: AccessReason
    by: str
    added_at: datetime


@event("webhook.removed.v1")
class WebhookRemoved:
    """Nothing more is sent to the address."""

    webhook_id: str
    reason: AccessReason
    by: str
    removed_at: datetime


WebhookEvent = WebhookAdded | WebhookRemoved

# State


@value
class Webhook:
    """A receiver as it was last added; `is_active` until it is removed."""

    added: WebhookAdded | None = None
    is_active: bool = False


def evolve(webhook: Webhook, event: WebhookEvent) -> Webhook:
    """Return the state after an event."""
    match event:
        case WebhookAdded():
            return Webhook(added=event, is_active=True)
        case WebhookRemoved():
            return replace(webhook, is_active=False)


# Decisions


def add(command: AddWebhook, webhook: Webhook, *, now: datetime, actor: str) -> list[WebhookEvent]:
    """Add a receiver; the same again changes nothing, another of the same name is refused."""
    _require_fit(command)
    names = tuple(sorted(set(command.event_names)))
    known = webhook.added
    if webhook.is_active and known is not None:
        if (known.address, known.event_names, known.level) == (command.address, names, command.level):
            return []
        raise Refused("webhook-already-added", webhook=command.webhook_id)
    return [
        WebhookAdded(
            webhook_id=command.webhook_id,
            address=command.address,
            event_names=names,
            level=command.level,
            reason=command.reason,
            by=actor,
            added_at=now,
        )
    ]


def _require_fit(command: AddWebhook) -> None:
    """Refuse an address that is none, or that carries a secret: addresses stand in events."""
    try:
        parts = urlsplit(command.address)
        fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fit = False
    else:
        fit = fit and not (parts.username or parts.password or parts.query or parts.fragment)
    if not fit or any(sign.isspace() or not sign.isprintable() for sign in command.address):
        raise Refused("webhook-address-unfit", webhook=command.webhook_id)


def remove(command: RemoveWebhook, webhook: Webhook, *, now: datetime, actor: str) -> list[WebhookEvent]:
    """Remove a receiver; again, it changes nothing."""
    if webhook.added is None:
        raise Refused("webhook-unknown", webhook=command.webhook_id)
    if not webhook.is_active:
        return []
    return [WebhookRemoved(webhook_id=command.webhook_id, reason=command.reason, by=actor, removed_at=now)]


DECISIONS = (
    decision(AddWebhook, add, now=NOW, actor=ACTOR),
    decision(RemoveWebhook, remove, now=NOW, actor=ACTOR),
)

WEBHOOK: Decider[Webhook, WebhookEvent, WebhookCommand] = Decider(
    category="webhook",
    initial=Webhook(),
    evolve=evolve,
    commands=members_of(WebhookCommand),
    events=members_of(WebhookEvent),
    decisions=DECISIONS,
    identify=lambda command: command.webhook_id,
)
