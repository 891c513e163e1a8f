"""A limit of requests: so many a minute of one account, counted in each process. Nobody copies a city by asking."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from infra.access.principal import Principal
from infra.edges.problems import UsageError

MINUTE = 60

MOST_LINES = 20
"""Live lines of one account at once."""


class RequestLimit:
    """Counts requests by account. Programs of the city with the role `service` alone are not limited."""

    def __init__(self, a_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(a_minute)
        self._guard = Lock()
        self._lines: Counter[str] = Counter()

    def count(self, principal: Principal) -> None:
        """Count a request. UsageError `too-many-requests`."""
        if principal.roles == {"service"}:
            return
        with self._guard:
            if not self._limiter.hit(self._item, principal.account_id):
                raise UsageError("too-many-requests", seconds=MINUTE)

    def count_line(self, principal: Principal) -> None:
        """Refuse one live line more than an account may have. UsageError `too-many-requests`."""
        if self._lines[principal.account_id] >= MOST_LINES:
            raise UsageError("too-many-requests", seconds=MINUTE)

    @contextmanager
    def open_line(self, principal: Principal) -> Iterator[None]:
        """Count a live line while it is open."""
        self._lines[principal.account_id] += 1
        try:
            yield
        finally:
            self._lines[principal.account_id] -= 1
