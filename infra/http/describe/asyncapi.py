"""The AsyncAPI 3.0 document of the topic of events, made from the registry of events: a schema for each stored name."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec
import orjson
from starlette.responses import Response

from domain.registry import EVENT_TYPES
from infra.codec import schema_of
from infra.http.questions import conditional
from infra.http.routing import ApiRoute
from infra.http.served import Exchange, ServedSystem
from infra.settings import Settings
from streams.envelope import SINGLE

Document = dict[str, Any]

SCHEMA_FORMAT = "application/schema+json;version=2020-12"
BINDING = "0.5.0"

HEADERS: Document = {
    "type": "object",
    "description": "A CloudEvent in Kafka's binary mode. `jiayi_after` is the position of the event before it.",
    "properties": {
        name: {"type": "string", "description": sentence}
        for name, sentence in (
            ("ce_specversion", "1.0"),
            ("ce_id", "The stream and the event's version in it."),
            ("ce_source", "The store."),
            ("ce_type", "The event's stored name."),
            ("ce_time", "When it was recorded."),
            ("ce_subject", "The stream."),
            ("ce_sequence", "Its position in the log."),
            ("jiayi_after", "The position of the event of this partition before it."),
            ("jiayi_metadata", "Who, when, the command and the policy pack, in JSON."),
            ("traceparent", "W3C trace context, where there is one."),
        )
    },
}


def document(settings: Settings) -> Document:
    """Return the document of a topic."""
    schemas: Document = {}
    messages = {name: _message(name, cls, schemas) for name, cls in sorted(EVENT_TYPES.items())}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Jiayi events",
            "version": version("jiayi"),
            "description": "What is recorded, in order within each partition. Under backlog up to a hundred events "
            "travel in one envelope of MessagePack, with the same bytes.",
        },
        "defaultContentType": SINGLE.decode(),
        "channels": {
            "events": {
                "address": settings.topic,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {
                    "kafka": {
                        "topic": settings.topic,
                        "partitions": settings.partitions,
                        "bindingVersion": BINDING,
                    }
                },
            }
        },
        "operations": {
            "sendEvents": {
                "action": "send",
                "summary": "The relay sends every event of the log once or more, in order.",
                "channel": {"$ref": "#/channels/events"},
            }
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(name: str, cls: type, schemas: Document) -> Document:
    """Return the message of an event, after adding the parts of its schema to the components."""
    text = orjson.dumps(schema_of(cls)).replace(b'"#/$defs/', b'"#/components/schemas/')
    parts: Mapping[str, Document] = orjson.loads(text)["$defs"]
    for part, schema in parts.items():
        if schemas.setdefault(part, schema) != schema:
            raise ValueError(f"two parts of events are called {part}")
    summary = (cls.__doc__ or name).partition("\n")[0]
    return {
        "name": name,
        "title": cls.__name__,
        "summary": summary,
        "contentType": SINGLE.decode(),
        "headers": HEADERS,
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"#/components/schemas/{cls.__name__}"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The stream."}, "bindingVersion": BINDING}},
    }


def show(served: ServedSystem, exchange: Exchange) -> Response:
    """Describe the topic."""
    return conditional(exchange, msgspec.json.encode(document(served.system.settings)))


ROUTES = [
    ApiRoute(
        method="GET",
        path="/api/asyncapi.json",
        handler=show,
        summary="Describe the topic of events in AsyncAPI 3.0.",
        tag="descriptions",
        answer={"type": "object"},
    )
]
