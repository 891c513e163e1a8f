"""Questions over HTTP: their fields stand in the query; lists have pages, and answers that did not change are not sent.

`after` is the position of one's own last command: the answer waits until the rows hold it.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from starlette.responses import Response

from infra.access.gate import residents_in
from infra.codec import schema_of
from infra.edges.parsing import parse_question
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.exports.export import export_of
from infra.http.exports import MEDIA_TYPES, file_response, wanted_format
from infra.http.paging import DEFAULT_LIMIT, MOST, limit_of, link_to_next, page_of
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from projections.registry import QUESTIONS

PAGING = ("cursor", "after", "format")
NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


def ask_question(served: ServedSystem, exchange: Exchange, name: str) -> Response:
    """Answer one question."""
    query = exchange.request.query_params.multi_items()
    own = {field.name for field in fields(QUESTIONS[name].asks)}
    paging = {each: text for each, text in query if each in PAGING or (each == "limit" and "limit" not in own)}
    question = parse_question(name, question_data(QUESTIONS[name].asks, query, paging.keys()))
    limit = limit_of(paging.get("limit"))
    ending = wanted_format(exchange.request)
    read = served.gate(exchange).read(question, file=ending)
    answer = read.answer
    if ending is not None:  # a file holds the whole answer
        read.record()
        export = export_of(
            question, answer, made_at=served.now(), made_by=exchange.who.account_id, store_time=served.system.lives
        )
        return file_response(export, ending, exchange.words)
    headers: dict[str, str] = {}
    if not isinstance(answer, list):
        read.record()
    else:
        page = page_of(answer, limit, paging.get("cursor"))
        answer = list(page.rows)
        read.record(residents_in(answer))
        if page.next_cursor is not None:
            headers["Link"] = link_to_next(exchange.request.url.path, query, page.next_cursor)
    return conditional(exchange, to_json(answer).encode(), headers)


def conditional(
    exchange: Exchange,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """Answer with a body, or 304 where the reader has it already. It is kept by the reader alone."""
    link = (headers or {}).get("Link", "").encode()
    tag = f'W/"{hashlib.blake2b(body + link, digest_size=12).hexdigest()}"'
    common = {**(headers or {}), "ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    known = exchange.request.headers.get("if-none-match", "")
    if tag in (each.strip() for each in known.split(",")):
        return Response(status_code=304, headers=common)
    return Response(body, media_type=media_type, headers=common)


def question_data(asks: type, query: Sequence[tuple[str, str]], left_out: Any) -> dict[str, object]:
    """Return a question's data as JSON has it, from the texts of a query. UsageError: a field stands there twice."""
    hints = get_type_hints(asks)
    data: dict[str, object] = {}
    for name, text in query:
        if name in left_out:
            continue
        hint = _present(hints.get(name, str))
        if get_origin(hint) is tuple:
            items = data.setdefault(name, [])
            assert isinstance(items, list)
            items.append(_in_json(text, get_args(hint)[0]))
        elif name in data:
            raise UsageError("bad-value", field=name, detail="it stands there twice")
        else:
            data[name] = _in_json(text, hint)
    return data


def _present(hint: Any) -> Any:
    """Return the type of a value that is present: `str | None` is `str`."""
    if get_origin(hint) in {Union, UnionType}:
        return next(each for each in get_args(hint) if each is not NoneType)
    return hint


def _in_json(text: str, hint: Any) -> object:
    """Return a text as the JSON of its type; a text that is none stays, and is refused with its field."""
    if hint is int:
        return int(text) if NUMBER.fullmatch(text) else text
    if hint is bool:
        return {"true": True, "false": False}.get(text, text)
    if hint is float or is_dataclass(hint):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    return text


AFTER = Parameter(
    name="after",
    description="Wait for the rows of this position, that of one's own last command.",
    schema={"type": "integer", "minimum": 0},
)
LIMIT = Parameter(
    name="limit",
    description="Rows of a page.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
)
CURSOR = Parameter(name="cursor", description="Where the page begins: from the Link header of the page before.")
FORMAT = Parameter(
    name="format",
    description="Answer with a file that spreadsheet programs open, and that holds all rows.",
    schema={"enum": ["json", "csv", "xlsx"]},
)


def parameters_of(asks: type, example: Mapping[str, Any] | None = None) -> list[Parameter]:
    """Return the parameters of a query that has the fields of a class."""
    own = schema_of(asks)["$defs"][asks.__name__]
    return [
        Parameter(
            name=each,
            description=str(place.get("description", "")),
            schema={**place, "examples": [example[each]]} if example and example.get(each) is not None else place,
            required=each in own.get("required", ()),
        )
        for each, place in own.get("properties", {}).items()
    ]


def _route(name: str) -> ApiRoute:
    asks = QUESTIONS[name].asks
    own = parameters_of(asks, msgspec.to_builtins(QUESTIONS[name].example))
    paging = [CURSOR, AFTER, FORMAT] if any(each.name == "limit" for each in own) else [LIMIT, CURSOR, AFTER, FORMAT]
    return ApiRoute(
        method="GET",
        path=f"/api/questions/{name}",
        handler=partial(ask_question, name=name),
        summary=(asks.__doc__ or name).partition("\n")[0],
        tag="questions",
        parameters=[*own, *paging],
        answer={"description": "Rows, one row, or null where nothing is known.", "type": ["array", "object", "null"]},
        also=tuple(MEDIA_TYPES.values()),
    )


def routes() -> list[ApiRoute]:
    """Return a route for each question of the table."""
    return [*map(_route, QUESTIONS)]
