"""What time a store lives in, in a file and in PostgreSQL: its first command decides.

A live store trusts no clock but its database's: one wrong clock neither stops a city for two years nor forges a date.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.decider import Refused
from domain.institution import OpenInstitution
from domain.local_time import at_local
from infra.clock import LONGEST_SILENCE, Clock, FileClock
from infra.command_handler import CommandRequest, execute
from infra.distributed.clock import SharedClock
from infra.distributed.timers import Timers
from infra.distributed_system import Distributed
from infra.processes.embedded import run
from infra.processes.planner import Planner
from infra.settings import Settings
from infra.store.transaction import Transaction
from infra.system import System
from infra.wiring import Embedded
from tests.infra.store import cluster
from tests.leader.worlds import in_this_process
from tests.small_town import MONDAY, SEVEN, centre, run_commands, signed

NOBODY = "127.0.0.1:1"
DAY, YEARS = timedelta(days=1), timedelta(days=730)

Opens = Callable[..., System]


def real() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def tables() -> Iterator[str]:
    name = f"time_{uuid4().hex}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    url = make_conninfo(cluster.url(), dbname=name)
    Distributed(Settings(database_url=url, bootstrap_servers=NOBODY)).close()
    yield url
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def database(tables: str) -> str:
    """Return the address of an empty store."""
    with psycopg.connect(tables) as connection:
        connection.execute("set search_path to jiayi")
        connection.execute("truncate stored_events, commands, claims, team_days, clock")
        connection.execute("update tip set commits = 0, last_id = 0, recorded_at = null")
        connection.execute("drop table if exists store_time")
    return tables


@pytest.fixture(params=["embedded", "distributed"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Opens:
    """Open the same store again and again, with a clock that is set or without."""
    if request.param == "embedded":
        return lambda now=None: Embedded(Settings(data=tmp_path, now=now))
    url = request.getfixturevalue("database")
    return lambda now=None: Distributed(Settings(database_url=url, bootstrap_servers=NOBODY, now=now))


def request_of(number: int, now: datetime) -> CommandRequest:
    command = OpenInstitution(
        institution_id=f"i{number}", name="社康", kind="community-health", sector="public", tier=1, district="Futian"
    )
    return CommandRequest(command=command, command_id=None, actor="test", now=now)


def give(system: System, number: int = 1) -> datetime:
    """Open an institution, and return when that was recorded."""
    system.execute(request_of(number, SEVEN).command, actor="test")
    return system.store.read(f"institution-i{number}")[0].metadata.recorded_at


def broken_off(transaction: Transaction) -> None:
    metadata = b'{"actor":"","recorded_at":"2026-03-02T00:00:00Z"}'
    transaction.insert("x-1", 1, "x", b"{}", metadata)
    transaction.flush()
    raise ZeroDivisionError


def go_live(system: System) -> None:
    system.store.go_live(system.clock.real(), clocks=isinstance(system, Distributed))


def clock_of(system: System, ahead: timedelta) -> Clock:
    """Return the clock of a process on a machine whose own clock is ahead."""
    if isinstance(system, Distributed):
        return SharedClock(system.connections, machine=lambda: real() + ahead)
    return FileClock(system.store, machine=lambda: real() + ahead)


def test_the_first_command_decides_whether_a_store_is_simulated_or_live(opens: Opens) -> None:
    with opens() as system:
        assert (system.store.lives(), system.lives) == (None, "live")
    with opens(SEVEN) as system:
        assert (system.store.lives(), system.lives) == (None, "simulated")
        assert give(system) == SEVEN
    with opens() as system:
        assert give(system, 2) > SEVEN
        assert (system.store.lives(), system.lives) == ("simulated", "simulated")


def test_without_a_clock_that_was_set_the_first_command_makes_a_live_store(opens: Opens) -> None:
    with opens() as system:
        assert abs(give(system) - real()) < timedelta(seconds=10)
    with opens(SEVEN) as system:
        assert (system.store.lives(), system.lives) == ("live", "live")


def test_a_clock_that_is_set_before_the_first_command_makes_a_simulated_store(opens: Opens) -> None:
    with opens() as system:
        system.clock.set(SEVEN)
        give(system)
        assert system.store.lives() == "simulated"


def test_a_first_commit_that_is_undone_decides_nothing(opens: Opens) -> None:
    with opens() as system:
        with pytest.raises(ZeroDivisionError):
            system.store.decided(broken_off)
        assert system.store.lives() is None
        assert system.store.last_position() == 0
        give(system)
        assert system.store.lives() == "live"


def test_a_store_of_the_last_release_is_simulated_until_it_goes_live_and_never_goes_back(opens: Opens) -> None:
    with opens(SEVEN) as system:
        give(system)
        with system.store.writing() as transaction:  # as the last release left it
            transaction.cursor.execute("DROP TABLE store_time")
    with opens() as system:
        give(system, 2)
        assert system.store.lives() == "simulated"
        go_live(system)
        give(system, 3)
        assert system.store.lives() == "live"
    with opens(SEVEN) as system:
        with pytest.raises(Refused, match="clock-fixed"):
            give(system, 4)
        assert (system.lives, system.store.last_position()) == ("live", 3)


def test_a_store_cannot_go_live_before_its_last_event_has_come(opens: Opens) -> None:
    with opens(real() + DAY) as system:
        give(system)
        with pytest.raises(Refused, match="now-before-last-event"):
            go_live(system)
        assert system.store.lives() == "simulated"


def test_no_clock_is_set_in_a_live_store(opens: Opens) -> None:
    with opens() as system:
        give(system)
        with pytest.raises(Refused, match="clock-fixed"):
            system.clock.set(SEVEN)
        assert system.now() > SEVEN
    with opens(SEVEN) as system:
        for ask in (system.now, system.require_own_time):
            with pytest.raises(Refused, match="clock-fixed"):
                ask()


def test_nobody_names_the_actor_of_a_live_store(opens: Opens) -> None:
    with opens() as system:
        system.require_own_time(names_actor=True)
        give(system)
        with pytest.raises(Refused, match="actor-fixed"):
            system.require_own_time(names_actor=True)


def test_a_process_whose_clock_was_set_writes_nothing_once_the_store_is_live(opens: Opens) -> None:
    with opens(SEVEN) as simulating, opens() as other:
        give(simulating)
        moment = simulating.now()
        go_live(other)
        with pytest.raises(Refused, match="clock-fixed"):
            simulating.execute_all([request_of(2, moment)])
        assert other.store.last_position() == 1


def test_a_clock_behind_the_last_event_by_more_than_a_minute_stops_a_live_store(opens: Opens) -> None:
    with opens() as system:
        give(system)
        execute(system.store, request_of(2, real() + timedelta(seconds=20)), region="SZ")
        give(system, 3)
        execute(system.store, request_of(4, real() + timedelta(seconds=90)), region="SZ")
        for act in (system.now, lambda: give(system, 5)):
            with pytest.raises(Refused, match="now-before-last-event"):
                act()
        assert system.store.last_position() == 4


def test_a_live_store_asks_whether_a_clock_that_leaps_is_right(opens: Opens) -> None:
    with opens() as system:
        execute(system.store, request_of(1, real() - LONGEST_SILENCE - DAY), region="SZ")
        with pytest.raises(Refused, match="clock-leaps"):
            give(system, 2)
        go_live(system)
        give(system, 2)
        assert system.store.last_position() == 2


def test_the_clock_that_was_set_for_all_ends_when_the_store_goes_live(database: str) -> None:
    with Distributed(Settings(database_url=database, bootstrap_servers=NOBODY)) as system:
        system.clock.set(SEVEN)
        give(system)
        assert system.clock.read().moved
        go_live(system)
        reading = system.clock.read()
        assert not reading.moved
        assert abs(reading.now - real()) < timedelta(seconds=10)


@pytest.mark.parametrize("opens", ["distributed"], indirect=True)
def test_the_recorded_time_of_a_live_store_is_its_databases_and_not_the_process_s(opens: Opens) -> None:
    with opens() as system:
        system.clock = clock_of(system, -YEARS)
        assert abs(give(system) - real()) < timedelta(seconds=10)
        system.clock = clock_of(system, timedelta(seconds=50))
        assert abs(give(system, 2) - real()) < timedelta(seconds=10)


@pytest.mark.parametrize("opens", ["distributed"], indirect=True)
def test_a_process_whose_clock_is_ahead_gives_no_command_fires_no_timer_and_plans_no_day(opens: Opens) -> None:
    with opens() as system:
        give(system)
        assert isinstance(system, Distributed)
        system.clock = clock_of(system, YEARS)
        timers = Timers(system.store, system.connections, system.clock, region=system.region)
        planner = Planner(system, solvers=in_this_process)
        for work in (
            lambda: give(system, 2),
            lambda: timers.run(threading.Event()),
            lambda: planner.run(threading.Event()),
        ):
            with pytest.raises(Refused, match="clock-ahead"):
                work()
        assert system.store.last_position() == 1


def test_no_timer_of_a_simulated_store_looks_at_the_machines_clock(opens: Opens) -> None:
    with opens(SEVEN) as system:
        run_commands(system, *centre(), *signed("li"))
    with opens() as system:
        assert system.now() > SEVEN
        assert system.due_until(system.now()) == SEVEN
        assert system.in_recorded_time().now() == SEVEN


def test_a_contract_of_a_simulated_store_does_not_run_out_by_the_machines_clock(tmp_path: Path) -> None:
    with Embedded(Settings(data=tmp_path, now=SEVEN)) as system:
        run_commands(system, *centre(), *signed("li"))
    with Embedded(Settings(data=tmp_path)) as system:
        system.clock = clock_of(system, 2 * YEARS)
        run(system, until_idle=True, solvers=in_this_process)
        assert "contract.expired.v1" not in {event.name for event in system.store.after(0)}
        system.clock = FileClock(system.store, at_local(MONDAY, 420) + YEARS)
        run(system, until_idle=True, solvers=in_this_process)
        assert "contract.expired.v1" in {event.name for event in system.store.after(0)}
