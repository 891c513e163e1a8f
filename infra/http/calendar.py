"""A member's calendar under its secret address. Who knows the address is not asked to sign in."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response

from domain.local_time import local_day
from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.feeds.calendar_addresses import CalendarAddresses, digest_of
from infra.feeds.calendar_entries import entries_of
from infra.feeds.tables import feed_tables
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


ROUTES = [
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
