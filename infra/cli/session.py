"""A session: the settings of one run of the command line, and the ways in which a command reports. Knows no click."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.edges.loading import load
from infra.edges.phrases import Translator
from infra.edges.results import Result
from infra.settings import Language, Settings

if TYPE_CHECKING:
    from infra.system import System

OnProgress = Callable[[str, int, int | None], None]
"""Called with a key of the catalogue, how much of that work is done, and of how much (None: unknown)."""


@dataclass(frozen=True, slots=True)
class Session:
    """The surroundings of one command.

    `emit` writes a result at once, for commands that go on; `notify` writes a line to standard error; `narrate` writes
    text that people read while a command works; `steps` shows the progress of works. `names_actor`: an option named who
    gives the command.
    """

    settings: Settings
    emit: Callable[[Result], None]
    notify: Callable[[str], None]
    narrate: Callable[[str], None]
    steps: Callable[[], AbstractContextManager[OnProgress]]
    names_actor: bool = False

    @property
    def language(self) -> Language:
        """The language of answers to people."""
        return self.settings.language

    @property
    def words(self) -> Translator:
        """The words of that language."""
        return Translator(self.language)

    def open(self, *, repeats: bool = False, asks: bool = False) -> "System":
        """Open the system; the caller closes it. A command that only `asks` notifies if rows are behind the log.

        Refused if the clock was set before the last recorded event; in a live store `clock-fixed` or `actor-fixed` if
        time or actor was given, `clock-ahead` if this machine's clock is wrong. Commands that may be given a command
        again (`repeats`) check the clock later: a known command id has its first answer whatever the clock says.
        """
        system: System = load("infra.wiring:open_system")(self.settings)
        try:
            system.require_own_time(names_actor=self.names_actor)
            if not repeats:
                system.check_clock(system.now())
            if asks and not system.rows_are_current():
                self.notify(self.words.say("rows-behind"))
        except BaseException:
            system.close()
            raise
        return system

    @contextmanager
    def working(self, key: str) -> Iterator[Callable[[int, int], None]]:
        """Show the progress of one work, named by a key of the catalogue; its length may be unknown at first."""
        with self.steps() as on_progress:
            on_progress(key, 0, None)
            yield lambda done, total: on_progress(key, done, total)
