"""A rule of the field with its source, and the code that keeps it."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.event import value

PRESENT = ("present",)
"""In the place of a field's values: any value but None."""


@value
class RecordedBy:
    """The events of one class that carry a rule's outcome: all of them, or those with certain values in `fields`.

    A field that holds several values fits if one of them does.
    """

    event: type
    fields: Mapping[str, tuple[object, ...]]

    def fits(self, event: object) -> bool:
        """Say whether an event carries the outcome."""
        return isinstance(event, self.event) and all(
            _fits(getattr(event, field), values) for field, values in self.fields.items()
        )


def _fits(held_value: object, values: tuple[object, ...]) -> bool:
    if values is PRESENT:
        return held_value is not None
    held = held_value if isinstance(held_value, tuple) else (held_value,)
    return any(each in values for each in held)


def where(event: type, **fields: tuple[object, ...]) -> RecordedBy:
    """Return those events of a class whose fields have one of these values."""
    return RecordedBy(event=event, fields=fields)


@value
class Rule:
    """One rule of the rulebook.

    `number` is its place there, e.g. A1.3; `says` one sentence; `source` a document, or [GK] where none was found: then
    it is a setting and no law. `decisions` are the functions that keep it; of what they ask and refuse, `numbers` of
    the policy pack and `refusals` are those of this rule. A refusal belongs to one rule. `events` carry its outcome.
    A rule that is left out has no decisions, and `left_out` says why.
    """

    number: str
    says: str
    source: str
    decisions: tuple[Callable[..., Any], ...] = ()
    numbers: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    events: tuple[RecordedBy, ...] = ()
    left_out: str = ""
