"""Results of feeds as people read them."""

from collections.abc import Iterator

from infra.cli.feeds.results import (
    DeadDelivery,
    ListedCalendarAddress,
    ListedWebhook,
    MadeCalendarAddress,
    ReplayedWebhook,
    RevokedCalendarAddresses,
    WebhookSecret,
)
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Notice, Table
from infra.edges.results import Listing


def made(result: MadeCalendarAddress, words: Translator) -> Iterator[Block]:
    """Show a new address, and that it is secret."""
    yield result.address
    yield Notice(words.say("calendar-address-made", {"member": result.member_id}))


def revoked(result: RevokedCalendarAddresses, words: Translator) -> Iterator[Block]:
    """Show how many addresses were revoked."""
    yield words.say("calendar-addresses-revoked", {"member": result.member_id, "many": result.revoked})


def addresses(listing: Listing[ListedCalendarAddress], words: Translator) -> Iterator[Block]:
    """Show addresses, a row for each."""
    table = Table(words.headings("member", "export-made-at", "export-made-by", "calendar-revoked-at"))
    for each in listing.items:
        table.add(each.member_id, shown(each.made_at), each.made_by, shown(each.revoked_at) if each.revoked_at else "")
    yield table


LEVELS = {"ids": "webhook-level-ids", "codes": "webhook-level-codes"}
"""The words for the level of a receiver."""


def secret(result: WebhookSecret, words: Translator) -> Iterator[Block]:
    """Show a secret, and that it is shown once."""
    yield result.secret
    yield Notice(words.say("webhook-secret-made", {"webhook": result.webhook_id}))


def webhooks(listing: Listing[ListedWebhook], words: Translator) -> Iterator[Block]:
    """Show receivers, a row for each."""
    headings = words.headings("webhook", "webhook-address", "event", "webhook-level", "webhook-waiting", "webhook-dead")
    table = Table(headings, numeric=(4, 5))
    for each in listing.items:
        names = ", ".join(each.event_names) or words.say("webhook-all-events")
        level = words.say(LEVELS[each.level])
        table.add(each.webhook_id, each.address, names, level, str(each.waiting), str(each.dead))
    yield table


def dead(listing: Listing[DeadDelivery], words: Translator) -> Iterator[Block]:
    """Show what was given up, a row for each."""
    table = Table(words.headings("webhook", "position", "stream", "webhook-attempts", "webhook-error"), numeric=(1, 3))
    for each in listing.items:
        table.add(each.webhook_id, str(each.position), each.stream, str(each.attempts), each.error)
    yield table


def replayed(result: ReplayedWebhook, words: Translator) -> Iterator[Block]:
    """Show what is sent again."""
    yield words.say("webhook-replayed", {"webhook": result.webhook_id, "many": result.revived})
    if result.since is not None:
        yield words.say("webhook-replayed-since", {"webhook": result.webhook_id, "position": result.since})
