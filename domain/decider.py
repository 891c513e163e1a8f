"""What an aggregate is: a start, a fold, and one pure decision per command.

A decision is a function `(command, state, *, facts) -> [events]`. Facts from outside its own stream are named in its
signature and handed in by whoever runs it: `now` (aware UTC), `pack` (the policy pack in force), and states of other
aggregates. One is named by its category, e.g. `team`, and found by the `team_id` of the command, else of the own state,
else of a fact named before it; several are named in the plural, e.g. `institutions`, in the order of the command's
`institution_ids`. Counts are found like one aggregate: `team_contracts` is how many claims are held, today or later,
under keys that begin with `team_contracts:<team_id>:`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Generic, NamedTuple, TypeVar

from domain.event import value

S = TypeVar("S")
E = TypeVar("E")

FOREVER = date(9999, 12, 31)

Scalar = str | int | float | bool | date | None


class Refused(Exception):  # noqa: N818 -- a refusal is an answer of the domain, not an error of the program
    """A rule said no. `rule` (kebab case) is for programs and catalogues, `values` fill its sentence."""

    def __init__(self, rule: str, **values: Scalar) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={told}" for name, told in self.values.items())
        return f"{self.rule} ({told})" if told else self.rule


@value
class Claim:
    """A key that one stream holds for a period of days, both included; another's overlapping claim is refused.

    Claims are rows written in the transaction of the events that raise them. A stream that claims the same key again
    replaces its period; `until < since` gives the key back. `rule` is the refusal told to whoever comes second.
    """

    key: str
    rule: str
    since: date
    until: date


class TeamDay(NamedTuple):
    """One 2+X team on one local day: the unit that is planned."""

    team_id: str
    day: date


def no_claims(state: Any, event: Any) -> Iterable[Claim]:  # noqa: ARG001 -- the signature every aggregate shares
    """Most aggregates claim nothing."""
    return ()


def no_team_days(state: Any, event: Any) -> Iterable[TeamDay]:  # noqa: ARG001 -- the signature every aggregate shares
    """Most events change no team's day."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S, E]):
    """One aggregate. `claims` and `touches` are asked with the state after the event."""

    category: str
    initial: S
    evolve: Callable[[S, E], S]
    decisions: Mapping[type, Callable[..., list[E]]]
    events: tuple[type, ...]
    identify: Callable[[Any], str]
    claims: Callable[[S, E], Iterable[Claim]] = no_claims
    touches: Callable[[S, E], Iterable[TeamDay]] = no_team_days

    def fold(self, history: Iterable[E]) -> S:
        """Return the state after a history; every event is believed."""
        return reduce(self.evolve, history, self.initial)

    def decide(self, command: object, state: S, **facts: object) -> list[E]:
        """Return what follows from the command; `[]` if there is nothing to say; raises Refused."""
        return self.decisions[type(command)](command, state, **facts)

    def stream(self, identity: str) -> str:
        """Return the name of the stream of one aggregate, e.g. `contract-8f2c`."""
        return f"{self.category}-{identity}"
