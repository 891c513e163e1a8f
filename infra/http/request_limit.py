"""A limit of requests: so many a minute of one account, counted in each process. Nobody copies a city by asking."""

from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from infra.access.principal import Principal
from infra.edges.problems import UsageError

MINUTE = 60


class RequestLimit:
    """Counts requests by account. Programs of the city with the role `service` alone are not limited."""

    def __init__(self, a_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(a_minute)
        self._guard = Lock()

    def count(self, principal: Principal) -> None:
        """Count a request. UsageError `too-many-requests`."""
        if principal.roles == {"service"}:
            return
        with self._guard:
            if not self._limiter.hit(self._item, principal.account_id):
                raise UsageError("too-many-requests", seconds=MINUTE)
