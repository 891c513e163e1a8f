"""Every error that means "the database is away" makes blocking and asynchronous parts wait alike, and no other does."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from domain.decider import TeamDay
from infra.command_handler import execute
from infra.database.errors import StoreError, UnfitStoreError
from infra.database.postgres import ConnectionPool
from infra.database.postgres_async import AsyncSession
from infra.database.postgres_errors import ROW_ERRORS, is_away
from infra.dev import local
from infra.distributed.reactions import PostgresReactionProgress
from infra.distributed.relay_progress import PostgresRelayProgress
from infra.rows.postgres import PostgresRows
from infra.rows.postgres_stream import StreamedRowsWriter
from infra.store.postgres import PostgresStore
from projections.registry import PROJECTIONS
from streams.errors import Unavailable
from streams.exit_codes import AWAY
from streams.ports import RelayState
from streams.projecting import ProjectionOutcome
from tests.infra.store import cluster, wards
from tests.infra.store.wards import NOW, REGION, Clean

ROOT = Path(__file__).parents[3]

MEANS_AWAY = {
    group + code
    for group, codes in (
        ("08", "000 001 003 004 006 007 P01"),
        ("25", "006 P03 P04"),
        ("28", "000 P01"),
        ("40", "000 001 002 003 P01"),
        ("53", "000 100 200 300 400"),
        ("55", "000 006 P02 P03 P04"),
        ("57", "000 014 P01 P02 P03 P04 P05"),
        ("58", "000 030 P01 P02 P03"),
    )
    for code in codes.split()
}
"""All others are answers about statements or rows, which come back with every attempt."""

STATES = sorted(
    {
        kind.sqlstate
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, psycopg.Error) and kind.sqlstate
    }
)
WITHOUT_STATE = [psycopg.OperationalError("lost"), psycopg.InterfaceError("closed"), errors.ConnectionTimeout("late")]


@pytest.fixture(autouse=True)
def small_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    wards.move_in(monkeypatch.setattr)


@pytest.fixture
def url() -> Iterator[str]:
    """A database of the test's own, which may be altered."""
    name = f"away_{uuid.uuid4().hex[:12]}"
    run(cluster.url(), f"CREATE DATABASE {name}")
    yield cluster.url().rsplit("/", 1)[0] + f"/{name}"
    run(cluster.url(), f"DROP DATABASE {name} WITH (FORCE)")


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def alter(url: str, how: str) -> None:
    """Change a setting for the connections to come."""
    run(cluster.url(), f"ALTER DATABASE {url.rsplit('/', 1)[1]} {how}")


