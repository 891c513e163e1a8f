"""Events to bytes and back, and commands from data that came from outside."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import registry
from domain.decider import TeamDay
from domain.event import event, stored_name, value
from infra.codec import BadInput, CorruptEvent, command_from, decode, digest_of, encode, schema_of

SHENZHEN = timezone(timedelta(hours=8))
AT = datetime(2026, 3, 2, 9, 30, tzinfo=SHENZHEN)


@value
class Dose:
    drug: str
    at: datetime | None = None


@event("test-codec.given.v1")
class DoseRecorded:
    resident_id: str
    day: date
    at: datetime
    doses: tuple[Dose, ...]
    weights: tuple[float, ...] = ()
    note: str | None = None
    team_day: TeamDay | None = None


@value
class Give:
    """Give a resident her doses."""

    resident_id: str
    kind: Literal["oral", "needle"]
    day: date
    at: datetime
    doses: tuple[Dose, ...] = ()
    count: int = 1


DATA: dict[str, object] = {"resident_id": "r1", "kind": "oral", "day": "2026-03-02", "at": "2026-03-02T09:30:00+08:00"}


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.EVENT_TYPES, stored_name(DoseRecorded), DoseRecorded)


def test_an_event_is_compact_json_in_declared_order_with_utc_moments() -> None:
    event = DoseRecorded(resident_id="居民", day=date(2026, 3, 2), at=AT, doses=(Dose(drug="x", at=AT), Dose(drug="y")))
    assert encode(event) == (
        "test-codec.given.v1",
        '{"resident_id":"居民","day":"2026-03-02","at":"2026-03-02T01:30:00Z",'
        '"doses":[{"drug":"x","at":"2026-03-02T01:30:00Z"},{"drug":"y","at":null}],'
        '"weights":[],"note":null,"team_day":null}'.encode(),
    )


@given(
    moment=st.datetimes(timezones=st.timezones()),
    day=st.dates(),
    text=st.text(),
    weights=st.lists(st.floats(allow_nan=False, allow_infinity=False)),
)
def test_an_event_comes_back_as_it_was(moment: datetime, day: date, text: str, weights: list[float]) -> None:
    try:
        moment = moment.astimezone(UTC).astimezone(SHENZHEN)  # an hour told twice in autumn equals nothing in Python
    except OverflowError:
        return  # the first and last hours of the calendar have no UTC
    event = DoseRecorded(
        resident_id=text,
        day=day,
        at=moment,
        doses=(Dose(drug=text, at=moment),),
        weights=tuple(weights),
        team_day=TeamDay(text, day),
    )
    name, state = encode(event)
    back = decode(name, state)
    assert back == event
    assert encode(back) == (name, state)


def test_a_field_added_later_is_read_from_old_bytes_by_its_default() -> None:
    old = b'{"resident_id":"r","day":"2026-03-02","at":"2026-03-02T01:30:00Z","doses":[]}'
    event = decode("test-codec.given.v1", old)
    assert isinstance(event, DoseRecorded)
    assert event.note is None


def test_an_unknown_stored_name_is_named() -> None:
    with pytest.raises(CorruptEvent, match=r"test-codec\.lost\.v1: no event is stored under this name"):
        decode("test-codec.lost.v1", b"{}")


@pytest.mark.parametrize("state", [b"{", b"[]", b"{}", b"\xff", b'{"resident_id":1}'])
def test_broken_bytes_are_named_by_their_event(state: bytes) -> None:
    with pytest.raises(CorruptEvent, match=r"test-codec\.given\.v1: "):
        decode("test-codec.given.v1", state)


def test_a_naive_moment_is_never_stored() -> None:
    with pytest.raises(BadInput, match=r"doses\.0\.at: naive-moment"):
        encode(DoseRecorded(resident_id="r", day=AT.date(), at=AT, doses=(Dose(drug="x", at=AT.replace(tzinfo=None)),)))


def test_a_command_is_built_from_data_with_its_moments_in_utc() -> None:
    command = command_from(Give, {**DATA, "doses": [{"drug": "x"}]})
    assert command == Give(resident_id="r1", kind="oral", day=date(2026, 3, 2), at=AT, doses=(Dose(drug="x"),))
    assert command.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"colour": "red"}, "colour", "unknown-field"),
        ({"doses": [{"drug": "x"}, {"drug": "y", "dose": 1}]}, "doses.1.dose", "unknown-field"),
        ({"doses": [{"drug": "x"}, {}]}, "doses.1.drug", "missing-field"),
        ({"doses": [{"drug": 7}]}, "doses.0.drug", "wrong-type"),
        ({"doses": "x"}, "doses", "wrong-type"),
        ({"doses": [None]}, "doses.0", "wrong-type"),
        ({"count": "1"}, "count", "wrong-type"),
        ({"count": 1.5}, "count", "wrong-type"),
        ({"count": True}, "count", "wrong-type"),
        ({"resident_id": None}, "resident_id", "wrong-type"),
        ({"kind": "cream"}, "kind", "unknown-value"),
        ({"day": "2026-02-30"}, "day", "bad-day"),
        ({"day": 20260302}, "day", "wrong-type"),
        ({"at": "2026-03-02"}, "at", "bad-moment"),
        ({"at": "2026-03-02T09:30:00"}, "at", "naive-moment"),
        ({"doses": [{"drug": "x", "at": "2026-03-02T09:30:00"}]}, "doses.0.at", "naive-moment"),
    ],
)
def test_a_wrong_field_is_named_with_its_rule(changed: dict[str, object], field: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        command_from(Give, {**DATA, **changed})
    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        command_from(Give, {"resident_id": "r1"})
    assert (refused.value.field, refused.value.rule) == ("kind", "missing-field")


def test_what_is_no_object_is_refused_as_a_whole() -> None:
    with pytest.raises(BadInput) as refused:
        command_from(Give, [1])  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.rule) == ("", "wrong-type")


def test_equal_commands_have_equal_digests_whatever_offset_their_moments_came_with() -> None:
    here = Give(resident_id="r1", kind="oral", day=AT.date(), at=AT)
    there = Give(resident_id="r1", kind="oral", day=AT.date(), at=AT.astimezone(UTC))
    other = Give(resident_id="r1", kind="oral", day=AT.date(), at=AT, count=2)
    assert digest_of(here) == digest_of(there) != digest_of(other)
    assert len(digest_of(here)) == 32


@value
class Stop:
    """The fields of `Give` under another name."""

    resident_id: str
    kind: Literal["oral", "needle"]
    day: date
    at: datetime
    doses: tuple[Dose, ...] = ()
    count: int = 1


def test_two_kinds_of_command_with_the_same_fields_have_different_digests() -> None:
    fields: dict[str, Any] = {"resident_id": "r1", "kind": "oral", "day": AT.date(), "at": AT}
    assert digest_of(Give(**fields)) != digest_of(Stop(**fields))


def test_the_schema_of_a_command_describes_it_and_admits_nothing_else() -> None:
    schema = schema_of(Give)["$defs"]["Give"]
    assert schema["description"] == "Give a resident her doses."
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["resident_id", "kind", "day", "at"]
    assert schema["properties"]["at"] == {"type": "string", "format": "date-time"}
    assert schema["properties"]["day"] == {"type": "string", "format": "date"}
    assert schema["properties"]["kind"]["enum"] == ["needle", "oral"]


def test_every_command_and_event_of_the_house_has_a_schema() -> None:
    for cls in [*registry.DECIDER_OF, *registry.EVENT_TYPES.values()]:
        assert schema_of(cls)["$defs"][cls.__name__]["type"] == "object"
