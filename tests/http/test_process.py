"""The process of `jiayi serve`: how it ends, what it refuses, and what is left when it is killed."""

import signal
import threading
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from infra.cli.main import cli
from infra.http.server.serve import is_loopback
from infra.settings import Settings
from infra.wiring import Embedded
from tests.http.kills import ABSENCE, run_kills
from tests.http.process import serve_process
from tests.simulated import simulated
from tests.small_town import centre, run_commands, signed


def test_killed_under_load_no_answered_command_is_lost_and_none_is_done_twice(tmp_path: Path) -> None:
    report = run_kills(tmp_path, kills=2, between=(0.0, 0.2))
    assert report.answered > 20
    assert report.sent_again > 0
    assert (report.lost, report.doubled, report.differences) == ((), (), 0)


def test_told_to_stop_it_ends_live_lines_answers_what_is_under_way_and_ends_well(tmp_path: Path) -> None:
    with simulated(Embedded(Settings(data=tmp_path))) as system:
        run_commands(system, *centre(), *signed())
    with serve_process(tmp_path) as (process, address):
        headers = {"Authorization": "Bearer leader"}
        answers: list[int] = []

        def send() -> None:
            with httpx.Client(base_url=address, headers=headers, timeout=10) as client:
                for number in range(1000):
                    try:
                        data = {**ABSENCE, "absence_id": f"a{number}"}
                        answers.append(client.post("/api/commands/RecordAbsence", json=data).status_code)
                    except httpx.TransportError:
                        return

        sender = threading.Thread(target=send)
        sender.start()
        with httpx.stream("GET", f"{address}/api/live", headers=headers, timeout=10) as line:
            lines = line.iter_lines()
            assert next(lines) == "retry: 1000"
            process.send_signal(signal.SIGTERM)
            assert list(lines)[-1:] in ([], [""])  # the line ends as a whole one
        assert process.wait(15) == 0
        sender.join()
    assert answers
    assert set(answers) == {200}
    with Embedded(Settings(data=tmp_path)) as system:
        recorded = [each for each in system.store.read("team-east") if each.name == "team.absence_recorded.v1"]
    assert len(recorded) == len(answers)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--workers", "2"), "workers-need-postgresql"),
        (("--port", "TAKEN"), "address-in-use"),
        (("--demo", "--host", "0.0.0.0"), "demo-for-this-machine"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(tmp_path: Path, words: tuple[str, ...], rule: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = tuple(port if word == "TAKEN" else word for word in words)
        result = CliRunner().invoke(cli, ["serve", "--data", str(tmp_path), *words])
    assert result.exit_code == 2
    assert result.stderr.endswith(f" [{rule}]\n")


def test_only_addresses_of_this_machine_are_its_own() -> None:
    assert [
        is_loopback(each) for each in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.1", "jiayi.example")
    ] == [
        *[True] * 3,
        *[False] * 3,
    ]
