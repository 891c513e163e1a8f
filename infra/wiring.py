"""The composition root: settings in, a system out. Nothing else puts stores, rows and rules together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol, Self

from domain.decider import Refused
from infra.command_handler import Answer, CommandRequest, execute, execute_all
from infra.database.postgres import ConnectionPool, make_tables
from infra.database.tables import PARTS
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed.clock import Clock, OwnClock, SharedClock
from infra.embedded.progress import ReactorProgress
from infra.embedded.runner import Runner
from infra.rows.model import ReadModel
from infra.rows.sqlite import SqliteRows
from infra.settings import Settings
from infra.store.factory import open_log
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from infra.travel.sources import open_travel
from schedulers.problem import Budget
from schedulers.travel.times import Travel

DEBOUNCE = DebouncePolicy(debounce=timedelta(seconds=0.3), longest_wait=timedelta(seconds=2))
"""A touched day is planned after a pause this long, and never waits longer than that."""

SCHEMA = "jiayi"

READ_YOUR_WRITES_SECONDS = 5.0
"""A question waits this long for the rows of what is already recorded."""


class Follower(Protocol):
    """Lets rows, reactions and timers follow the events, or waits until others have let them."""

    def follow(self, now: datetime) -> None:
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        ...

    def settle(self, now: datetime) -> None:
        """Follow, and have every timer fired that is due up to `now`."""
        ...


class System:
    """Jiayi as one process sees it: the events, the rows, and whoever lets the rows follow the events."""

    def __init__(self, settings: Settings, store: EventStore, rows: ReadModel, runner: Follower, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.rows = rows
        self.runner = runner
        self.clock = clock

    @cached_property
    def travel(self) -> Travel:
        """Where times on the way are from. Refused if the setting's file, network or extra is not there."""
        return open_travel(self.settings)

    def now(self) -> datetime:
        """Return the moment at which commands are given, in UTC."""
        return self.clock.read().now

    def execute(self, command: object, *, actor: str, command_id: str | None = None) -> Answer:
        """Run one command, then let rows and reactions follow. Raises Refused."""
        now = self.now()
        self.check_clock(now)
        asked = CommandRequest(command=command, command_id=command_id, actor=actor, now=now)
        answer = execute(self.store, asked, region=self.settings.packs)
        self.followed(now)
        return answer

    def execute_all(self, asked: Sequence[CommandRequest], *, keep_good: bool = True) -> list[Answer | Refused]:
        """Run many commands in one commit, then let rows and reactions follow; one verdict for each."""
        verdicts = execute_all(self.store, asked, region=self.settings.packs, keep_good=keep_good)
        self.followed(max((each.now for each in asked), default=self.now()))
        return verdicts

    def followed(self, now: datetime) -> None:
        """Let rows and reactions follow before a command is answered."""
        self.runner.follow(now)

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now`."""
        self.runner.settle(now)

    def current(self) -> bool:
        """Wait a little until the rows tell all that is recorded by now; False if they do not yet."""
        return True

    def others_plan(self, now: datetime, budget: Budget) -> bool:  # noqa: ARG002 -- whoever has planners uses them
        """Have all touched days planned by planners elsewhere; False if there are none: the asker plans himself."""
        return False

    def check_clock(self, now: datetime) -> None:
        """Refuse a clock that was set before the last recorded event."""
        last = self.store.last_recorded_at()
        if self.settings.now is not None and last is not None and now < last:
            raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())

    def close(self) -> None:
        """Close every file or connection."""
        self.rows.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class Embedded(System):
    """Events, rows and the work in progress, each in one file of the data folder; all is done in this process."""

    runner: Runner

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        store = open_log("infra.store.sqlite", {"SQLITE_DBNAME": str(settings.data / "events.db")}, DEBOUNCE)
        rows = SqliteRows(settings.data / "rows.db")
        self.work = ReactorProgress(settings.data / "work.db")
        runner = Runner(store, rows, self.work, region=settings.packs)
        super().__init__(settings, store, rows, runner, OwnClock(settings.now))

    def close(self) -> None:
        """Close every file."""
        self.work.close()
        super().close()


class Distributed(System):
    """Events and rows in PostgreSQL; relay, projectors, reactor, timers and planner are other processes.

    A command is answered when it is recorded; a question waits a little for the rows. Refused `streams-stand-still`
    where everything must have followed and nothing moves.
    """

    runner: ProgressWaiter

    def __init__(self, settings: Settings) -> None:
        from infra.rows.postgres import PostgresRows  # noqa: PLC0415 -- loaded where there is such a database

        database_url, _ = settings.addresses()
        store = open_postgres_log(database_url)
        rows = PostgresRows(database_url, partitions=settings.partitions)
        self.connections = ConnectionPool(database_url, SCHEMA)
        with self.connections.cursor() as cursor:
            make_tables(cursor, SCHEMA, PARTS)
        super().__init__(
            settings, store, rows, ProgressWaiter(self.connections), SharedClock(self.connections, settings.now)
        )

    def followed(self, now: datetime) -> None:
        """A command is answered at once: who needs what follows waits for it."""

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now` where the clock of all can be set to it."""
        if self.moved_clock(now) or self.settings.now is None:
            self.runner.settle(now)
        else:
            self.runner.follow(now)  # others have another time: what is due there is theirs

    def moved_clock(self, now: datetime) -> bool:
        """Bring a clock that somebody moves up to `now`; False if it is the machine's."""
        shared = SharedClock(self.connections).read()
        if shared.moved and now > shared.now:
            self.clock.set(now)
        return shared.moved

    def others_plan(self, now: datetime, budget: Budget) -> bool:
        """Have all touched days planned by the planners, with this budget, at the moment `now`."""
        self.clock.set(now, budget)
        self.runner.rest(now)
        self.clock.set(now)
        return True

    def current(self) -> bool:
        """Wait a little until the rows tell all that is recorded by now; False if they do not yet."""
        return self.runner.reach(self.store.last_position(), patience=READ_YOUR_WRITES_SECONDS)

    def close(self) -> None:
        """Close every connection."""
        self.connections.close()
        super().close()


def open_postgres_log(database_url: str) -> EventStore:
    """Open the events in PostgreSQL; StoreError if the database is away or not ours."""
    return open_log("infra.store.postgres", {"DATABASE_URL": database_url}, DEBOUNCE)


def open_system(settings: Settings) -> System:
    """Open the system that the settings name; what is not there yet is made. Refused `settings-half-distributed`."""
    return Distributed(settings) if settings.distributed else Embedded(settings)
