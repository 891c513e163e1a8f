"""The served system: what all routes share, and what one request brings."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request

from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.gate import Gate
from infra.access.principal import Principal
from infra.clock import Clock, ClockReading
from infra.command_handler import Answer, CommandRequest
from infra.edges.phrases import Translator
from infra.group_commit import FollowedCommits
from infra.http.feed import LiveFeed
from infra.http.jobs import Jobs
from infra.http.request_limit import RequestLimit
from infra.planning.leader.check_moves import BoardChecks
from infra.settings import Language, Settings
from infra.store.store import EventStore
from infra.system import System

Authenticate = Callable[[Request], Principal | None]
"""Returns who sends a request, None if they did not sign in. It is called in a thread and may wait for a database."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, read to its end: who sends it, in which language they are answered, and why they ask.

    `purpose` is why a personal value is read, None if none is named.
    """

    request: Request
    body: bytes
    principal: Principal | None
    language: Language
    request_id: str
    purpose: str | None = None

    @property
    def words(self) -> Translator:
        """The words of the language."""
        return Translator(self.language)

    @property
    def who(self) -> Principal:
        """Return who signed in. Refused `not-signed-in`."""
        if self.principal is None:
            raise Refused("not-signed-in")
        return self.principal


class ServedClock:
    """The clock of a served system: never before the newest event, whatever the machine says.

    A simulated store may have been written days ahead of the machine's clock.
    """

    def __init__(self, clock: Clock, store: EventStore) -> None:
        self._clock = clock
        self._store = store
        self.set = clock.set
        self.release = clock.release

        self.real = clock.real

    @property
    def stands(self) -> bool:
        """Tell whether the clock was set by hand."""
        return self._clock.stands

    def read(self) -> ClockReading:
        """Return what time it is, in UTC."""
        reading, last = self._clock.read(), self._store.last_recorded_at()
        return reading if last is None or last <= reading.now else replace(reading, now=last)


class ServedSystem:
    """A system that is served: its commands are gathered into shared commits. Threads share it."""

    def __init__(self, system: System, authenticate: Authenticate, access: Access | None = None) -> None:
        self.system = system.lent(system.settings)
        self.system.admission = None  # each request has a gate of its own
        self.system.clock = ServedClock(system.clock, system.store)
        self.authenticate = authenticate
        self.access = access
        """Where people sign in, None where something else knows who they are."""
        self.limit = None if access is None else RequestLimit(system.settings.requests_a_minute)
        """How often one account may ask."""
        self.feed = LiveFeed()
        self.jobs = Jobs(self.feed)
        self.checks = BoardChecks(self.system)
        self.keeps_jobs = True
        """Whether the next request of a job's owner reaches this process, too."""
        self.commits = FollowedCommits(self.system)

    def line_of(self, principal: Principal) -> AbstractContextManager[None]:
        """Count a live line of an account while it is open."""
        return nullcontext() if self.limit is None else self.limit.open_line(principal)

    def now(self) -> datetime:
        """Return the moment at which commands run."""
        return self.system.now()

    def lent(self, settings: Settings) -> System:
        """Return the system for a function that would close its own."""
        return self.system.lent(settings)

    def execute(
        self, command: object, exchange: Exchange, *, command_id: str | None = None, if_version: int | None = None
    ) -> Answer:
        """Run one command as the person who signed in. Raises Refused."""
        self.gate(exchange).check_command(command)
        request = CommandRequest(
            command=command,
            command_id=command_id,
            actor=exchange.who.account_id,
            now=self.now(),
            correlation_id=exchange.request_id,
            if_version=if_version,
        )
        return self.commits.execute(self.system.checked(request))

    def gate(self, exchange: Exchange) -> Gate:
        """Return what the person may do and see. Refused `not-signed-in`. Every request goes through here."""
        return Gate(self.system, exchange.principal, exchange.purpose, exchange.request_id)
