"""Who sends a request: the session of a cookie or a bearer token, and how the cookie is set."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from infra.access.accounts import Access
from infra.access.principal import Principal
from infra.http.served import Authenticate

PLAIN, HOST_ONLY = "jiayi-session", "__Host-jiayi-session"
"""The cookie's name on http, and on https: browsers take the second from this very host over https alone."""


def authenticate_with(access: Access) -> Authenticate:
    """Return the function that finds out who sends a request.

    Refused `token-refused`, `issuer-away`, `password-temporary`, `second-factor-missing`.
    """

    def authenticate(request: Request) -> Principal | None:
        token, now = token_of(request), machine_now()
        if token is None:
            return None
        if token.count(".") == 2:  # a signed token: those of sessions have no dots
            return access.principal_of_bearer(token, now)
        return access.principal_of_token(token, now)

    return authenticate


def machine_now() -> datetime:
    """Return the machine's moment: sessions and one-time codes live in real time, whatever time the store lives in."""
    return datetime.now(UTC)


def token_of(request: Request) -> str | None:
    """Return the token that a request brings in its header, else in its cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        return token.strip() or None if scheme.lower() == "bearer" else None
    return request.cookies.get(cookie_name(request)) or None


def cookie_name(request: Request) -> str:
    """Return the name of the cookie for the way in which a request came."""
    return HOST_ONLY if is_https(request) else PLAIN


def is_https(request: Request) -> bool:
    """Say whether a request came over https."""
    return request.url.scheme == "https"


def set_cookie(answer: Response, request: Request, token: str) -> None:
    """Let the browser keep a session's token until it closes; no script can read it, no other site sends it along."""
    answer.set_cookie(cookie_name(request), token, path="/", httponly=True, secure=is_https(request), samesite="lax")


def drop_cookie(answer: Response, request: Request) -> None:
    """Let the browser forget the session, and all that it keeps of this host."""
    answer.delete_cookie(cookie_name(request), path="/", httponly=True, secure=is_https(request), samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
