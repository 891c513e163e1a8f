"""Results of requests about rosters that the command line does not have."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from infra.cli.roster.results import NamedDifference
from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class RuleBroken(Result):
    """A hard rule that moves break: its name, its sentence, and where."""

    rule: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class CheckedMoves(Result):
    """What moves on a board come to."""

    revision: Annotated[int, Meta(description="The published revision on top of which the moves were checked.")]
    keeps_rules: bool
    broken: Annotated[tuple[RuleBroken, ...], Meta(description="Every hard rule that the moves break.")]
    difference: NamedDifference
