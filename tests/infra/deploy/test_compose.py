"""docker-compose.yml: valid by the specification; its commands and settings are tried without containers."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import reduce
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from infra.cli.operations.group import PARTS
from infra.database.postgres import ConnectionPool
from infra.dev.local import Services
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.settings import from_environment
from tests.infra.deploy.described import COMPOSE, Service, described

SYSTEM = described()
SECRET = {"POSTGRES_PASSWORD": "p@ss/word"}
PATIENCE = 120.0
JIAYI = str(Path(sys.executable).parent / "jiayi")


def test_the_file_keeps_to_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_part_is_described_once():
    assert sorted(each.command[1] for each in SYSTEM.parts().values()) == sorted(PARTS)


def test_without_a_password_nothing_begins():
    for name in [*SYSTEM.ours(), "postgres"]:
        with pytest.raises(LookupError, match="set it in"):
            SYSTEM.services[name].env({})


def test_the_password_is_no_part_of_the_address():
    """A password with special characters would break a URL."""
    for service in SYSTEM.ours().values():
        environment = service.env(SECRET)
        assert environment["PGPASSWORD"] == SECRET["POSTGRES_PASSWORD"]
        assert SECRET["POSTGRES_PASSWORD"] not in environment["DATABASE_URL"]


def test_the_addresses_are_those_of_the_described_services():
    settings = from_environment(SYSTEM.services["relay"].env(SECRET))
    database = psycopg.conninfo.conninfo_to_dict(settings.database_url or "")
    postgres, kafka = (SYSTEM.services[name].env(SECRET) for name in ("postgres", "kafka"))
    assert (database["host"], database["port"]) == ("postgres", "5432")
    assert (database["user"], database["dbname"]) == (postgres["POSTGRES_USER"], postgres["POSTGRES_DB"])
    assert kafka["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{settings.bootstrap_servers}"


def test_text_is_ordered_by_its_bytes():
    assert "--locale=C " in SYSTEM.services["postgres"].env(SECRET)["POSTGRES_INITDB_ARGS"]


def test_only_the_api_is_reachable_from_outside_and_from_this_machine_alone_unless_it_is_set():
    for name, service in SYSTEM.services.items():
        assert service.ports == (["${JIAYI_ADDRESS:-127.0.0.1}:8600:8600"] if name == "serve" else [])
        assert "inside" in service.networks
    assert SYSTEM.networks["inside"].internal
    assert [name for name, each in SYSTEM.services.items() if "outside" in each.networks] == ["webhooks", "serve"]


def test_the_certificate_of_the_api_and_its_key_come_from_files():
    service = SYSTEM.services["serve"]
    assert {f"--certificate=/run/secrets/{service.secrets[0]}", f"--key=/run/secrets/{service.secrets[1]}"} <= set(
        service.command
    )
    assert {name: [*each] for name, each in SYSTEM.secrets.items()} == {key: ["file"] for key in service.secrets}


@pytest.mark.parametrize("name", SYSTEM.services)
def test_a_service_may_do_no_more_than_it_must(name):
    service = SYSTEM.services[name]
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    assert not service.privileged
    assert service.read_only or name in {"kafka", "planner", "serve", "jiayi"}, "each of these says why"
    assert (service.user or "not-root") != "root"
    assert service.deploy.resources.limits.memory


@pytest.mark.parametrize("name", [*SYSTEM.parts(), "serve", "postgres", "kafka"])
def test_a_lasting_service_is_restarted_and_has_a_health_check(name):
    service = SYSTEM.services[name]
    assert service.restart == "unless-stopped"
    assert service.healthcheck is not None
    assert service.init or name not in SYSTEM.ours()


def test_parts_start_after_the_topic_and_the_topic_after_both_services():
    for part in SYSTEM.parts().values():
        assert part.depends_on == {"topics": {"condition": "service_completed_successfully"}}
    assert SYSTEM.services["topics"].restart == "no"
    assert SYSTEM.services["topics"].depends_on == {
        name: {"condition": "service_healthy"} for name in ("postgres", "kafka")
    }


def test_data_that_must_last_are_in_volumes():
    lasting = {name: each.volumes[0].split(":")[0] for name, each in SYSTEM.services.items() if each.volumes}
    assert set(lasting.values()) == {"postgres", "kafka", "access"}
    assert {name for name, volume in lasting.items() if volume != "access"} == {"postgres", "kafka"}
    assert {each.split(":")[0] for service in SYSTEM.services.values() for each in service.volumes} == set(
        SYSTEM.volumes
    )


def test_postgres_and_kafka_know_their_settings(services: Services) -> None:
    words = SYSTEM.services["postgres"].command
    wanted = {word.split("=")[0] for flag, word in pairwise(words) if flag == "-c"}
    with psycopg.connect(services.database_url) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_settings").fetchall()}
    assert wanted
    assert wanted <= known

    set_by_name = {name for name in SYSTEM.services["kafka"].environment if name.startswith("KAFKA_")} - {
        "KAFKA_HEAP_OPTS"
    }
    properties = {name.removeprefix("KAFKA_").replace("_", ".").lower() for name in set_by_name}
    assert properties <= asyncio.run(broker_settings(services.bootstrap_servers))


async def broker_settings(servers: str) -> set[str]:
    """Return the names of all settings of a broker."""
    from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")])
    finally:
        await admin.close()
    (resource,) = answer.resources
    return {each[0] for each in resource[4]}


class Native:
    """The described services as processes of this machine, with their commands and settings from the file."""

    def __init__(self, services: Services, database_url: str, folder: Path) -> None:
        self.log = folder / "processes.log"
        self._folder = folder
        self._elsewhere = {
            "DATABASE_URL": database_url,
            "KAFKA_BOOTSTRAP_SERVERS": services.bootstrap_servers,
        }
        self._variables = {**SECRET, "JIAYI_TOPIC": f"compose-{uuid4().hex[:8]}", "JIAYI_PARTITIONS": "4"}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, service: Service) -> dict[str, str]:
        described = service.env(self._variables)
        assert described.keys() >= self._elsewhere.keys()
        own = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
        return {**own, **described, **self._elsewhere}

    def run(self, service: Service, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [JIAYI, *words],
            env=self.environment(service),
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def check_health(self, part: Service) -> subprocess.CompletedProcess[str]:
        """Run a part's health check."""
        assert part.healthcheck is not None
        how, program, *words = part.healthcheck.test
        assert (how, program) == ("CMD", "jiayi")
        assert words[-2:] == ["--part", part.command[1]]
        return self.run(part, *words)

    def begin(self, name: str, service: Service, command: Sequence[str] | None = None) -> None:
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                [JIAYI, *(command or service.command)],
                env=self.environment(service),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def close(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def native(services: Services, database_url: str, tmp_path: Path) -> Iterator[Native]:
    made = Native(services, database_url, tmp_path)
    try:
        yield made
    finally:
        made.close()


def test_the_described_system_takes_a_command_and_ends_in_good_order(native: Native, database_url: str) -> None:
    made = native.run(SYSTEM.services["topics"], *SYSTEM.services["topics"].command)
    assert made.returncode == 0, made.stderr
    for name, part in SYSTEM.parts().items():
        native.begin(name, part)
    port = begin_to_serve(native)

    desk = SYSTEM.services["jiayi"]
    opened = (
        '{"institution_id": "I1", "name": "East", "kind": "clinic", "sector": "public", "tier": 1, "district": "X"}'
    )
    done = native.run(desk, "do", "OpenInstitution", opened, "--now", datetime.now(UTC).isoformat())
    assert done.returncode == 0, done.stderr
    wait_until_idle(native, database_url)
    assert "East" in native.run(desk, "ask", "Institutions").stdout

    with ThreadPoolExecutor() as pool:
        for health in pool.map(native.check_health, SYSTEM.parts().values()):
            assert health.returncode == 0, health.stdout + health.stderr
    wait_until_ready(port)
    for process in native.running.values():
        process.terminate()
    codes = {name: process.wait(SYSTEM.services[name].grace_seconds) for name, process in native.running.items()}
    assert codes == dict.fromkeys(native.running, 0), native.log.read_text()


def begin_to_serve(native: Native) -> int:
    """Begin the described API on a free port, with a certificate of this folder; return the port."""
    folder = native.log.parent
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    words += ["-keyout", str(folder / "certificate-key"), "-out", str(folder / "certificate")]
    subprocess.run(words, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    service = SYSTEM.services["serve"]
    elsewhere = (("/run/secrets", str(folder)), ("0.0.0.0", "127.0.0.1"), ("8600", str(port)))
    native.begin("serve", service, [replaced(word, elsewhere) for word in service.command])
    return port


def replaced(word: str, elsewhere: Iterable[tuple[str, str]]) -> str:
    return reduce(lambda text, pair: text.replace(*pair), elsewhere, word)


def wait_until_ready(port: int) -> None:
    """Wait until the health check of the API is content."""
    check = SYSTEM.services["serve"].healthcheck
    assert check is not None
    how, program, *words = check.test
    assert (how, program) == ("CMD", "python")
    here = [sys.executable, *(replaced(word, [("8600", str(port))]) for word in words)]
    give_up = time.monotonic() + PATIENCE
    while (done := subprocess.run(here, capture_output=True, text=True, check=False)).returncode:
        assert time.monotonic() < give_up, done.stderr
        time.sleep(0.5)


def wait_until_idle(native: Native, database_url: str) -> None:
    give_up = time.monotonic() + PATIENCE
    with closing(ConnectionPool(database_url, "jiayi")) as connections:
        while not (standing := ProgressWaiter(connections).progress(datetime.now(UTC))).idle or standing.last == 0:
            assert time.monotonic() < give_up, f"{standing}\n{native.log.read_text()}"
            ended = [name for name, each in native.running.items() if each.poll() is not None]
            assert ended == [], native.log.read_text()
            time.sleep(0.1)
