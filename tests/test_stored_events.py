"""The stored shape of every event. Yesterday's bytes must load tomorrow, so a change of shape is a decision.

`python -m tests.test_stored_events` writes the golden file anew.
"""

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from domain.event import event, value
from domain.registry import EVENT_TYPES

GOLDEN = Path(__file__).parent / "data" / "stored_events.json"
WRITE = "python -m tests.test_stored_events"
ADVICE = f"""
The stored shape of {{name}} is not what the golden file says:
{{differences}}
Events are stored for good. What to do:
  a new field with a default, or one more code:  same version, then `{WRITE}`
  a new event:                                   `{WRITE}`
  anything else (a field changed, renamed or removed, a code removed): leave {{name}} as it is, give the new shape
  a new name that ends in the next version, and write the upcast from the old to the new
"""


def shape_of(hint: Any) -> Any:
    """Return a type as text, lists as `[item]`, nested values as objects; a field that may be absent ends in `?`."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return {
            f.name + ("" if f.default is MISSING and f.default_factory is MISSING else "?"): shape_of(hints[f.name])
            for f in fields(hint)
        }
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin is Literal:
        return " | ".join(repr(code) for code in arguments)
    if origin is tuple:
        assert arguments[1:] == (Ellipsis,), f"{hint}: store a tuple of any length or a value with named fields"
        return [shape_of(arguments[0])]
    if origin in {Union, UnionType}:
        return " | ".join(text(shape_of(option)) for option in arguments)
    assert hint in {str, int, float, bool, date, datetime, NoneType}, f"{hint} has no stored shape"
    return "null" if hint is NoneType else hint.__name__


def text(shape: Any) -> str:
    """Return a shape on one line."""
    return shape if isinstance(shape, str) else json.dumps(shape)


def shapes() -> dict[str, Any]:
    """Return the shape of every event by its stored name."""
    return {name: shape_of(event) for name, event in sorted(EVENT_TYPES.items())}


def differences(golden: Any, now: Any) -> list[str]:
    """Say in sentences how a shape differs from the golden one."""
    if golden is None:
        return ["it is new"]
    if now is None:
        return ["it is gone"]
    gone = [f"field {name} ({text(golden[name])}) is gone" for name in golden if name not in now]
    new = [f"field {name} ({text(now[name])}) is new" for name in now if name not in golden]
    changed = [
        f"field {name} was {text(golden[name])} and is {text(now[name])}"
        for name in golden
        if name in now and now[name] != golden[name]
    ]
    moved = [] if gone or new or list(golden) == list(now) else ["the fields are in another order"]
    return gone + new + changed + moved


def verdict(golden: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return one advice for each event whose shape is not golden."""
    changes = {name: differences(golden.get(name), now.get(name)) for name in sorted(golden.keys() | now.keys())}
    return [
        ADVICE.format(name=name, differences="\n".join(f"  - {one}" for one in sentences))
        for name, sentences in changes.items()
        if sentences
    ]


def write() -> None:
    """Write the golden file."""
    GOLDEN.write_text(json.dumps(shapes(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def test_every_event_has_the_shape_in_which_it_is_stored():
    wrong = verdict(json.loads(GOLDEN.read_text(encoding="utf-8")), shapes())
    assert not wrong, "\n".join(wrong)


@value
class Inner:
    number: int
    note: str | None = None


@event("test.shaped.v1")
class Shaped:
    parts: tuple[Inner, ...]
    when: datetime
    kind: Literal["a", "b"]
    inner: Inner | None


SHAPE = {
    "parts": [{"number": "int", "note?": "str | null"}],
    "when": "datetime",
    "kind": "'a' | 'b'",
    "inner": '{"number": "int", "note?": "str | null"} | null',
}


def test_a_shape_shows_nested_values_codes_and_what_may_be_absent():
    assert shape_of(Shaped) == SHAPE


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        ({**SHAPE, "old": "str"}, "field old (str) is gone"),
        ({k: v for k, v in SHAPE.items() if k != "when"}, "field when (datetime) is new"),
        ({**SHAPE, "kind": "'a'"}, "field kind was 'a' and is 'a' | 'b'"),
        ({**SHAPE, "parts": [{"number": "str"}]}, 'field parts was [{"number": "str"}] and is'),
        (dict(reversed(SHAPE.items())), "in another order"),
        (None, "it is new"),
    ],
)
def test_each_change_is_told_with_what_to_do(golden, said):
    (advice,) = verdict({} if golden is None else {"test.shaped.v1": golden}, {"test.shaped.v1": SHAPE})
    assert said in advice
    assert WRITE in advice


def test_an_event_that_is_gone_is_told():
    (advice,) = verdict({"test.shaped.v1": SHAPE}, {})
    assert "it is gone" in advice


if __name__ == "__main__":
    write()
