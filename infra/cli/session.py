"""A session: the settings of one run of the command line, and the ways in which a command reports. Knows no click."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from infra.edges.loading import load
from infra.edges.phrases import Translator
from infra.edges.results import Result
from infra.settings import Language, Settings

if TYPE_CHECKING:
    from infra.access.gate import Gate
    from infra.system import System
    from projections.questions import Answer

OnProgress = Callable[[str, int, int | None], None]
"""Called with a key of the catalogue, how much of that work is done, and of how much (None: unknown)."""


class Admission(Protocol):
    """What who signed in may do and see in one call."""

    @property
    def actor(self) -> str:
        """Who signed in."""
        ...

    def ask(self, question: object, file: str | None) -> "Answer":
        """Return an answer as they may see it, as a file if its ending is named."""
        ...

    def visible(self, result: Result) -> Result:
        """Return what of a result they may see."""
        ...

    def gate(self) -> "Gate":
        """Return a gate for one search or one file."""
        ...


@dataclass(slots=True)
class Call:
    """The function that a session runs, with its arguments; in a live store, what who signed in may do and see."""

    does: str
    arguments: Mapping[str, Any]
    admission: Admission | None = None
    system: "System | None" = None

    def close(self) -> None:
        """Close the system whose result was shown."""
        if self.system is not None and self.system.is_lent:
            self.system.close()


@dataclass(frozen=True, slots=True)
class Session:
    """The surroundings of one command.

    `emit` writes a result at once, for commands that go on; `notify` writes a line to standard error; `narrate` writes
    text that people read while a command works; `steps` shows the progress of works. `names_actor`: an option named who
    gives the command. `call` is what is done; without it nobody is asked to sign in.
    """

    settings: Settings
    emit: Callable[[Result], None]
    notify: Callable[[str], None]
    narrate: Callable[[str], None]
    steps: Callable[[], AbstractContextManager[OnProgress]]
    names_actor: bool = False
    call: Call | None = None

    @property
    def language(self) -> Language:
        """The language of answers to people."""
        return self.settings.language

    @property
    def words(self) -> Translator:
        """The words of that language."""
        return Translator(self.language)

    def open(self, *, repeats: bool = False, asks: bool = False, admits: bool = True) -> "System":
        """Open the system; the caller closes it. A command that only `asks` notifies if rows are behind the log.

        Refused if the clock was set before the last recorded event; in a live store `clock-fixed` or `actor-fixed` if
        time or actor was given, `clock-ahead` if this machine's clock is wrong. Commands that may be given a command
        again (`repeats`) check the clock later: a known command id has its first answer whatever the clock says. In a
        live store who signed in is checked, too, unless the command does so itself (`admits`).
        """
        system: System = load("infra.wiring:open_system")(self.settings)
        try:
            system.require_own_time(names_actor=self.names_actor)
            if admits:
                self.admit(system)
            if not repeats:
                system.check_clock(system.now())
            if asks and not system.rows_are_current():
                lag = system.rows_lag()
                if lag.behind:
                    self.notify(self.words.say("rows-behind", asdict(lag)))
        except BaseException:
            system.close()
            raise
        return system

    def admit(self, system: "System") -> None:
        """Check in a live store who signed in. Refused `not-signed-in`, or as the gate does."""
        if self.call is not None and system.lives == "live":
            admit: Callable[..., Admission | None] = load("infra.cli.access.admission:admit")
            self.call.admission = admit(system, self.call.does, self.call.arguments)
            self.call.system = system

    @property
    def gate(self) -> "Gate | None":
        """What who signed in may do and see; None where nobody needs to sign in."""
        return None if self.call is None or self.call.admission is None else self.call.admission.gate()

    @property
    def actor(self) -> str:
        """Who signed in; `cli` where nobody needs to."""
        return "cli" if self.call is None or self.call.admission is None else self.call.admission.actor

    def ask(self, system: "System", question: object, *, file: str | None = None) -> "Answer":
        """Return the answer to a question, in a live store as who signed in may see it."""
        if self.call is None or self.call.admission is None:
            answered: Answer = load("projections.registry:answer")(question, system.rows)
            return answered
        return self.call.admission.ask(question, file)

    def visible(self, result: Result) -> Result:
        """Return what of a result who signed in may see."""
        if self.call is None or self.call.admission is None:
            return result
        return self.call.admission.visible(result)

    @contextmanager
    def working(self, key: str) -> Iterator[Callable[[int, int], None]]:
        """Show the progress of one work, named by a key of the catalogue; its length may be unknown at first."""
        with self.steps() as on_progress:
            on_progress(key, 0, None)
            yield lambda done, total: on_progress(key, done, total)
