"""The life of both services in one folder, from the first `up` to `down`, through the command line."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]

from infra.dev.local import erase, services_in, up
from tests.services import up_or_skip

ROOT = Path(__file__).parents[3]


def jiayi(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.cli.main", "dev", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def pids(folder: Path) -> list[int]:
    return [int((folder / f"{name}.pid").read_text()) for name in ("postgres", "kafka")]


async def write(servers: str, topic: str, values: list[bytes]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True, acks="all") as producer:
        for at, value in enumerate(values):
            await producer.send_and_wait(topic, value, partition=at % 2)


async def read(servers: str, topic: str, count: int) -> list[bytes]:
    seen: list[bytes] = []
    async with AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        while len(seen) < count:
            seen.append((await asyncio.wait_for(consumer.getone(), 10)).value)
    return sorted(seen)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a blank, a comma and Chinese characters in its name."""
    made = tmp_path_factory.mktemp("dev") / "开发 服务, 1"
    try:
        up_or_skip(made)
        yield made
    finally:
        erase(made)


def test_up_prints_two_lines_for_the_shell_and_both_services_answer(folder):
    said = jiayi("up", "--data", str(folder))
    assert said.returncode == 0, said.stderr
    database, broker = said.stdout.splitlines()
    url = database.removeprefix("export DATABASE_URL=")
    with psycopg.connect(url) as connection:
        settings = "select current_database(), current_setting('fsync'), current_setting('synchronous_commit')"
        assert connection.execute(settings).fetchone() == ("jiayi", "on", "on")
        assert connection.execute("select 'Z' < 'a', 'é' > 'z'").fetchone() == (True, True)
    assert broker.startswith("export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:")


def test_a_second_up_starts_nothing_and_prints_the_same(folder):
    first, before = jiayi("up", "--data", str(folder)), pids(folder)
    second = jiayi("up", "--data", str(folder))
    assert second.stdout == first.stdout
    assert second.stderr == ""
    assert pids(folder) == before


def test_the_services_have_their_own_session(folder):
    for pid in pids(folder):
        assert os.getsid(pid) == pid


def test_acknowledged_writes_survive_a_kill(folder):
    services = up(folder)
    before, said = pids(folder), jiayi("up", "--data", str(folder)).stdout
    asyncio.run(write(services.bootstrap_servers, "kept", [b"a", b"b", b"c"]))
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
        for pid in before:
            os.kill(pid, signal.SIGKILL)
    again = jiayi("up", "--data", str(folder))
    assert again.returncode == 0, again.stderr
    assert again.stdout == said
    assert not set(pids(folder)) & set(before)
    with psycopg.connect(services.database_url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)
    assert asyncio.run(read(services.bootstrap_servers, "kept", 3)) == [b"a", b"b", b"c"]
    asyncio.run(write(services.bootstrap_servers, "new", [b"d"]))


def test_only_the_missing_service_is_started(folder):
    services = up(folder)
    kafka = services.kafka.pid
    services.postgres.kill()
    assert services.postgres.state() == "stopped"
    assert jiayi("status", "--data", str(folder)).returncode == 1
    assert jiayi("up", "--data", str(folder)).returncode == 0
    assert services.kafka.pid == kafka
    assert services.postgres.state() == "answering"


def test_postgres_restarts_while_a_child_of_the_killed_one_still_works(folder):
    postgres = up(folder, kafka=False).postgres
    with closing(psycopg.connect(postgres.address, autocommit=True)) as client:
        client.pgconn.send_query(b"select count(*) from generate_series(1, 9000000)")
        client.pgconn.flush()
        postgres.restart()
    assert postgres.answers()
    assert "is still in use" in postgres.log.read_text()


def test_a_frozen_service_is_silent(folder):
    services = up(folder)
    pid = services.postgres.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        assert services.postgres.state() == "silent"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert services.postgres.state() == "answering"


def test_down_leaves_no_process_though_a_client_is_connected(folder):
    services = up(folder)
    before = [services.postgres.pid, services.kafka.pid]
    with psycopg.connect(services.database_url):
        said = jiayi("down", "--data", str(folder))
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert all(before)
    assert [each.state() for each in services_in(folder).all()] == ["stopped", "stopped"]
    assert not list(folder.glob("*.pid"))
    assert "received fast shutdown request" in services.postgres.log.read_text()
    assert jiayi("down", "--data", str(folder)).returncode == 0
    assert jiayi("status", "--data", str(folder)).stdout.split()[:2] == ["postgres", "stopped"]


def test_erase_leaves_nothing_but_locks(folder):
    cluster = (folder / "postgres").resolve()
    assert (cluster / "PG_VERSION").exists()
    assert jiayi("down", "--erase", "--data", str(folder)).returncode == 0
    assert not cluster.exists()
    assert {path.suffix for path in folder.iterdir()} == {".lock"}


def test_a_test_may_have_a_database_of_its_own(services, database_url):
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)
    assert services.kafka.state() == "answering"
