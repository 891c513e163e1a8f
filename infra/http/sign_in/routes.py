"""Routes of signing in: for oneself without more than the session, for other accounts through the gate."""

from typing import Any, TypeVar

from starlette.responses import Response

from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.principal import Principal
from infra.access.sessions import Holder, SignedIn
from infra.cli.records.answers import read_object
from infra.codec import command_from
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.as_of import wait_for_rows
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.http.sign_in.cookies import drop_cookie, machine_now, set_cookie, token_of
from infra.http.sign_in.requests import (
    CodeRequest,
    EndedSessions,
    FactorRemovalRequest,
    GrantHeld,
    PasswordChangeRequest,
    PasswordRequest,
    SessionEndRequest,
    ShownPassword,
    ShownRecoveryCodes,
    ShownSeed,
    ShownSession,
    ShownSessions,
    SignedInAs,
    SignInRequest,
)

T = TypeVar("T")

MOST_BYTES = 8 * 1024
OPERATION = "account-proofs"
"""What one needs for the password and the second factor of others, in the table of roles."""


def sign_in(served: ServedSystem, exchange: Exchange) -> Response:
    """Open a session, and end the one that the request brings. Refused as `Access.sign_in` does."""
    access, wanted, now = access_of(served), read(exchange, SignInRequest), machine_now()
    signed = access.sign_in(wanted.login, wanted.password, wanted.code, address_of(exchange), now)
    before = token_of(exchange.request)
    if before is not None:
        access.sign_out(before, now)
    return opened(exchange, signed)


def sign_out(served: ServedSystem, exchange: Exchange) -> Response:
    """End the session, if there is one, and let the browser forget all it keeps."""
    token = token_of(exchange.request)
    ended = token is not None and access_of(served).sign_out(token, machine_now())
    answer = shown(EndedSessions(ended=int(ended)))
    drop_cookie(answer, exchange.request)
    return answer


def who_am_i(served: ServedSystem, exchange: Exchange) -> Response:
    """Show who is signed in, with a half session too. Refused `not-signed-in`, or as a bearer token is."""
    token = token_of(exchange.request)
    if token is not None and token.count(".") == 2:
        return shown(signed_in_as(access_of(served).principal_of_bearer(token, machine_now())))
    holder = holder_of(served, exchange)
    return shown(
        signed_in_as(
            holder.principal,
            must_change_password=holder.must_change_password,
            must_add_factor=holder.must_add_factor,
            ends_at=holder.session.ends_at,
        )
    )


def change_password(served: ServedSystem, exchange: Exchange) -> Response:
    """Change the password; every session of the account ends, and a new one opens."""
    wanted = read(exchange, PasswordChangeRequest)
    signed = access_of(served).change_password(
        own_token(exchange),
        wanted.password,
        wanted.new_password,
        address_of(exchange),
        machine_now(),
        code=wanted.code,
    )
    return opened(exchange, signed)


def begin_factor(served: ServedSystem, exchange: Exchange) -> Response:
    """Make the seed of a second factor and show it once."""
    wanted = read(exchange, PasswordRequest)
    begun = access_of(served).begin_factor(own_token(exchange), wanted.password, address_of(exchange), machine_now())
    return shown(ShownSeed(seed=begun.seed, uri=begun.uri))


def confirm_factor(served: ServedSystem, exchange: Exchange) -> Response:
    """Let a second factor count, and show its recovery codes once."""
    code = read(exchange, CodeRequest).code
    codes = access_of(served).confirm_factor(own_token(exchange), code, address_of(exchange), machine_now())
    return shown(ShownRecoveryCodes(recovery_codes=codes))


def list_sessions(served: ServedSystem, exchange: Exchange) -> Response:
    """List one's own open sessions."""
    served.gate(exchange).check_operation("own-account")
    listed = access_of(served).sessions.of_account(exchange.who.account_id, machine_now())
    sessions = tuple(
        ShownSession(
            session_id=each.session_id,
            methods=each.methods,
            opened_at=each.opened_at,
            seen_at=each.seen_at,
            ends_at=each.ends_at,
            current=each.session_id == exchange.who.session_id,
        )
        for each in listed
    )
    return shown(ShownSessions(sessions=sessions))


def end_sessions(served: ServedSystem, exchange: Exchange) -> Response:
    """End one of one's own sessions, or all but this, once the password is given again."""
    served.gate(exchange).check_operation("own-account")
    wanted = read(exchange, SessionEndRequest)
    ended = access_of(served).end_sessions_again_proved(
        own_token(exchange), wanted.password, wanted.session_id, address_of(exchange), machine_now()
    )
    return shown(EndedSessions(ended=ended))


def give_first_password(served: ServedSystem, exchange: Exchange) -> Response:
    """Give somebody else's account a random first password and show it once; its sessions end."""
    account_id = other_account(served, exchange)
    password = access_of(served).set_first_password(account_id, exchange.who.account_id, machine_now())
    return shown(ShownPassword(account_id=account_id, password=password))


def remove_factor(served: ServedSystem, exchange: Exchange) -> Response:
    """Remove somebody else's lost second factor; their sessions end."""
    account_id, reason = other_account(served, exchange), read(exchange, FactorRemovalRequest).reason
    return shown(EndedSessions(ended=access_of(served).remove_factor(account_id, exchange.who.account_id, reason)))


