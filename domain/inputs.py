"""Inputs of decisions, declared as values beside each decision: `sign, now=NOW, pack=PACK, team=one(TEAM)`.

Each declaration has, for mypy, the type of the value that the decision receives, as `dataclasses.field` has the type of
its field. At run time it is a description from `domain.decider`, resolved by the command handler.
"""

from datetime import datetime
from typing import Any, Final, TypeVar, cast

from domain.decider import Actor, Count, Decider, Each, Exists, Held, Now, One, Pack, Same, Unseated
from domain.policy_pack import PolicyPack

S = TypeVar("S")

NOW: Final = cast(datetime, Now())
"""The moment of the command, aware UTC."""

ACTOR: Final = cast(str, Actor())
"""Who gives the command: the account that signed in, or a part of the system as `timer`."""

PACK: Final = cast(PolicyPack, Pack())
"""The policy pack in force in the region on the local day of the command."""


def one(decider: Decider[S, Any, Any]) -> S:
    """Declare the state of another aggregate; its initial state where the id is None.

    The attribute is the category with `_id`, of the command, else of the own state, else of an earlier input.
    """
    return cast(S, One(decider, f"{decider.category}_id"))


def each(decider: Decider[S, Any, Any]) -> tuple[S, ...]:
    """Declare the states of several aggregates, in the order of the command's ids: the category with `_ids`."""
    return cast(tuple[S, ...], Each(decider, f"{decider.category}_ids"))


def count(claims: str, *, by: str) -> int:
    """Declare how many claims are held, on the local day or later, under keys that begin with `claims:<by>:`."""
    return cast(int, Count(claims, by))


def held(claims: str, *, by: str) -> tuple[str, ...]:
    """Declare what is claimed, on the local day or later, under keys `claims:<by>:<what>`: the last parts, sorted."""
    return cast(tuple[str, ...], Held(claims, by))


def same(state: type[S], *, by: str) -> S:  # noqa: ARG001 -- the class is the declaration's type
    """Declare the state of another aggregate of the command's own kind; its initial state where the id is None."""
    return cast(S, Same(by))


def exists(category: str, *, by: str, part: str | None = None) -> bool:
    """Declare whether an aggregate exists; with `part` also whether it knows that part. True where nothing is named."""
    return cast(bool, Exists(category, by, part))


def unseated(*, by: str) -> tuple[str, ...]:
    """Declare who of the named members never held a seat in any team, nor was a guest."""
    return cast(tuple[str, ...], Unseated(by))