def end_connections(url: str) -> None:
    """End every connection to the database, as an administrator or a failover does."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
        while connection.execute(f"SELECT 1 {others}".encode()).fetchone():
            time.sleep(0.01)


class Parts:
    """Everything that speaks to the database: blocking and asynchronous, opened before the failure."""

    def __init__(self, url: str) -> None:
        self.store = PostgresStore(url)
        self.rows = PostgresRows(url, partitions=4)
        self.relay = PostgresRelayProgress(url)
        self.reactions = PostgresReactionProgress(url, self.store, region=REGION)
        self.streamed = StreamedRowsWriter(url, PROJECTIONS)

    def blocking(self) -> dict[str, Callable[[], object]]:
        command = wards.request(Clean(ward_id="w1", rooms=1), "c1")
        return {
            "command": lambda: execute(self.store, command, region=REGION),
            "transaction": lambda: self.store.mark(TeamDay("t1", NOW.date()), NOW),
            "rows": self.write_rows,
        }

    def write_rows(self) -> None:
        name = next(iter(PROJECTIONS))
        self.rows.write(lambda _, marks, __: ProjectionOutcome([], {(name, 0): marks.watermarks[name, 0] + 1}), (), {})

    def asynchronous(self) -> dict[str, Callable[[], Coroutine[Any, Any, object]]]:
        async def react() -> None:
            async with self.reactions.reacting([0]):
                pass

        async def write_rows() -> None:
            async with self.streamed.writing([0]):
                pass

        async def relay() -> None:
            await self.relay.take()
            await self.relay.write(RelayState(1))

        return {"relay": relay, "reactor": react, "projector": write_rows, "lag": self.reactions.behind}

    def outcomes(self, runner: asyncio.Runner) -> dict[str, type[BaseException] | None]:
        """Return how each part answers: None if it worked."""
        outcomes: dict[str, type[BaseException] | None] = {}
        for name, call in self.blocking().items():
            outcomes[name] = outcome(call)
        for name, start in self.asynchronous().items():
            outcomes[name] = outcome(lambda start=start: runner.run(start()))  # type: ignore[misc]  # bound at once
        return outcomes

    def notice(self, runner: asyncio.Runner) -> None:
        """Let each part find out that its connection is gone, if it has not heard yet."""
        for name, kind in self.outcomes(runner).items():
            assert kind in (None, WAITED[name])

    def close(self, runner: asyncio.Runner) -> None:
        runner.run(self.relay.leave())
        runner.run(self.reactions.close())
        runner.run(self.streamed.close())
        self.rows.close()
        self.store.close()


def outcome(call: Callable[[], object]) -> type[BaseException] | None:
    try:
        call()
    except Exception as error:
        return type(error)
    return None


WORKED = dict.fromkeys(("command", "transaction", "rows", "relay", "reactor", "projector", "lag"))
WAITED: dict[str, type[BaseException] | None] = {
    **dict.fromkeys(("command", "transaction", "rows"), StoreError),
    **dict.fromkeys(("relay", "reactor", "projector", "lag"), Unavailable),
}


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture
def parts(url: str, runner: asyncio.Runner) -> Iterator[Parts]:
    opened = Parts(url)
    assert opened.outcomes(runner) == WORKED
    yield opened
    opened.close(runner)


def test_the_list_holds_exactly_the_errors_that_pass() -> None:
    assert {state for state in STATES if is_away(errors.lookup(state)())} == MEANS_AWAY
    assert all(map(is_away, WITHOUT_STATE))
    assert not any(is_away(kind()) for kind in (*ROW_ERRORS, psycopg.ProgrammingError, ValueError))


def test_blocking_and_asynchronous_connections_translate_the_same_errors(url: str, runner: asyncio.Runner) -> None:
    session = AsyncSession(url, "jiayi", tables="")

    async def in_session(error: Exception) -> None:
        async with session.connection():
            raise error

    with closing(ConnectionPool(url, "jiayi")) as pool:

        def in_pool(error: Exception) -> None:
            with pool.cursor():
                raise error

        for error in [*(errors.lookup(state)() for state in STATES), *WITHOUT_STATE]:
            expected = (StoreError, Unavailable) if is_away(error) else (type(error), type(error))
            kinds = outcome(lambda: in_pool(error)), outcome(lambda: runner.run(in_session(error)))  # noqa: B023
            assert kinds == expected, error.sqlstate
    runner.run(session.close())


def test_all_wait_for_a_standby_and_go_on_when_it_is_promoted(url: str, parts: Parts, runner: asyncio.Runner) -> None:
    alter(url, "SET default_transaction_read_only = on")
    end_connections(url)
    parts.notice(runner)
    assert parts.outcomes(runner) == WAITED
    alter(url, "RESET default_transaction_read_only")
    assert parts.outcomes(runner) == WORKED  # on new connections: the old ones lead to the standby for ever


def test_all_go_on_after_their_connections_were_ended(parts: Parts, url: str, runner: asyncio.Runner) -> None:
    end_connections(url)
    parts.notice(runner)
    assert parts.outcomes(runner) == WORKED


def test_all_wait_for_a_place_when_there_are_too_many_connections(url: str, runner: asyncio.Runner) -> None:
    role = f"crowd_{uuid.uuid4().hex[:12]}"
    run(url, f"CREATE ROLE {role} LOGIN", f"GRANT ALL ON DATABASE {url.rsplit('/', 1)[1]} TO {role}")
    parts = Parts(make_conninfo(url, user=role))
    try:
        assert parts.outcomes(runner) == WORKED
        run(url, f"ALTER ROLE {role} CONNECTION LIMIT 0")
        end_connections(url)
        parts.notice(runner)
        assert parts.outcomes(runner) == WAITED
        run(url, f"ALTER ROLE {role} CONNECTION LIMIT -1")
        assert parts.outcomes(runner) == WORKED
    finally:
        parts.close(runner)
        run(url, f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")


def test_all_wait_while_the_server_shuts_down_and_after_it(tmp_path: Path, runner: asyncio.Runner) -> None:
    server = local.up(tmp_path, kafka=False).postgres
    parts = Parts(server.address)
    try:
        assert parts.outcomes(runner) == WORKED
        keeper = psycopg.connect(server.address)  # a smart shutdown waits for it and lets nobody else in
        end_connections_but(keeper)
        os.kill(server.pid or 0, signal.SIGTERM)
        until_refused(server.address, "shutting down")  # 57P03, cannot connect now
        parts.notice(runner)
        assert parts.outcomes(runner) == WAITED
        os.kill(server.pid or 0, signal.SIGINT)
        with pytest.raises(psycopg.OperationalError) as ended:  # 57P01, admin shutdown
            keeper.execute("SELECT pg_sleep(30)")
        assert is_away(ended.value)
        server.stop()
        assert parts.outcomes(runner) == WAITED  # refused
        server.start()
        assert parts.outcomes(runner) == WORKED
    finally:
        parts.close(runner)
        server.erase()


def end_connections_but(keeper: "psycopg.Connection[Any]") -> None:
    with keeper.transaction():
        keeper.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def until_refused(url: str, reason: str) -> None:
    for _ in range(500):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if reason in str(error):
                return
        time.sleep(0.01)
    raise AssertionError(reason)


@pytest.mark.parametrize("part", ["timers", "planner"])
def test_a_part_that_begins_on_a_standby_ends_with_the_code_that_starts_it_again(url: str, part: str) -> None:
    alter(url, "SET default_transaction_read_only = on")
    environment = {**os.environ, "DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    command = [sys.executable, "-m", "infra.cli.main", "run", part]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (AWAY, False), ended.stderr


def test_an_address_that_cannot_be_read_is_a_wrong_setting(runner: asyncio.Runner) -> None:
    with pytest.raises(UnfitStoreError, match="cannot be read"):
        ConnectionPool("postgresql://[", "jiayi").connect()
    with pytest.raises(UnfitStoreError, match="cannot be read"):
        runner.run(anything(AsyncSession("postgresql://[", "jiayi", tables="")))


async def anything(session: AsyncSession) -> None:
    async with session.connection():
        pass


def test_a_key_too_long_for_an_index_is_refused_and_not_waited_for(url: str) -> None:
    with closing(ConnectionPool(url, "public")) as pool, pool.cursor() as cursor:
        cursor.execute("CREATE TABLE keys (key text PRIMARY KEY)")
        with pytest.raises(ROW_ERRORS):
            cursor.execute("INSERT INTO keys SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n")
