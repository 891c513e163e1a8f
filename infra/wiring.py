"""The composition root: settings in, a system out. Nothing else puts stores, rows and rules together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain.decider import Refused
from infra.commands import Answer, Asked, execute, execute_all
from infra.embedded import Runner
from infra.read_model import SqliteRows
from infra.settings import Settings
from infra.store.sqlite import SqliteStore
from infra.store.team_days import Pace
from infra.work import Work

PACE = Pace(debounce=timedelta(seconds=0.3), longest_wait=timedelta(seconds=2))
"""A touched day is planned after a pause this long, and never waits longer than that."""


class System:
    """The embedded Jiayi: events, rows and the work in progress, each in one file of the data folder."""

    def __init__(self, settings: Settings) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.store = SqliteStore(settings.data / "events.db", PACE)
        self.rows = SqliteRows(settings.data / "rows.db")
        self.work = Work(settings.data / "work.db")
        self.runner = Runner(self.store, self.rows, self.work, region=settings.region)

    def now(self) -> datetime:
        """Return the moment at which commands are given: the setting, else the machine's clock, in UTC."""
        return self.settings.now or datetime.now(UTC)

    def execute(self, command: object, *, actor: str, command_id: str | None = None) -> Answer:
        """Run one command, then let rows and reactions follow. Raises Refused."""
        now = self.now()
        self.check_clock(now)
        asked = Asked(command=command, command_id=command_id, actor=actor, now=now)
        answer = execute(self.store, asked, region=self.settings.region)
        self.runner.follow(now)
        return answer

    def execute_all(self, asked: Sequence[Asked], *, keep_good: bool = True) -> list[Answer | Refused]:
        """Run many commands in one commit, then let rows and reactions follow; one verdict for each."""
        verdicts = execute_all(self.store, asked, region=self.settings.region, keep_good=keep_good)
        self.runner.follow(max((each.now for each in asked), default=self.now()))
        return verdicts

    def check_clock(self, now: datetime) -> None:
        """Refuse a clock that was set before the last recorded event."""
        last = self.store.last_recorded_at()
        if self.settings.now is not None and last is not None and now < last:
            raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())

    def close(self) -> None:
        """Close every file."""
        self.work.close()
        self.rows.close()
        self.store.close()

    def __enter__(self) -> "System":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


def open_system(settings: Settings) -> System:
    """Open the system that the settings name; its files are made if they are not there."""
    return System(settings)
