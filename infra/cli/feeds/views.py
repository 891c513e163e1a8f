"""Results of feeds as people read them."""

from collections.abc import Iterator

from infra.cli.feeds.results import ListedCalendarAddress, MadeCalendarAddress, RevokedCalendarAddresses
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
