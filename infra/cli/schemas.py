"""JSON Schemas of results: what `--json` prints, as programs may rely on it."""

from typing import Any, Final

import msgspec

from infra.edges.results import Result, to_json

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of_result(kind: type[Result]) -> dict[str, Any]:
    """Return the JSON Schema of one document of this kind."""
    return {"$schema": DRAFT, **msgspec.json.schema(kind)}


def schema_text(kind: type[Result]) -> str:
    """Return that schema as JSON."""
    return to_json(schema_of_result(kind))
