"""What `jiayi serve` tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import Exit, Listing, Result
from infra.simulate.demo import DemoAccount


@dataclass(frozen=True, slots=True)
class ServedAt(Result):
    """Where the API answers, by how many processes."""

    address: str
    workers: int


@dataclass(frozen=True, slots=True)
class DemoAccounts(Listing[DemoAccount]):
    """The accounts of a demo that was just made, with their passwords: they are shown once."""


def shown(result: ServedAt | DemoAccounts | Exit, words: Translator) -> Iterator[Block]:
    """Show where the API answers, or who may sign in to the demo."""
    if isinstance(result, DemoAccounts):
        yield words.say("demo-accounts")
        table = Table(words.headings("login-name", "first-password"))
        for each in result.items:
            table.add(each.account_id, each.password)
        yield table
    elif isinstance(result, ServedAt):
        yield words.say("served-at", {"address": result.address})
