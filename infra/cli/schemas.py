"""JSON Schemas of results: what `--json` prints, as programs may rely on it."""

from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from infra.edges.results import Listing, Result, to_json

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def result_type(function: Callable[..., Result]) -> type:
    """Return the type of one JSON document of what a command's function returns."""
    returned = get_type_hints(function)["return"]
    kind: type = get_args(returned)[0] if get_origin(returned) is Listing else returned
    return kind


def schema_of_result(function: Callable[..., Result]) -> dict[str, Any]:
    """Return the JSON Schema of one document that a command prints with `--json`."""
    return {"$schema": DRAFT, **msgspec.json.schema(result_type(function))}


def schema_text(function: Callable[..., Result]) -> str:
    """Return that schema as JSON."""
    return to_json(schema_of_result(function))
