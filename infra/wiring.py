"""Composition root: settings in, a system out. PostgreSQL's driver is loaded for the distributed system only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.clock import Clock, FileClock
from infra.embedded.dead_letters import SqliteDeadLetters
from infra.embedded.runner import ReactorProgress, Runner
from infra.older_stores import claim_what_is_open
from infra.rehearsal import rehearsing
from infra.rows.model import Progress, fill
from infra.rows.rebuild import Difference, check, rebuild
from infra.rows.sqlite import SqliteRows
from infra.settings import Settings
from infra.store.factory import open_log
from infra.system import DEBOUNCE, System

if TYPE_CHECKING:
    from infra.monitoring.health import Status


class Embedded(System):
    """Events, rows and the work in progress, each in one file of the data folder; all is done in this process."""

    rows: SqliteRows

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        store = open_log("infra.store.sqlite", {"SQLITE_DBNAME": str(settings.data / "events.db")}, DEBOUNCE)
        claim_what_is_open(store)
        rows = SqliteRows(settings.data / "rows.db")
        self.reactor_progress = ReactorProgress(settings.data / "work.db")
        super().__init__(
            settings,
            store=store,
            rows=rows,
            follower=Runner(store, rows, self.reactor_progress, region=settings.packs),
            clock=FileClock(store, settings.now),
            dead_letters=SqliteDeadLetters(rows, self.reactor_progress, store, region=settings.packs),
        )

    @contextmanager
    def rehearsal(self) -> Iterator[System]:
        """Open the system of a dry run, in which the timers that are due fire, too."""
        self.follower.follow(self.now())
        with rehearsing(self.rows) as rows:
            yield self.rehearsed(rows, fires=True)

    def shared_clock(self) -> Clock:
        """Return the clock of this process: there are no others."""
        return self.clock

    def status(self, older_than: float) -> "Status":  # noqa: ARG002 -- one look is enough: nobody else works
        """Return the health of the system."""
        from infra.monitoring.collect import collect_embedded_status  # noqa: PLC0415 -- loaded when it is asked

        return collect_embedded_status(
            self.clock.read(), self.store, self.rows, self.reactor_progress, self.dead_letters
        )

    def rebuild_rows(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows of one projection, or of all, from the store; return the position they are at."""
        return rebuild(self.store, self.rows, fill, name, progress)

    def check_rows(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows of one projection, or of all, differ from rows rebuilt from the store."""
        return check(self.store, self.rows, fill, name, progress)

    def rebuild_from_topic(self, name: str | None = None, progress: Progress | None = None) -> int:  # noqa: ARG002
        """Refuse `settings-not-distributed`: there is no topic."""
        self.settings.addresses()
        raise AssertionError

    def check_against_topic(
        self,
        name: str | None = None,  # noqa: ARG002 -- there is no topic
        progress: Progress | None = None,  # noqa: ARG002 -- likewise
    ) -> list[Difference]:
        """Refuse `settings-not-distributed`: there is no topic."""
        self.settings.addresses()
        raise AssertionError

    def close(self) -> None:
        """Close every file."""
        self.reactor_progress.close()
        super().close()


def open_system(settings: Settings) -> System:
    """Open the system that the settings name, making what is missing. Refused `settings-half-distributed`."""
    if not settings.distributed:
        return Embedded(settings)
    from infra.distributed_system import Distributed  # noqa: PLC0415 -- PostgreSQL's driver is loaded here

    return Distributed(settings)
