"""Missing programs are installed by root, or named in one line; other people's processes are left alone."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.main import cli
from infra.dev import kafka, postgres, processes, service, tools
from infra.dev.kafka import Kafka
from infra.dev.local import down
from infra.dev.postgres import Postgres
from tests.services import PREFIX, erase_orphans

ROOT = Path(__file__).parents[3]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have run; none does."""
    recorded: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        recorded.append(command)
        return subprocess.CompletedProcess(command, 1, "[ERROR] no such artifact\n[ERROR] read the manual")

    monkeypatch.setattr(tools, "run", run)
    monkeypatch.setattr(kafka, "run", run)
    return recorded


def test_a_missing_tool_is_named_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(tools, "_postgres", lambda: None)
    monkeypatch.setattr(tools, "is_root", lambda: False)
    result = CliRunner().invoke(cli, ["dev", "up", "--data", str(tmp_path)])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "PostgreSQL" in result.stderr
    assert result.stderr.endswith("[dev-tool-missing]\n")


def test_root_installs_what_is_missing_and_refreshes_the_lists_only_if_needed(monkeypatch, commands):
    monkeypatch.setattr(tools, "_java", lambda: None)
    monkeypatch.setattr(tools, "is_root", lambda: True)
    monkeypatch.setattr(tools, "_which", lambda name: Path("/usr/bin") / name)
    with pytest.raises(processes.ServiceNotReady):
        tools.java()
    assert [command[-1] for command in commands] == [
        *("openjdk-17-jre-headless", "default-jre-headless", "update"),
        *("openjdk-17-jre-headless", "default-jre-headless"),
    ]


def test_libraries_that_cannot_be_fetched_leave_nothing_behind(monkeypatch, commands, tmp_path):
    monkeypatch.setattr(kafka, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(tools, "maven", lambda _: Path("/usr/bin/mvn"))
    with pytest.raises(processes.ServiceNotReady) as refused:
        kafka.libraries()
    assert refused.value.values["detail"] == "[ERROR] no such artifact"
    assert len(commands) == 1
    assert not list(tmp_path.iterdir())


def test_a_reused_pid_is_left_alone(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        for name in ("kafka", "postgres"):
            (tmp_path / f"{name}.pid").write_text(f"{stranger.pid}\n")
        assert Kafka(tmp_path).pid is None
        down(tmp_path)
        assert stranger.poll() is None
        stranger.kill()


def test_an_empty_pid_file_is_no_process(tmp_path):
    (tmp_path / "kafka.pid").write_text("")
    assert Kafka(tmp_path).pid is None


def test_ports_are_kept_until_another_process_takes_one(tmp_path):
    broker, reported = Kafka(tmp_path), []
    broker._choose_ports(lambda key, /, **_: reported.append(key))
    first = broker._known_ports()
    broker._choose_ports(lambda key, /, **_: reported.append(key))
    assert broker._known_ports() == first
    assert not reported
    with socket.create_server(("127.0.0.1", broker.port)):
        broker._choose_ports(lambda key, /, **_: reported.append(key))
    assert first[0] not in broker._known_ports()
    assert reported == ["dev-port-taken"]


def test_a_service_whose_port_is_taken_meanwhile_starts_again_on_another(monkeypatch, tmp_path):
    """Two concurrent starts may choose the same free port."""
    looks, is_free = iter([True]), service._is_free
    monkeypatch.setattr(service, "_is_free", lambda port: next(looks, False) or is_free(port))
    postgres = Postgres(tmp_path)
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        taken = stranger.getsockname()[1]
        (tmp_path / "postgres.ports").write_text(f"{taken}\n")
        try:
            postgres.start()
            assert postgres.answers()
            assert postgres.port != taken
        finally:
            postgres.erase()


def test_an_address_is_not_known_before_the_first_start(tmp_path):
    with pytest.raises(LookupError):
        _ = Postgres(tmp_path).address


def test_a_cluster_id_is_no_option():
    assert not [each for each in (kafka.cluster_id() for _ in range(1000)) if each.startswith("-") or len(each) != 22]


def test_the_lock_of_a_killed_server_names_its_parent_and_keeps_the_rest(tmp_path):
    lock = tmp_path / "postmaster.pid"
    lock.write_text("1\n/data\n1234\n")
    postgres._claim_stale_lock(lock, "no such mark")
    assert lock.read_text() == f"{os.getpid()}\n/data\n1234\n"


def test_services_of_a_killed_session_are_erased_by_the_next(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen(["true"]) as ended:
        pass
    dead, alive = tmp_path / f"{PREFIX}{ended.pid}-a", tmp_path / f"{PREFIX}{os.getpid()}-b"
    dead.mkdir()
    alive.mkdir()
    erase_orphans()
    assert [each.name for each in tmp_path.iterdir()] == [alive.name]


OUTLIVED = """
import os, signal, sys
from pathlib import Path
from infra.dev.processes import begin
for how in (signal.SIGKILL, signal.SIGCONT):
    pid = begin(["sleep", "600"], log=Path(sys.argv[1]), folder=Path("/"))
    os.kill(pid, how)
print(pid)
"""


def test_python_does_not_warn_of_children_that_ended_or_outlive_their_parent(tmp_path):
    command = [sys.executable, "-W", "always", "-c", OUTLIVED, str(tmp_path / "log")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    os.kill(int(result.stdout), signal.SIGKILL)
    assert result.stderr == ""
