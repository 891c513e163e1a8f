"""What a receiver gets of an event: a CloudEvent (1.0, structured JSON) with ids, days and moments.

At the level `codes` it has codes, counts and truths too, which may tell of health. No level has names, phones,
addresses, identity numbers, findings or free text: a receiver asks for them with an account of its own.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson

from domain.webhook import WebhookLevel
from infra.store.recorded import StoredEvent

SPEC_VERSION = "1.0"
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"

CODE_FIELDS = frozenset({"purpose", "package", "item"})
"""Codes that a policy pack defines, so their type does not say that they are some."""

PERSONAL_DAYS = frozenset({"born_on", "delivered_on"})

PARTS = frozenset({"slots", "parts"})
"""Nested values that have a part of their own for each member: ids and moments."""

Kind = Literal["id", "moment", "code", "part", "hidden"]


def cloud_event(event: StoredEvent, level: WebhookLevel, source: str) -> bytes:
    """Return the message; `sequence` is the place in its stream, and the id is the same at each attempt."""
    metadata = event.metadata
    return orjson.dumps(
        {
            "specversion": SPEC_VERSION,
            "id": event.event_id,
            "source": source,
            "type": event.name,
            "subject": event.stream,
            "time": metadata.recorded_at.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "sequence": str(event.version),
            "partitionkey": event.stream,
            "data": dict(shown_fields(event.event, level)),
        }
    )


def shown_fields(value: object, level: WebhookLevel) -> Iterator[tuple[str, object]]:
    """Yield what a level shows of an event; what is not known to be harmless is hidden."""
    for name, kind in kinds_of(type(value)).items():
        content = getattr(value, name)
        if content is None or kind == "hidden" or (kind == "code" and level != "codes"):
            continue
        if kind == "part":
            yield name, [dict(shown_fields(each, "ids")) for each in content]
        elif isinstance(content, datetime | date):
            yield name, content.isoformat().replace("+00:00", "Z")
        else:
            yield name, list(content) if isinstance(content, tuple) else content


_KINDS: dict[type, dict[str, Kind]] = {}


def kinds_of(cls: Any) -> dict[str, Kind]:
    """Return what each field of an event is, by its name and type."""
    if cls not in _KINDS:
        hints = get_type_hints(cls)
        _KINDS[cls] = {field.name: _kind(field.name, hints[field.name]) for field in fields(cls)}
    return _KINDS[cls]


def _kind(name: str, hint: Any) -> Kind:
    if get_origin(hint) in {Union, UnionType}:
        present = [each for each in get_args(hint) if each is not NoneType]
        hint = present[0] if len(present) == 1 else object
    inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
    if is_dataclass(inner):
        return "part" if name in PARTS and inner is not hint else "hidden"
    if inner is str and name.endswith(("_id", "_ids")):
        return "id"
    if hint in (date, datetime):
        return "hidden" if name in PERSONAL_DAYS else "moment"
    if get_origin(inner) is Literal or (hint in (bool, int) or (inner is str and name in CODE_FIELDS)):
        return "code"
    return "hidden"
