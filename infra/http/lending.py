"""The served system lent to a function of the command line: it opens nothing and closes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self

from infra.cli.session import OnProgress, Session
from infra.edges.results import Result
from infra.http.served import Exchange, ServedSystem
from infra.system import System


def _nothing(*_: Any) -> None:
    """Say nothing: a request has one answer."""


@dataclass(frozen=True, slots=True)
class LentSession(Session):
    """The surroundings of one command of the command line that a request runs."""

    served: ServedSystem | None = None

    @classmethod
    def of(cls, served: ServedSystem, exchange: Exchange, on_progress: OnProgress = _nothing) -> Self:
        """Return a session in the language of a request; `on_progress` hears of works that take long."""

        @contextmanager
        def steps() -> Iterator[OnProgress]:
            yield on_progress

        settings = replace(served.system.settings, language=exchange.language)
        silent: Callable[[Result], None] = _nothing
        return cls(settings, emit=silent, notify=_nothing, narrate=_nothing, steps=steps, served=served)

    def open(self, *, repeats: bool = False, asks: bool = False, admits: bool = True) -> System:  # noqa: ARG002 -- open
        """Return the served system in the language of the request; closing it does nothing."""
        assert self.served is not None
        return self.served.lent(self.settings)
