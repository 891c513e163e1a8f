"""A member's calendar under its secret address, and the addresses themselves.

Who knows an address is not asked to sign in. Addresses are made and revoked by the member and their leader.
"""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response

from domain.local_time import local_day
from infra.cli.feeds import calendar
from infra.cli.feeds.results import MadeCalendarAddress, RevokedCalendarAddresses
from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.edges.results import Result, to_json
from infra.feeds.calendar_addresses import CalendarAddresses, digest_of
from infra.feeds.calendar_entries import entries_of
from infra.feeds.tables import feed_tables
from infra.http.lending import LentSession
from infra.http.questions import conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.settings import CALENDAR_DAYS, CALENDAR_FETCHES_AN_HOUR

if TYPE_CHECKING:
    from limits.strategies import MovingWindowRateLimiter

MEDIA_TYPE = "text/calendar; charset=utf-8"
HOUR = 3600


def show_calendar(served: ServedSystem, exchange: Exchange) -> Response:
    """Answer with the calendar. UsageError `address-unknown` also for an address that was revoked."""
    token = exchange.request.path_params["token"]
    member_id = CalendarAddresses(feed_tables(served.system)).member_of(token)
    if member_id is None:
        raise UsageError("address-unknown")
    _count_fetch(digest_of(token))
    from infra.feeds.calendar import calendar_of  # noqa: PLC0415 -- icalendar is loaded where a calendar is written

    since = local_day(served.now()) - timedelta(days=CALENDAR_DAYS)
    body = calendar_of(entries_of(served.system, member_id, since), _words(exchange))
    return conditional(exchange, body, media_type=MEDIA_TYPE)


def list_addresses(served: ServedSystem, exchange: Exchange) -> Response:
    """List the addresses of a member, without their secrets."""
    member_id = _admitted(served, exchange)
    own = [each for each in CalendarAddresses(feed_tables(served.system)).all() if each.member_id == member_id]
    return conditional(exchange, to_json(own).encode())


def make_address(served: ServedSystem, exchange: Exchange) -> Response:
    """Make an address and show it once."""
    member_id = _admitted(served, exchange)
    return _shown(calendar.add(LentSession.of(served, exchange), member_id, exchange.who.account_id))


def revoke_addresses(served: ServedSystem, exchange: Exchange) -> Response:
    """Revoke every address of a member."""
    member_id = _admitted(served, exchange)
    return _shown(calendar.revoke(LentSession.of(served, exchange), member_id, exchange.who.account_id))


def _admitted(served: ServedSystem, exchange: Exchange) -> str:
    """Return the member that the path names, whose calendar the person looks after."""
    member_id = str(exchange.request.path_params["member_id"])
    served.gate(exchange).check_operation("calendar", member_id=member_id)
    return member_id


def _shown(result: Result) -> Response:
    return Response(to_json(result), media_type="application/json", headers={"Cache-Control": "no-store"})


def _words(exchange: Exchange) -> Translator:
    """Return the words of the language in the address: a phone fetches without saying one."""
    match exchange.request.query_params.get("language"):
        case "zh":
            return Translator("zh")
        case "en":
            return Translator("en")
        case None:
            return exchange.words
        case other:
            raise UsageError("bad-value", field="language", detail=f"{other!r} is neither en nor zh")


def _count_fetch(digest: str) -> None:
    """Refuse `too-many-requests` for an address that is fetched too often."""
    from limits import RateLimitItemPerHour  # noqa: PLC0415 -- loaded where requests are counted

    if not _fetches().hit(RateLimitItemPerHour(CALENDAR_FETCHES_AN_HOUR), digest):
        raise UsageError("too-many-requests", seconds=HOUR // CALENDAR_FETCHES_AN_HOUR)


@cache
def _fetches() -> "MovingWindowRateLimiter":
    """Return the counter of this process."""
    from limits.storage import MemoryStorage  # noqa: PLC0415 -- likewise
    from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415 -- likewise

    return MovingWindowRateLimiter(MemoryStorage())


MEMBER = Parameter(name="member_id", where="path", schema={"type": "string", "examples": ["nurse-li"]})
ADDRESSES = "/api/members/{member_id}/calendar"

ROUTES = [
    ApiRoute(
        method="GET",
        path=ADDRESSES,
        handler=list_addresses,
        summary="List the addresses of a member's calendar, without their secrets.",
        tag="feeds",
        parameters=[MEMBER],
        answer={"type": "array", "items": {"type": "object"}},
    ),
    ApiRoute(
        method="POST",
        path=ADDRESSES,
        handler=make_address,
        summary="Make an address of a member's calendar; it is shown once.",
        tag="feeds",
        parameters=[MEMBER],
        answer=MadeCalendarAddress,
    ),
    ApiRoute(
        method="POST",
        path=f"{ADDRESSES}/revoke",
        handler=revoke_addresses,
        summary="Revoke every address of a member's calendar.",
        tag="feeds",
        parameters=[MEMBER],
        answer=RevokedCalendarAddresses,
    ),
    ApiRoute(
        method="GET",
        path="/calendar/{token}.ics",
        handler=show_calendar,
        summary="Show a member's visits as a calendar, without names, addresses and purposes.",
        tag="feeds",
        parameters=(
            Parameter(name="token", where="path", description="The secret of the address."),
            Parameter(name="language", description="The language of titles.", schema={"enum": ["en", "zh"]}),
        ),
        answer={"type": "string"},
        media_type=MEDIA_TYPE,
        signed_in=False,
        limited=True,
    ),
]
