"""The served system: what all routes share, and what one request brings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from infra.access.principal import Principal
from infra.command_handler import Answer, CommandRequest
from infra.edges.phrases import Translator
from infra.edges.problems import UsageError
from infra.http.commits import FollowedCommits
from infra.settings import Language
from infra.system import System
from projections.questions import Answer as Rows
from projections.registry import answer

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
        """Return who signed in. UsageError `not-signed-in`."""
        if self.principal is None:
            raise UsageError("not-signed-in")
        return self.principal


class ServedSystem:
    """A system that is served: its commands are gathered into shared commits. Threads share it."""

    def __init__(self, system: System, authenticate: Authenticate) -> None:
        self.system = system
        self.authenticate = authenticate
        self.commits = FollowedCommits(system)

    def now(self) -> datetime:
        """Return the moment at which commands run: never before the newest event, whatever the machine's clock says."""
        now, last = self.system.now(), self.system.store.last_recorded_at()
        return now if last is None else max(now, last)

    def execute(
        self, command: object, exchange: Exchange, *, command_id: str | None = None, if_version: int | None = None
    ) -> Answer:
        """Run one command as the person who signed in. Raises Refused."""
        self.check_command(command, exchange)
        request = CommandRequest(
            command=command,
            command_id=command_id,
            actor=exchange.who.account_id,
            now=self.now(),
            if_version=if_version,
        )
        return self.commits.execute(self.system.checked(request))

    def check_command(self, command: object, exchange: Exchange) -> None:  # noqa: ARG002 -- every account may do all yet
        """Refuse a command that the person may not give."""
        _ = exchange.who

    def ask(self, question: object, exchange: Exchange) -> Rows:
        """Return the answer to a question as the person may see it."""
        _ = exchange.who
        return answer(question, self.system.rows)
