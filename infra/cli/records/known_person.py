"""Introduces who is registered already: a refused registration tells their masked name to those who may see it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from domain.decider import Refused
from infra.edges.loading import load

NAMED: Mapping[str, tuple[str, str]] = {
    "person-already-registered": ("holder", "person-already-registered-as"),
    "resident-already-registered": ("resident", "resident-already-registered-as"),
}
"""Refusals that name a resident: the value with their id, and the sentence that has their name, too."""


@contextmanager
def introducing(ask: Callable[[object], Any]) -> Iterator[None]:
    """Let a refusal in this block name who is registered already, as far as `ask` shows it to the asker."""
    try:
        yield
    except Refused as refused:
        introduce(refused, ask)
        raise


def introduce(refused: Refused, ask: Callable[[object], Any]) -> None:
    """Add the masked name to a refusal by a known resident; nothing where the asker may not see it."""
    if refused.rule not in NAMED:
        return
    value, sentence = NAMED[refused.rule]
    card: type[Any] = load("projections.residents:ResidentCard")
    mask: Callable[[str], str] = load("infra.access.masks:mask_name")
    try:
        known = ask(card(resident_id=str(refused.values[value])))
    except Refused:
        return
    if known and known.get("name"):
        refused.values["name"] = mask(str(known["name"]))
        refused.sentence = sentence
