"""Accounts and sign-in as people read them."""

from collections.abc import Iterator

from infra.cli.access.results import (
    AddedAccount,
    ChangedPassword,
    ExceptionalRead,
    ListedAccount,
    ListedRead,
    ServiceToken,
    SignedInHere,
    SignedOutHere,
)
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import Listing


def signed_in(result: SignedInHere, words: Translator) -> Iterator[Block]:
    """Show who signed in and until when, and new recovery codes."""
    yield words.say("signed-in-until", {"account": result.account_id, "at": shown(result.ends_at)})
    if result.recovery_codes:
        yield words.say("recovery-codes-once")
        yield from result.recovery_codes


def signed_out(result: SignedOutHere, words: Translator) -> Iterator[Block]:
    """Show that nobody is signed in any more."""
    yield words.say("signed-out" if result.was_signed_in else "was-not-signed-in")


def added(result: AddedAccount | ChangedPassword, words: Translator) -> Iterator[Block]:
    """Show an account with its first password, or that one's own password was changed."""
    if isinstance(result, ChangedPassword):
        yield words.say("password-changed-here")
        return
    if result.role is not None:
        yield words.say(
            "account-added", {"account": result.account_id, "role": words.label("access-role", result.role)}
        )
    if result.first_password is not None:
        yield words.say("first-password-once", {"account": result.account_id, "password": result.first_password})


def service_token(result: ServiceToken, words: Translator) -> Iterator[Block]:
    """Show where the token of a service account is."""
    yield words.say("service-token", {"account": result.account_id, "file": result.file, "at": shown(result.ends_at)})


def reads(listing: Listing[ListedRead], words: Translator) -> Iterator[Block]:
    """Show reads, a row for each, the newest first."""
    table = Table(words.headings("recorded", "account", "roles", "read-purpose", "read-what", "read-outcome"))
    for each in listing.items:
        table.add(*_read_cells(each, words))
    yield table


def exceptional_reads(listing: Listing[ExceptionalRead], words: Translator) -> Iterator[Block]:
    """Show reads in an emergency or for an audit, and of how many residents."""
    headings = ("recorded", "account", "roles", "read-purpose", "read-what", "read-outcome", "read-residents")
    table = Table(words.headings(*headings), numeric=(6,))
    for each in listing.items:
        table.add(*_read_cells(each, words), str(each.residents))
    yield table


def _read_cells(read: ListedRead, words: Translator) -> Iterator[str]:
    yield shown(read.at)
    yield read.account_id
    yield ", ".join(words.label("access-role", role) for role in read.roles)
    yield words.label("read-purpose", read.purpose) if read.purpose else ""
    yield read.what
    yield words.label("read-outcome", read.outcome)


def accounts(listing: Listing[ListedAccount], words: Translator) -> Iterator[Block]:
    """Show accounts as a table."""
    table = Table(words.headings("account", "roles", "stands-for", "second-factor", "enabled"))
    for each in listing.items:
        person = each.member_id or each.resident_id or each.hospital_id or ""
        yes_no = [words.say("yes" if flag else "no") for flag in (each.second_factor, each.enabled)]
        table.add(each.account_id, ", ".join(each.roles), person, *yes_no)
    yield table
