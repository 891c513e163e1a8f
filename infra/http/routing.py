"""Routes as a table: a line is a method, a path, what it does, and what OpenAPI says of it.

A handler is an ordinary function that runs in a thread, since it waits for the database. Handlers that `stream` are
coroutines, and get the exchange when its body has been read.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, cast

from anyio import fail_after
from anyio.to_thread import run_sync
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from domain.decider import Refused
from infra.edges.problems import UsageError
from infra.http.as_of import as_of, wait_for_rows
from infra.http.guard import language_of_request, request_id_of, require_json
from infra.http.problems import problem_response
from infra.http.served import Exchange, ServedSystem

MOST_BYTES = 1024 * 1024
"""Bytes of a body at most, where a route does not say otherwise."""

BODY_SECONDS = 20.0
"""A body has arrived after so long."""

Handler = Callable[[ServedSystem, Exchange], Response]
Streaming = Callable[[ServedSystem, Exchange], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a route: in the query, in the path or a header; `schema` is its JSON Schema."""

    name: str
    where: Literal["query", "path", "header"] = "query"
    description: str = ""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """A route. `answer` and `body` are JSON Schemas, or the classes that they are made of.

    `signed_in`: the person must have signed in; without `authenticates` nobody asks who they are. `also` are media
    types of files that the same answer is made into. `limited`: too many requests are refused. `more_statuses` are
    answers other than 200 that are no problems.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handler: Handler | Streaming
    summary: str
    tag: str
    parameters: Sequence[Parameter] = ()
    body: type | Mapping[str, Any] | None = None
    body_media_type: str = "application/json"
    example: Any = None
    answer: type | Mapping[str, Any] | None = None
    media_type: str = "application/json"
    more_statuses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    signed_in: bool = True
    authenticates: bool = True
    streams: bool = False
    also: Sequence[str] = ()
    limited: bool = False
    most_bytes: int = MOST_BYTES

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"


def mounted(route: ApiRoute, served: ServedSystem) -> Route:
    """Return Starlette's route of a line."""

    async def endpoint(request: Request) -> Response:
        language, request_id = language_of_request(request, served.system.settings.language), request_id_of(request)
        try:
            body = b"" if route.reads else await read_body(request, route.most_bytes)
            enter = partial(_enter, route, served, request, body, language, request_id)
            if not route.streams:
                return await run_sync(partial(_handle, route, served, enter))
            exchange = await run_sync(enter)
            return await cast(Streaming, route.handler)(served, exchange)
        except Exception as error:
            return problem_response(error, language, request_id, reads=route.reads)

    return Route(route.path, endpoint, methods=[route.method])


def _handle(route: ApiRoute, served: ServedSystem, enter: Callable[[], Exchange]) -> Response:
    exchange = enter()
    if not (route.reads and route.signed_in):
        return cast(Handler, route.handler)(served, exchange)
    if any(each.name == "after" for each in route.parameters):
        wait_for_rows(served.system, exchange.request.query_params.get("after"))
    headers = as_of(served.system)
    response = cast(Handler, route.handler)(served, exchange)
    response.headers.update(headers)
    return response


def _enter(
    route: ApiRoute, served: ServedSystem, request: Request, body: bytes, language: Any, request_id: str
) -> Exchange:
    """Find out who sends the request. Refused `not-signed-in` where they must have signed in."""
    principal = served.authenticate(request) if route.authenticates else None
    if principal is None and route.signed_in:
        raise Refused("not-signed-in")
    if principal is not None and served.limit is not None:
        served.limit.count(principal)
    return Exchange(
        request=request,
        body=body,
        principal=principal,
        language=language,
        request_id=request_id,
        purpose=request.headers.get("jiayi-purpose") or None,
    )


async def read_body(request: Request, most: int) -> bytes:
    """Return the body.

    UsageError `body-too-large`, `body-too-slow`, or `body-not-json` where its media type is another.
    """
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise UsageError("body-too-large", bytes=most)
    chunks, size = [], 0
    try:
        with fail_after(BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most:
                    raise UsageError("body-too-large", bytes=most)
                chunks.append(chunk)
    except (TimeoutError, ClientDisconnect):  # who went away hears nothing of it
        raise UsageError("body-too-slow", seconds=round(BODY_SECONDS)) from None
    body = b"".join(chunks)
    require_json(request, body)
    return body
