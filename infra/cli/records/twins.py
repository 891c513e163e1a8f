"""Residents whom an earlier release registered under one identity number."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.cli.session import Session
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table
from infra.edges.results import Listing, Result
from infra.store.claims import earlier
from infra.system import System
from projections.residents import merged_ids


@dataclass(frozen=True, slots=True)
class Twins(Result):
    """Two or more residents of one identity number: one person, or a wrong number."""

    resident_ids: tuple[str, ...]


def twins(session: Session) -> Listing[Twins]:
    """Return the residents who share a number."""
    with session.open(asks=True) as system:
        return Listing(tuple(Twins(ids) for ids in twins_left(system)))


def twins_left(system: System) -> list[tuple[str, ...]]:
    """Return the residents who share a number, without the records that were merged."""
    merged = merged_ids(system.rows)
    left = [tuple(each for each in ids if each not in merged) for ids in earlier.twins(system.store)]
    return [ids for ids in left if len(ids) > 1]


def shown_twins(listing: Listing[Twins], words: Translator) -> Iterator[Block]:
    """Show the residents of one number in a row."""
    if not listing.items:
        yield words.say("no-twins")
        return
    table = Table(words.headings("residents-of-one-number"))
    for each in listing.items:
        table.add(words.listed(each.resident_ids))
    yield table
