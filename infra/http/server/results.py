"""What `jiayi serve` tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.edges.phrases import Translator
from infra.edges.reports import Block
from infra.edges.results import Exit, Result


@dataclass(frozen=True, slots=True)
class ServedAt(Result):
    """Where the API answers, by how many processes."""

    address: str
    workers: int


def shown(result: ServedAt | Exit, words: Translator) -> Iterator[Block]:
    """Show where the API answers."""
    if isinstance(result, ServedAt):
        yield words.say("served-at", {"address": result.address})
