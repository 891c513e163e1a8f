"""Composition root: settings in, a system out. Only this module puts stores, rows and rules together."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self

from domain.decider import Refused
from infra.command_handler import Answer, CommandRequest, execute, execute_all
from infra.database.postgres import ConnectionPool, make_tables
from infra.database.tables import PARTS, SCHEMA
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed.clock import Clock, OwnClock, SharedClock
from infra.distributed.dead_letters import PostgresDeadLetters
from infra.embedded.dead_letters import SqliteDeadLetters
from infra.embedded.progress import ReactorProgress
from infra.embedded.runner import Runner
from infra.rows.catch_up import fill
from infra.rows.model import Progress, ReadModel
from infra.rows.rebuild import Difference, check, rebuild
from infra.rows.sqlite import SqliteRows
from infra.settings import Settings
from infra.store.factory import open_log
from infra.store.store import EventStore
from infra.store.team_days import DebouncePolicy
from infra.travel.sources import open_travel
from schedulers.problem import Budget
from schedulers.travel.times import Travel
from streams.dead_letters import DeadLetters

if TYPE_CHECKING:
    from infra.monitoring.health import Status
    from infra.rows.postgres import PostgresRows

DEBOUNCE = DebouncePolicy(debounce=timedelta(seconds=0.3), longest_wait=timedelta(seconds=2))
"""A touched day is planned after a pause this long, and never waits longer than that."""

READ_YOUR_WRITES_SECONDS = 5.0
"""A question waits this long for the rows of what is already recorded."""


class Follower(Protocol):
    """Lets rows, reactions and timers follow the events, or waits until other processes have done so."""

    def follow(self, now: datetime) -> None:
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        ...

    def settle(self, now: datetime) -> None:
        """Follow, and have every timer fired that is due up to `now`."""
        ...


class System(ABC):
    """Jiayi as one process sees it, through ports: events, rows, their follower, the clock, the dead letters."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: EventStore,
        rows: ReadModel,
        follower: Follower,
        clock: Clock,
        dead_letters: DeadLetters,
    ) -> None:
        self.settings = settings
        self.store = store
        self.rows = rows
        self.follower = follower
        self.clock = clock
        self.dead_letters = dead_letters

    def with_follower(self, follower: Follower) -> "System":
        """Return the same system with another follower; it is closed with this one."""
        other = copy(self)
        other.follower = follower
        return other

    @cached_property
    def travel(self) -> Travel:
        """The source of travel times. Refused if the setting's file, network or extra is not there."""
        return open_travel(self.settings)

    def now(self) -> datetime:
        """Return the moment at which commands run, in UTC."""
        return self.clock.read().now

    def execute(self, command: object, *, actor: str, command_id: str | None = None) -> Answer:
        """Run one command, then let rows and reactions follow. Raises Refused."""
        now = self.now()
        self.check_clock(now)
        request = CommandRequest(command=command, command_id=command_id, actor=actor, now=now)
        answer = execute(self.store, request, region=self.settings.packs)
        self.follow_command(now)
        return answer

    def execute_all(self, requests: Sequence[CommandRequest], *, keep_good: bool = True) -> list[Answer | Refused]:
        """Run many commands in one commit, then let rows and reactions follow; one verdict for each."""
        verdicts = execute_all(self.store, requests, region=self.settings.packs, keep_good=keep_good)
        self.follow_command(max((each.now for each in requests), default=self.now()))
        return verdicts

    def follow_command(self, now: datetime) -> None:
        """Let rows and reactions follow before a command is answered."""
        self.follower.follow(now)

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now`."""
        self.follower.settle(now)

    def rows_are_current(self) -> bool:
        """Wait a little until the rows hold all that is recorded by now; False if they do not yet."""
        return True

    def plan_elsewhere(self, now: datetime, budget: Budget) -> bool:  # noqa: ARG002 -- the arguments are for planners
        """Have all touched days planned by planners elsewhere; False if there are none, so the caller plans."""
        return False

    @abstractmethod
    def shared_clock(self) -> Clock:
        """Return the clock of all processes, whatever time this one has."""

    @abstractmethod
    def status(self, older_than: float) -> "Status":
        """Return the health of the system; what has waited for longer than so many seconds is looked at twice."""

    @abstractmethod
    def rebuild_rows(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows of one projection, or of all, from the store; return the position they are at."""

    @abstractmethod
    def check_rows(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows of one projection, or of all, differ from rows rebuilt from the store."""

    @abstractmethod
    def rebuild_from_topic(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows from Kafka's topic; return the position they are at. TopicError; Refused without Kafka."""

    @abstractmethod
    def check_against_topic(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows differ from rows rebuilt from Kafka's topic. TopicError; Refused without Kafka."""

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

    rows: SqliteRows

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        store = open_log("infra.store.sqlite", {"SQLITE_DBNAME": str(settings.data / "events.db")}, DEBOUNCE)
        rows = SqliteRows(settings.data / "rows.db")
        self.reactor_progress = ReactorProgress(settings.data / "work.db")
        super().__init__(
            settings,
            store=store,
            rows=rows,
            follower=Runner(store, rows, self.reactor_progress, region=settings.packs),
            clock=OwnClock(settings.now),
            dead_letters=SqliteDeadLetters(rows, self.reactor_progress, store, region=settings.packs),
        )

    def shared_clock(self) -> Clock:
        """Return the clock of this process: there are no others."""
        return self.clock

    def status(self, older_than: float) -> "Status":  # noqa: ARG002 -- one look is enough: nobody else works
        """Return the health of the system."""
        from infra.monitoring.collect import collect_embedded_status  # noqa: PLC0415 -- loaded when it is asked

        return collect_embedded_status(self.now(), self.store, self.rows, self.reactor_progress, self.dead_letters)

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


class Distributed(System):
    """Events and rows in PostgreSQL; relay, projectors, reactor, timers and planner are other processes.

    A command is answered when it is recorded; a question waits a little for the rows. Refused `streams-stand-still`
    where everything must have followed and nothing moves.
    """

    follower: ProgressWaiter
    rows: "PostgresRows"
    dead_letters: PostgresDeadLetters

    def __init__(self, settings: Settings) -> None:
        from infra.rows.postgres import PostgresRows  # noqa: PLC0415 -- loaded where there is such a database

        database_url, _ = settings.addresses()
        store = open_postgres_log(database_url)
        rows = PostgresRows(database_url, partitions=settings.partitions)
        self.connections = ConnectionPool(database_url, SCHEMA)
        with self.connections.cursor() as cursor:
            make_tables(cursor, SCHEMA, PARTS)
        super().__init__(
            settings,
            store=store,
            rows=rows,
            follower=ProgressWaiter(self.connections),
            clock=SharedClock(self.connections, settings.now),
            dead_letters=PostgresDeadLetters(database_url, store, rows.projections, region=settings.packs),
        )

    def shared_clock(self) -> Clock:
        """Return the clock of all processes, whatever time this one has."""
        return SharedClock(self.connections)

    def follow_command(self, now: datetime) -> None:
        """Do nothing: a command is answered at once, and callers that need what follows wait for it."""

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now` where the clock of all can be set to it."""
        if self.advance_shared_clock(now) or self.settings.now is None:
            self.follower.settle(now)
        else:
            self.follower.follow(now)  # others have another time: what is due there is theirs

    def advance_shared_clock(self, now: datetime) -> bool:
        """Advance the shared clock to `now` where it is set by hand; False if it is the machine's."""
        shared = self.shared_clock().read()
        if shared.moved and now > shared.now:
            self.clock.set(now)
        return shared.moved

    def plan_elsewhere(self, now: datetime, budget: Budget) -> bool:
        """Have all touched days planned by the planners, with this budget, at the moment `now`."""
        self.clock.set(now, budget)
        self.follower.rest(now)
        self.clock.set(now)
        return True

    def rows_are_current(self) -> bool:
        """Wait a little until the rows hold all that is recorded by now; False if they do not yet."""
        return self.follower.reach(self.store.last_position(), patience=READ_YOUR_WRITES_SECONDS)

    def status(self, older_than: float) -> "Status":
        """Return the health of the system; what has waited for longer than so many seconds is looked at twice."""
        from infra.monitoring.collect import collect_distributed_status  # noqa: PLC0415 -- loaded when it is asked

        return collect_distributed_status(self.connections, self.settings, older_than)

    def rebuild_rows(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows of one projection, or of all, from the store; return the position they are at."""
        from infra.rows.rebuild_postgres import fill as fill_shadow  # noqa: PLC0415 -- loaded when it is asked

        return rebuild(self.store, self.rows, fill_shadow, name, progress)

    def check_rows(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows of one projection, or of all, differ from rows rebuilt from the store."""
        from infra.rows.rebuild_postgres import fill as fill_shadow  # noqa: PLC0415 -- loaded when it is asked

        return check(self.store, self.rows, fill_shadow, name, progress)

    def rebuild_from_topic(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows from Kafka's topic; return the position they are at. TopicError."""
        from infra.distributed.topic import topic_of  # noqa: PLC0415 -- Kafka's client is loaded here
        from infra.rows.rebuild_from_topic import rebuild_from_kafka  # noqa: PLC0415 -- likewise

        _, servers = self.settings.addresses()
        topic = topic_of(self.settings)
        return rebuild_from_kafka(self.rows, bootstrap_servers=servers, topic=topic, name=name, progress=progress)

    def check_against_topic(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows differ from rows rebuilt from Kafka's topic. TopicError."""
        from infra.distributed.topic import topic_of  # noqa: PLC0415 -- Kafka's client is loaded here
        from infra.rows.rebuild_from_topic import check_against_kafka  # noqa: PLC0415 -- likewise

        _, servers = self.settings.addresses()
        topic = topic_of(self.settings)
        return check_against_kafka(self.rows, bootstrap_servers=servers, topic=topic, name=name, progress=progress)

    def close(self) -> None:
        """Close every connection."""
        self.dead_letters.close()
        self.connections.close()
        super().close()


def open_postgres_log(database_url: str) -> EventStore:
    """Open the events in PostgreSQL; StoreError if the database is away or not ours."""
    return open_log("infra.store.postgres", {"DATABASE_URL": database_url}, DEBOUNCE)


def open_system(settings: Settings) -> System:
    """Open the system that the settings name, making what is missing. Refused `settings-half-distributed`."""
    return Distributed(settings) if settings.distributed else Embedded(settings)
