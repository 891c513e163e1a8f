"""The guard before all routes: request ids, security headers, refusal of cross-site writes, and the access log.

The log has the route's template in place of the path, and no query: a path may name a resident.
"""

import logging
import re
import time
import uuid
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.edges.problems import UsageError
from infra.http.problems import problem_response
from infra.settings import Language

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer. The policy allows no code, style or image of another place, and none within a page."""

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
"""A year, for this host and what is below it; no other host of the domain."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON_TYPES = frozenset({"application/json", "application/x-ndjson"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
UNROUTED = "(no route)"

log = logging.getLogger("infra.http.access")


class Guard:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        request_id = _chosen_id(request)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, content in SECURITY_HEADERS.items():
                    headers.setdefault(name, content)
                headers["X-Request-Id"] = request_id
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
            await send(message)

        try:
            if request.method not in SAFE and is_cross_site(request):
                language = language_of_request(request, self._language)
                answer = problem_response(UsageError("cross-site-refused"), language, request_id)
                await answer(scope, receive, guarded)
            else:
                await self._app(scope, receive, guarded)
        finally:
            route = getattr(scope.get("route"), "path", UNROUTED)
            took = 1000 * (time.perf_counter() - began)
            log.info("%s %s %d %.1f ms %s", request.method, route, status, took, request_id)


def request_id_of(request: HTTPConnection) -> str:
    """Return the id of a request, which stands in its answer, in logs and in records."""
    return str(request.scope["state"]["request_id"])


def _chosen_id(request: Request) -> str:
    """Return the id that the sender chose if it is fit for a log, else a new one."""
    named = request.headers.get("x-request-id", "")
    return named if REQUEST_ID.fullmatch(named) else uuid.uuid4().hex


def is_cross_site(request: HTTPConnection) -> bool:
    """Say whether a page of another site sent a request. Programs send neither of the headers that browsers send."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None and fetched not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin)[:2] != (request.url.scheme, request.url.netloc)


def require_json(request: HTTPConnection, body: bytes) -> None:
    """Refuse a body that is not JSON by its media type, as a form of another site would be: `body-not-json`."""
    named = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if named not in JSON_TYPES and (body or named):
        raise UsageError("body-not-json", media_type=named or "-")


def language_of_request(request: HTTPConnection, default: Language) -> Language:
    """Return the language that is wanted most, of those that there are; the default if none of them is named."""
    best: tuple[float, Language] | None = None
    for each in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = each.partition(";")
        known = _known(tag.strip().lower(), default)
        quality = _quality(parameters)
        if known is not None and quality > 0 and (best is None or quality > best[0]):
            best = quality, known
    return default if best is None else best[1]


def _known(tag: str, default: Language) -> Language | None:
    if tag == "*":
        return default
    primary = tag.partition("-")[0]
    return "zh" if primary == "zh" else "en" if primary == "en" else None


def _quality(parameters: str) -> float:
    name, _, number = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
