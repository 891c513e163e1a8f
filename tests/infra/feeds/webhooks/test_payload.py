"""What a receiver is told: no personal value at any level, of no event."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.registry import EVENT_TYPES
from domain.resident.events import ResidentRegistered
from domain.visit.events import VisitAssigned
from infra.codec import encode
from infra.feeds.webhooks.payload import cloud_event, kinds_of, shown_fields
from infra.store.recorded import Metadata, StoredEvent, encode_metadata
from tests.domain import builders as b
from tests.projections.histories import history

PERSONAL_NAMES = {"name", "phone", "address", "identity_number", "born_on", "family_name", "family_phone", "personal"}
HEALTH = {"findings", "measured", "diagnoses", "criteria", "complaints", "tests", "slip", "plan", "advice"}


def events() -> Iterator[object]:
    for seed in range(4):
        yield from (event for _, event in history(seed))


def names_in(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for name, each in content.items():
            yield name
            yield from names_in(each)
    elif isinstance(content, list):
        for each in content:
            yield from names_in(each)


@pytest.mark.parametrize("level", ["ids", "codes"])
def test_no_event_tells_a_personal_value_or_a_finding(level: Any) -> None:
    shown = {name for event in events() for name in names_in(dict(shown_fields(event, level)))}
    assert shown & (PERSONAL_NAMES | HEALTH) == set()
    personal = dataclasses.replace(b.WANG_PERSONAL, located="unknown")  # how exactly a home is placed is no secret
    secrets = [str(each) for each in dataclasses.astuple(personal) if isinstance(each, str) and len(each) > 1]
    text = json.dumps(dict(shown_fields(b.WANG, level)), default=str, ensure_ascii=False)
    assert isinstance(b.WANG, ResidentRegistered)
    assert not any(secret in text for secret in secrets)


def test_codes_are_told_only_at_their_level() -> None:
    assert "purpose" not in dict(shown_fields(b.REQUESTED, "ids"))
    assert dict(shown_fields(b.REQUESTED, "codes"))["purpose"] == b.REQUESTED.purpose
    for cls in EVENT_TYPES.values():
        assert "hidden" in kinds_of(cls).values() or kinds_of(cls), cls


def test_a_message_is_a_cloud_event_whose_id_never_changes() -> None:
    name, state = encode(b.ASSIGNED)
    metadata = encode_metadata(Metadata(actor="planner", recorded_at=datetime(2026, 3, 2, tzinfo=UTC)))
    event = StoredEvent(position=7, stream="visit-v1", version=2, name=name, state=state, metadata_state=metadata)
    message = json.loads(cloud_event(event, "ids", "https://jiayi.example"))
    assert isinstance(b.ASSIGNED, VisitAssigned)
    assert {key: message[key] for key in ("specversion", "id", "source", "type", "subject", "time")} == {
        "specversion": "1.0",
        "id": "visit-v1:2",
        "source": "https://jiayi.example",
        "type": "visit.assigned.v1",
        "subject": "visit-v1",
        "time": "2026-03-02T00:00:00Z",
    }
    assert message["data"]["resident_id"] == "wang"
    (slot,) = message["data"]["slots"]
    assert slot.keys() == {"member_id", "starts_at", "ends_at"}
    assert cloud_event(event, "ids", "https://jiayi.example") == cloud_event(event, "ids", "https://jiayi.example")
