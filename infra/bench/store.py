"""The store beside its limits: the same bytes, the same rows per commit, the same durability, in one run.

`python -m infra.bench.store`. The limit of writing is `executemany` of finished rows on the same layout; the limit of
replaying is fetching the rows. The library is measured as it comes, with its own aggregate of the same fields.
Workload: a resident is registered and tagged twice, three commands with ids, one event each. Times are wall-clock
seconds; each figure is the median of several rounds, taken in turn so that a slow moment of the disk meets all.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from rich.console import Console
from rich.table import Table

from domain.institution import OpenInstitution
from domain.resident import Personal, RegisterResident, TagKeyGroup
from infra.bench import store_postgres
from infra.commands import Answer, Asked, execute, execute_all
from infra.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
REGION = "shenzhen"
INSERT_EVENT = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)"
INSERT_COMMAND = "INSERT INTO commands VALUES (?, ?, ?)"

Rows = list[tuple[Any, ...]]
About = dict[str, str]


OPENING = Asked(
    OpenInstitution(
        institution_id="i1", name="东门社康", kind="community-health", sector="public", tier=1, district="罗湖"
    ),
    None,
    "desk-1",
    NOW,
)


class Figure(NamedTuple):
    """One line of the table: a rate beside the rate it cannot pass or means to beat."""

    name: str
    rate: float
    limit_name: str
    limit: float
    goal: float | None


def commands_of(first: int, residents: int) -> list[Asked]:
    """Return three commands for each of so many residents, counted from `first`."""
    batch: list[Asked] = []
    for n in range(first, first + residents):
        resident = f"r{n:07d}"
        personal = Personal(
            name="陈秀英",
            phone="13800138000",
            identity_number=f"44030019550101{n % 10000:04d}",
            address="深圳市罗湖区东门街道 12 号 3 栋 502",
            born_on=date(1955, 1, 1),
            home_x=1250,
            home_y=-830,
        )
        wanted = (
            RegisterResident(
                resident_id=resident,
                institution_id="i1",
                evidence="household-registration",
                resident_since=date(2001, 5, 1),
                personal=personal,
            ),
            TagKeyGroup(resident_id=resident, group="elder", since=date(2020, 1, 1)),
            TagKeyGroup(resident_id=resident, group="hypertension", since=date(2021, 6, 1)),
        )
        batch += [Asked(command, f"{resident}-{i}", "desk-1", NOW, "import-1") for i, command in enumerate(wanted)]
    return batch


class Rival(Aggregate):
    """The same resident as the library would have it; what we keep beside a fact is a part of its event there."""

    @event("Registered")
    def __init__(self, resident_id: str, papers: dict[str, str], personal: dict[str, str], about: About) -> None:
        self.resident_id = resident_id
        self.papers = papers
        self.personal = personal
        self.about = about
        self.groups: list[str] = []

    @event("Tagged")
    def tag(self, resident_id: str, group: str, since: str, about: About) -> None:
        """Add a key group."""
        self.resident_id = resident_id
        self.groups.append(group)
        self.tagged_since = since
        self.about = about


PAPERS = {"institution_id": "i1", "evidence": "household-registration", "since": "2001-05-01", "homebound": "no"}


@dataclass
class Bench:
    """The three contestants' files and the rows that they share."""

    ours: SqliteStore
    batched: SqliteStore
    raw: sqlite3.Connection
    library: Application[Any]
    next_resident: int = 0

    @classmethod
    def in_folder(cls, folder: Path) -> "Bench":
        """Open everything; the raw file has our layout and our durability."""
        SqliteStore(folder / "raw.db").close()
        raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
        raw.execute("PRAGMA synchronous=FULL")
        environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "library.db")}
        stores = SqliteStore(folder / "ours.db"), SqliteStore(folder / "batched.db")
        for store in stores:
            execute(store, OPENING, region=REGION)
        return cls(*stores, raw, Application(env=environment))

    def close(self) -> None:
        """Close every file."""
        self.ours.close()
        self.batched.close()
        self.raw.close()
        self.library.factory.close()

    def single(self, residents: int) -> tuple[float, float, float]:
        """Return commands/s with one commit each: ours end to end, the raw insert of the same rows, the library."""
        batch = commands_of(self.next_resident, residents)
        self.next_resident += residents
        ours, answers = _timed(lambda: [execute(self.ours, each, region=REGION) for each in batch])
        rows = _rows_of(self.ours, batch, answers)
        raw, _ = _timed(lambda: self._insert_singly(rows))
        library, _ = _timed(lambda: self._library(batch))
        return len(batch) / ours, len(batch) / raw, len(batch) / library

    def together(self, residents: int) -> tuple[float, float]:
        """Return commands/s with one commit for all: ours end to end, the raw insert of the same rows."""
        batch = commands_of(self.next_resident, residents)
        self.next_resident += residents
        ours, answers = _timed(lambda: execute_all(self.batched, batch, region=REGION))
        rows = _rows_of(self.batched, batch, [answer for answer in answers if isinstance(answer, Answer)])
        offset = 10_000_000 + self.next_resident * 3  # ids that the raw file has not met
        events = [(offset + event[0], *event[1:]) for event, _ in rows]
        raw, _ = _timed(lambda: self._insert(events, [command for _, command in rows]))
        return len(batch) / ours, len(batch) / raw

    def replay(self) -> tuple[float, float, float]:
        """Return events/s from first to last: ours into objects, the raw SELECT, the library's mapper."""
        total = self.batched.last_position()
        ours, _ = _timed(lambda: _drain(lambda at: [e.position for e in self.batched.after(at, 4000) if e.event]))
        select = "SELECT * FROM stored_events WHERE notification_id > ? ORDER BY notification_id LIMIT 4000"
        file = self.batched._file  # noqa: SLF001 -- the limit is measured on the same pages

        def rows(at: int) -> list[int]:
            with file.reading() as cursor:
                found = cursor.execute(select, (at,)).fetchall()
            return [found[-1][0]] if found else []

        raw, _ = _timed(lambda: _drain(rows))
        recorder, mapper = self.library.recorder, self.library.mapper

        def mapped(at: int) -> list[int]:
            found = recorder.select_notifications(at + 1, 4000)
            return [each.id for each in found if mapper.to_domain_event(each) is not None]

        library, _ = _timed(lambda: _drain(mapped))
        return total / ours, total / raw, (recorder.max_notification_id() or 0) / library

    def _insert_singly(self, rows: list[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> None:
        for event_row, command_row in rows:
            self._insert([event_row], [command_row])

    def _insert(self, events: Rows, commands: Rows) -> None:
        self.raw.execute("BEGIN IMMEDIATE")
        self.raw.executemany(INSERT_EVENT, events)
        self.raw.executemany(INSERT_COMMAND, commands)
        self.raw.execute("COMMIT")

    def _library(self, batch: list[Asked]) -> None:
        save_with_library(self.library, batch)


def save_with_library(library: Application[Any], batch: Iterable[Asked]) -> None:
    """Give residents' commands to the library: its aggregate, one save each."""
    for asked in batch:
        about = {"actor": asked.actor, "command_id": asked.command_id or "", "correlation_id": "import-1"}
        about["recorded_at"], about["pack"] = NOW.isoformat(), "SZ-2018"
        match asked.command:
            case RegisterResident() as command:
                personal = {f.name: str(getattr(command.personal, f.name)) for f in fields(command.personal)}
                rival = Rival(command.resident_id, PAPERS, personal, about)
                identity = rival.id
            case TagKeyGroup() as command:
                rival = library.repository.get(identity)
                rival.tag(command.resident_id, command.group, command.since.isoformat(), about)
        library.save(rival)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _drain(page: Callable[[int], list[int]]) -> None:
    position = 0
    while found := page(position):
        position = found[-1]


def _rows_of(
    store: SqliteStore, batch: Iterable[Asked], answers: Iterable[Answer]
) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return what was stored for each command: its event's row and its answer's row."""
    with store._file.reading() as cursor:  # noqa: SLF001 -- rows as they are, to be written again
        return [
            (
                cursor.execute("SELECT * FROM stored_events WHERE notification_id = ?", (answer.position,)).fetchone(),
                cursor.execute("SELECT * FROM commands WHERE command_id = ?", (asked.command_id,)).fetchone(),
            )
            for asked, answer in zip(batch, answers, strict=True)
        ]


def measure(folder: Path, rounds: int, residents: int) -> list[Figure]:
    """Run every contest `rounds` times in turn and return the medians."""
    bench = Bench.in_folder(folder)
    try:
        singles = [bench.single(10) for _ in range(rounds * 10)]  # short turns: the disk's mood changes within seconds
        batches = [bench.together(residents) for _ in range(rounds)]
        replays = [bench.replay() for _ in range(rounds * 3)]
    finally:
        bench.close()
    ours, raw, library = (median(column) for column in zip(*singles, strict=True))
    many, raw_many = (median(column) for column in zip(*batches, strict=True))
    read, raw_read, library_read = (median(column) for column in zip(*replays, strict=True))
    return [
        Figure("one command a commit, end to end", ours, "raw executemany", raw, 0.70),
        Figure("one command a commit, end to end", ours, "library default", library, None),
        Figure(f"{residents * 3:,} commands a commit, end to end", many, "raw executemany", raw_many, None),
        Figure("replay into objects", read, "raw SELECT", raw_read, 0.35),
        Figure("replay into objects", read, "library mapper", library_read, 5.0),
    ]


def measure_postgres(url: str, rounds: int) -> list[Figure]:
    """Run the contests in PostgreSQL and return the medians."""
    count = 0

    def more(residents: int) -> list[Asked]:
        nonlocal count
        count += residents
        return commands_of(count - residents, residents)

    found = store_postgres.measure(url, rounds, REGION, OPENING, more, save_with_library)
    flight = f"PostgreSQL: {store_postgres.IN_FLIGHT} commands in flight"
    return [
        Figure("PostgreSQL: one command a commit, end to end", found["one"][0], "plain insert", found["one"][1], 0.60),
        Figure(flight, found["in flight"][0], "library default", found["in flight"][1], 8.0),
    ]


@click.command()
@click.option("--database-url", envvar="DATABASE_URL", help="PostgreSQL server to measure too.")
@click.option("--rounds", default=7, show_default=True, help="Rounds, of which the median is told.")
@click.option("--residents", default=1000, show_default=True, help="Residents in a batch, three commands each.")
def main(database_url: str | None, rounds: int, residents: int) -> None:
    """Measure the event store and print each figure beside its limit."""
    with TemporaryDirectory() as folder:
        figures = measure(Path(folder), rounds, residents)
    if database_url:
        figures += measure_postgres(database_url, rounds)
    table = Table("figure", "per second", "beside", "per second", "ratio", "goal")
    for figure in figures:
        ratio = figure.rate / figure.limit
        goal = "" if figure.goal is None else f">= {figure.goal:g} {'met' if ratio >= figure.goal else 'MISSED'}"
        table.add_row(
            figure.name, f"{figure.rate:,.0f}", figure.limit_name, f"{figure.limit:,.0f}", f"{ratio:.2f}", goal
        )
    Console().print(table)


if __name__ == "__main__":
    main()
