"""The OpenAPI 3.1 document, made from the same table that the routes are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, cast

import msgspec
import orjson
from starlette.responses import Response

from infra.codec import schema_of
from infra.http.as_of import AS_OF
from infra.http.problems import MEDIA_TYPE
from infra.http.questions import conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem

Document = dict[str, Any]

SCHEMAS = "#/components/schemas/{name}"

ANSWERS = {
    "400": "BadRequest",
    "401": "NotSignedIn",
    "403": "NotAllowed",
    "404": "NotThere",
    "409": "Refused",
    "412": "StaleVersion",
    "413": "TooLarge",
    "415": "NotJson",
    "422": "Unreadable",
    "429": "TooMany",
    "503": "NotNow",
}
"""Problems by status, and the name of each among the components."""

SENTENCES = {
    "BadRequest": "The body is no JSON.",
    "NotSignedIn": "Nobody signed in.",
    "NotAllowed": "The role, its scope or the purpose does not allow it, or a page of another site sent it.",
    "NotThere": "There is no such thing.",
    "Refused": "A rule refuses it; nothing was written.",
    "StaleVersion": "The stream has moved on since it was read.",
    "TooLarge": "The body is too large.",
    "NotJson": "The body is not JSON by its media type.",
    "Unreadable": "A value cannot be read: the problem names the field.",
    "TooMany": "Too many requests; the header Retry-After says when the next one is answered.",
    "NotNow": "The store or its rows cannot answer now; try again.",
}

PROBLEM: Document = {
    "type": "object",
    "description": "A problem as RFC 9457 has it. `type` never changes, and a page stands there.",
    "required": ["type", "title", "status", "instance", "rule", "detail", "values"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/stale-version"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri"},
        "rule": {"type": "string", "description": "The rule that refused, in kebab case."},
        "number": {"type": "string", "description": "Its number in the rulebook."},
        "field": {"type": "string", "description": "The field that is wrong."},
        "values": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
    },
}


def document(routes: Iterable[ApiRoute], rules: Iterable[str]) -> Document:
    """Return the document of these routes; `rules` are the names that a problem's type may end with."""
    schemas: dict[str, Any] = {"Problem": PROBLEM, "ProblemRule": {"type": "string", "enum": list(rules)}}
    paths: dict[str, Document] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jiayi",
            "version": version("jiayi"),
            "summary": "Family-doctor teams, the residents who signed with them, and the teams' days.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {name: {"description": sentence, "content": problem} for name, sentence in SENTENCES.items()},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "jiayi-session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{"session": []}, {"token": []}],
    }


def _operation(route: ApiRoute, schemas: dict[str, Any]) -> Document:
    success: Document = {"description": "Done."}
    if route.answer is not None:
        files = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in route.also}
        success["content"] = {route.media_type: {"schema": _schema(route.answer, schemas)}, **files}
    operation: Document = {
        "operationId": f"{route.method.lower()}{route.path.replace('/', '.').replace('{', '').replace('}', '')}",
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": [_parameter(each) for each in route.parameters],
        "responses": {
            "200": success,
            **{status: _also_answered(each) for status, each in route.more_statuses.items()},
            **{status: {"$ref": f"#/components/responses/{name}"} for status, name in _problems(route).items()},
        },
    }
    if route.reads and route.signed_in:
        operation["responses"]["304"] = {"description": "The reader has it already."}
    if route.reads and route.signed_in and not route.streams:
        success["headers"] = {name: {"description": text, "schema": {"type": "string"}} for name, text in AS_OF.items()}
    if route.body is not None:
        content: Document = {"schema": _schema(route.body, schemas)}
        if route.example is not None:
            content["example"] = route.example
        operation["requestBody"] = {"required": True, "content": {route.body_media_type: content}}
    if not route.signed_in:
        operation["security"] = []
    return operation


def _also_answered(answer: Mapping[str, Any]) -> Document:
    content = {"application/json": {"schema": answer["schema"]}}
    return {"description": answer["description"], "content": content}


def _problems(route: ApiRoute) -> dict[str, str]:
    """Return the problems that a route may answer."""
    of_reading = ["404", "409", "422", "503", *(["401", "403"] if route.signed_in else [])]
    wanted = of_reading if route.reads else [status for status in ANSWERS if status != "429"]
    if route.limited:
        wanted.append("429")
    return {status: ANSWERS[status] for status in sorted(wanted)}


def _parameter(parameter: Parameter) -> Document:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required or parameter.where == "path",
        "schema": dict(parameter.schema),
        **({"description": parameter.description} if parameter.description else {}),
    }


def _schema(kind: type | Mapping[str, Any], schemas: dict[str, Any]) -> Document:
    """Return the schema of a class as a reference, after adding its parts to the components."""
    if isinstance(kind, Mapping):
        return dict(kind)
    if is_dataclass(kind) and kind.__name__ not in schemas:
        for name, part in _parts(kind).items():
            schemas.setdefault(name, part)
    return {"$ref": SCHEMAS.format(name=kind.__name__)}


@cache
def _parts(kind: type) -> Mapping[str, Document]:
    text = orjson.dumps(schema_of(kind)).replace(b'"#/$defs/', b'"#/components/schemas/')
    return cast(Mapping[str, Document], orjson.loads(text)["$defs"])


def described(document_of: Document) -> ApiRoute:
    """Return the route at which a document stands."""
    body = msgspec.json.encode(document_of)

    def show(served: ServedSystem, exchange: Exchange) -> Response:  # noqa: ARG001 -- shared signature
        return conditional(exchange, body)

    return ApiRoute(
        method="GET",
        path="/api/openapi.json",
        handler=show,
        summary="Describe the API in OpenAPI 3.1.",
        tag="descriptions",
        answer={"type": "object"},
    )
