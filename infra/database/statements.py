"""Statements that every database takes: `?` or `:name` for values, and only SQL that SQLite and PostgreSQL share."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

Values = Sequence[Any] | Mapping[str, Any]

_PARTS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::|%|\?|:([A-Za-z_]\w*)")


@lru_cache(maxsize=1024)
def to_psycopg(statement: str) -> str:
    """Return a statement with psycopg's placeholders; quoted text stays as it is."""
    return _PARTS.sub(_placeholder, statement)


def _placeholder(match: re.Match[str]) -> str:
    text = match[0]
    if match[1]:
        return f"%({match[1]})s"
    return "%s" if text == "?" else text.replace("%", "%%")
