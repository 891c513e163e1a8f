"""Pages of a list. A cursor names the last row of a page by its ids, so that the next page begins behind that row even
if rows were added or removed before it.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from infra.edges.problems import UsageError
from infra.edges.results import to_json

DEFAULT_LIMIT, MOST = 200, 1000
DIGEST_BYTES = 9


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the cursor of the next one, None where there is none."""

    rows: Sequence[Any]
    next_cursor: str | None


def page_of(rows: Sequence[Any], limit: int, cursor: str | None) -> Page:
    """Return the page behind a cursor. UsageError `cursor-unreadable`."""
    first = 0 if cursor is None else _first_behind(rows, cursor)
    shown = rows[first : first + limit]
    end = first + len(shown)
    return Page(shown, cursor_at(rows[end - 1], end) if shown and end < len(rows) else None)


def cursor_at(row: Any, end: int) -> str:
    """Return the cursor behind a row that is the last of so many."""
    return base64.urlsafe_b64encode(end.to_bytes(5, "big") + _digest(row)).decode().rstrip("=")


def _first_behind(rows: Sequence[Any], cursor: str) -> int:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        packed = b""
    if len(packed) != 5 + DIGEST_BYTES:
        raise UsageError("cursor-unreadable", field="cursor")
    end, digest = int.from_bytes(packed[:5], "big"), packed[5:]
    if end <= len(rows) and end and _digest(rows[end - 1]) == digest:
        return end
    return next((index + 1 for index, row in enumerate(rows) if _digest(row) == digest), min(end, len(rows)))


def _digest(row: Any) -> bytes:
    """Return a digest of what names a row: its ids, or all of it where it has none."""
    ids = {name: each for name, each in row.items() if name.endswith("_id")} if isinstance(row, dict) else {}
    return hashlib.blake2b(to_json(ids or row).encode(), digest_size=DIGEST_BYTES).digest()


def limit_of(text: str | None) -> int:
    """Return how many rows a page has at most. UsageError `bad-value`."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST and len(text) < 10):
        raise UsageError("bad-value", field="limit", detail=f"a number from 1 to {MOST} is expected")
    return int(text)


def link_to_next(path: str, query: Sequence[tuple[str, str]], cursor: str) -> str:
    """Return the Link header (RFC 8288) of the next page."""
    more = [(name, each) for name, each in query if name != "cursor"]
    return f'<{path}?{urlencode([*more, ("cursor", cursor)])}>; rel="next"'
