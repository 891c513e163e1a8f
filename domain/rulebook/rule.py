"""A rule of the field: what it says, where it is written, and which decisions keep it."""

from collections.abc import Callable
from typing import Any

from domain.event import value


@value
class Rule:
    """One rule of the rulebook.

    `number` is its place there, e.g. A1.3; `says` one sentence; `source` a document, or [GK] where none was found: then
    it is a setting and no law. `decisions` are the functions that keep it, `events` those that record what it decided.
    A rule that is left out has neither, and `left_out` says why.
    """

    number: str
    says: str
    source: str
    decisions: tuple[Callable[..., Any], ...] = ()
    events: tuple[type, ...] = ()
    left_out: str = ""
