"""The AsyncAPI document is valid, and every event fits the schema of its message."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from pydantic_asyncapi.v3 import AsyncAPI

from infra.http.describe.asyncapi import document
from infra.settings import Settings
from tests.http.served import Served

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "stored_events.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(Settings())


def test_the_document_is_valid_asyncapi(described: dict[str, Any]) -> None:
    """The validator knows no Kafka bindings of messages, which the specification has: they are looked at here."""
    messages = described["components"]["messages"]
    assert all(each["bindings"]["kafka"]["key"]["type"] == "string" for each in messages.values())
    plain = {name: {key: part for key, part in each.items() if key != "bindings"} for name, each in messages.items()}
    AsyncAPI.model_validate({**described, "components": {**described["components"], "messages": plain}})


def test_every_stored_event_has_a_message_with_its_fields(described: dict[str, Any]) -> None:
    messages, schemas = described["components"]["messages"], described["components"]["schemas"]
    assert messages.keys() == described["channels"]["events"]["messages"].keys() == GOLDEN.keys()
    for name, fields in GOLDEN.items():
        schema = schemas[messages[name]["payload"]["schema"]["$ref"].rpartition("/")[2]]
        assert schema["properties"].keys() == {each.rstrip("?") for each in fields}, name


def test_every_event_of_a_store_fits_its_schema(door: Served, described: dict[str, Any]) -> None:
    served = door.get("/api/asyncapi.json", account="operator")
    assert served.json() == described
    for event in door.system.store.after(0):
        payload = described["components"]["messages"][event.name]["payload"]["schema"]
        whole = {**payload, "components": described["components"]}
        jsonschema.Draft202012Validator(whole).validate(orjson.loads(event.state))