def end_their_sessions(served: ServedSystem, exchange: Exchange) -> Response:
    """End every session of somebody else's account."""
    account_id = other_account(served, exchange)
    return shown(EndedSessions(ended=access_of(served).sessions.end(account_id)))


# Parts


def access_of(served: ServedSystem) -> Access:
    """Return the access of the served system. UsageError `address-unknown` where nobody signs in here."""
    if served.access is None:
        raise UsageError("address-unknown")
    return served.access


def read(exchange: Exchange, cls: type[T]) -> T:
    """Return what a request asks for. BadInput names the field that is wrong, and not what stands in it."""
    return command_from(cls, read_object(exchange.body or b"{}"))


def own_token(exchange: Exchange) -> str:
    """Return the token of the session. Refused `not-signed-in`."""
    token = token_of(exchange.request)
    if token is None:
        raise Refused("not-signed-in")
    return token


def holder_of(served: ServedSystem, exchange: Exchange) -> Holder:
    """Return the account of the session, of a half one too. Refused `not-signed-in`."""
    holder = access_of(served).holder_of_token(own_token(exchange), machine_now())
    if holder is None:
        raise Refused("not-signed-in")
    return holder


def other_account(served: ServedSystem, exchange: Exchange) -> str:
    """Return the account that the path names, where the person looks after it; nobody does after their own.

    Who gives proofs could sign in as the other: so every role of theirs must lie within the scope of who gives them.
    An account that was opened a moment ago is waited for. UsageError `rows-not-there-yet`.
    """
    wait_for_rows(served.system, str(served.system.store.last_position()))
    account_id = str(exchange.request.path_params["account_id"])
    served.gate(exchange).check_operation(OPERATION, account_id=account_id)
    if account_id == exchange.who.account_id:
        raise Refused("access-for-oneself", account=account_id)
    return account_id


def address_of(exchange: Exchange) -> str | None:
    """Return the address from which a request comes: that of the connection, no header is believed."""
    client = exchange.request.client
    return None if client is None else client.host


def opened(exchange: Exchange, signed: SignedIn) -> Response:
    """Answer with who is signed in, and the session in a cookie."""
    answer = shown(
        signed_in_as(
            signed.principal,
            must_change_password=signed.must_change_password,
            must_add_factor=signed.must_add_factor,
            ends_at=signed.ends_at,
        )
    )
    set_cookie(answer, exchange.request, signed.token)
    return answer


def signed_in_as(principal: Principal, **more: Any) -> SignedInAs:
    """Return who is signed in, as answers show it."""
    return SignedInAs(
        account_id=principal.account_id,
        member_id=principal.member_id,
        resident_id=principal.resident_id,
        hospital_id=principal.hospital_id,
        grants=tuple(GrantHeld(role=each.role, scope=each.scope, scope_id=each.scope_id) for each in principal.grants),
        methods=principal.methods,
        session_id=principal.session_id,
        **more,
    )


def shown(content: object) -> Response:
    """Answer with a value that no cache keeps."""
    return Response(to_json(content), media_type="application/json", headers={"Cache-Control": "no-store"})


ACCOUNT = Parameter(name="account_id", where="path", description="The account's login name.", required=True)


def _route(method: Any, path: str, handler: Any, summary: str, **more: Any) -> ApiRoute:
    return ApiRoute(
        method=method, path=path, handler=handler, summary=summary, tag="sign-in", most_bytes=MOST_BYTES, **more
    )


HALF: Any = {"signed_in": False, "authenticates": False}
"""Routes that take nobody, or a half session: they look at the session themselves."""

ROUTES: list[ApiRoute] = [
    _route("POST", "/api/sign-in", sign_in, "Sign in.", body=SignInRequest, answer=SignedInAs, **HALF),
    _route("POST", "/api/sign-out", sign_out, "Sign out.", answer=EndedSessions, **HALF),
    _route("GET", "/api/me", who_am_i, "Show who is signed in.", answer=SignedInAs, **HALF),
    _route(
        "POST",
        "/api/password",
        change_password,
        "Change one's password.",
        body=PasswordChangeRequest,
        answer=SignedInAs,
        **HALF,
    ),
    _route(
        "POST",
        "/api/second-factor",
        begin_factor,
        "Begin to add a second factor.",
        body=PasswordRequest,
        answer=ShownSeed,
        **HALF,
    ),
    _route(
        "POST",
        "/api/second-factor/confirm",
        confirm_factor,
        "Add the second factor with a code of it.",
        body=CodeRequest,
        answer=ShownRecoveryCodes,
        **HALF,
    ),
    _route("GET", "/api/sessions", list_sessions, "List one's open sessions.", answer=ShownSessions),
    _route(
        "POST",
        "/api/sessions/end",
        end_sessions,
        "End one of one's sessions, or all others.",
        body=SessionEndRequest,
        answer=EndedSessions,
    ),
    _route(
        "POST",
        "/api/accounts/{account_id}/first-password",
        give_first_password,
        "Give an account a first password.",
        parameters=(ACCOUNT,),
        answer=ShownPassword,
    ),
    _route(
        "POST",
        "/api/accounts/{account_id}/second-factor/remove",
        remove_factor,
        "Remove an account's lost second factor.",
        parameters=(ACCOUNT,),
        body=FactorRemovalRequest,
        answer=EndedSessions,
    ),
    _route(
        "POST",
        "/api/accounts/{account_id}/sessions/end",
        end_their_sessions,
        "End every session of an account.",
        parameters=(ACCOUNT,),
        answer=EndedSessions,
    ),
]
