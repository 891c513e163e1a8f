"""A live city on PostgreSQL and Kafka: several processes serve one port to people who sign in."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner, Result

from domain.local_time import local_day
from domain.resident.commands import GiveConsent
from domain.visit.commands import Need, RequestVisit
from domain.working_calendar import working_calendar
from infra.access.second_factor import Enrolment
from infra.cli.main import cli
from tests.access.proofs.people import PASSWORD, code
from tests.infra.cli.first_sign_in import PASSWORD as SHELL_PASSWORD
from tests.infra.cli.first_sign_in import first_sign_in
from tests.small_town import centre, signed
from tests.streams.full_system import FullSystem, full_system

__all__ = ["full_system"]

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@contextmanager
def two_servers(environment: dict[str, str], log: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Serve with two processes; yield the address and the process that started both."""
    words = [sys.executable, "-m", "infra.cli.main", "serve", "--workers", "2", "--port", "0"]
    with (
        log.open("w") as errors,
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            yield re.findall(r"http://\S+", process.stdout.readline())[0], process
        finally:
            process.kill()
            sys.stdout.write(log.read_text())  # shown where the test fails


class Person(httpx.Client):
    """A browser in which somebody signs in for the first time: password changed, second factor added."""

    def __init__(self, address: str, account_id: str, first_password: str) -> None:
        super().__init__(base_url=address, timeout=PATIENCE)
        self.ask("/api/sign-in", login=account_id, password=first_password)
        self.ask("/api/password", password=first_password, new_password=PASSWORD)
        seed = self.ask("/api/second-factor", password=PASSWORD)
        entered = code(Enrolment(seed=seed["seed"], uri=seed["uri"]), datetime.now(UTC))
        self.recovery_codes = self.ask("/api/second-factor/confirm", code=entered)["recovery_codes"]

    def ask(self, path: str, **content: object) -> Any:
        answer = self.post(path, json=content)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def give(self, command: object) -> int:
        """Give a command; return the position of what it left."""
        answer = self.post(f"/api/commands/{type(command).__name__}", json=msgspec.to_builtins(command))
        assert answer.status_code in (200, 201), (command, answer.text)
        return int(answer.json()["position"])

    def read(self, path: str, **wanted: str | int) -> httpx.Response:
        """Ask until the rows hold what was written; the projector may still be joining its group."""
        give_up = time.monotonic() + PATIENCE
        while (answer := self.get(path, params=wanted)).status_code == 503:
            assert time.monotonic() < give_up, answer.text
        return answer


class Shell:
    """The command line of the person who signed in to the store that the environment names."""

    def __call__(self, *words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(words), input=stdin)

    def json(self, *words: str, stdin: str | None = None) -> Any:
        result = self(*words, "--json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture
def shell(full_system: FullSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name, value in full_system.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JIAYI_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("JIAYI_LANGUAGE", "en")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    return Shell()


def working_day() -> date:
    """Return the first working day after tomorrow."""
    return working_calendar("SZ").from_working_day(local_day(datetime.now(UTC)) + timedelta(days=2))


def test_whoever_signs_in_to_a_live_city_gives_commands_reads_them_and_plans_whichever_process_answers(
    full_system: FullSystem, shell: Shell, tmp_path: Path
) -> None:
    assert shell("team", "list").exit_code == 2
    boss_first = shell.json("account", "add", "boss")["first_password"]
    first_sign_in("boss", boss_first)
    wrong = shell("login", "boss", stdin=f"{SHELL_PASSWORD}\n000000\n")
    assert (wrong.exit_code, "sign-in-refused" in wrong.stderr) == (2, True), wrong.stderr
    assert shell("account", "add", "worker", "--role", "service").exit_code == 0
    token = tmp_path / "worker.json"
    assert shell("account", "token", "worker", "--to", str(token)).exit_code == 0
    for each in (*centre(),):
        assert shell("do", type(each).__name__, msgspec.json.encode(each).decode()).exit_code == 0
    leads = shell.json("account", "add", "lead", "--role", "leader", "--scope", "team", "--scope-id", "east")
    clerks = shell.json("account", "add", "desk", "--role", "clerk", "--scope", "district", "--scope-id", "Futian")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIAYI_TOKEN_FILE", str(token))
        parts = dict(os.environ)
        full_system.begin("relay")
        full_system.begin("projector")
        full_system.begin("reactor")

    log = tmp_path / "serve.log"
    with two_servers(parts, log) as (address, process):
        give_up = time.monotonic() + PATIENCE
        while "ready" not in _health(address):
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        assert len(set(re.findall(r"process (\d+)$", log.read_text(), re.MULTILINE))) == 2
        assert httpx.get(f"{address}/api/questions/Teams").status_code == 401

        with (
            closing(Person(address, "lead", leads["first_password"])) as lead,
            closing(Person(address, "desk", clerks["first_password"])) as desk,
        ):
            today, day = local_day(datetime.now(UTC)), working_day()
            with lead.stream("GET", "/api/live", params={"category": "visit"}) as line:
                heard = line.iter_lines()
                assert next(heard) == "retry: 1000"
                for each in signed(starts_on=today):
                    signed_at = desk.give(each)
                contracts = desk.read("/api/questions/ResidentContracts", resident_id="li", after=signed_at)
                assert "contract-of-li" in contracts.text
                requested_at = lead.give(
                    RequestVisit(
                        visit_id="v1",
                        resident_id="li",
                        team_id="east",
                        contract_id="contract-of-li",
                        purpose="home-call",
                        needs=(Need(roles=("nurse",), minutes=30),),
                        window_from=day,
                        window_to=day,
                        applicant="resident",
                        assessor_id="gp-1",
                    )
                )
                assert next(each for each in heard if each.startswith("id:")) == f"id: {requested_at}"
            plan = lead.post(
                f"/api/rosters/east/{day}/plan", params={"after": requested_at}, json={}, headers={"Prefer": "wait=60"}
            )
            assert (plan.status_code, plan.json().get("revision")) == (200, 1), plan.text
            assert [each["visit_id"] for each in lead.get(f"/api/rosters/east/{day}").json()["slots"]] == ["v1"]

            assert full_system.end("projector") == 0
            known = lead.read("/api/questions/Teams").headers["Jiayi-Rows-Position"]
            consented_at = desk.give(GiveConsent(resident_id="li", kind="home-visits", given_on=today))
            stale = lead.read("/api/questions/Teams").headers
            assert int(stale["Jiayi-Rows-Position"]) <= int(known) < consented_at
            assert re.fullmatch(r"[1-9]\d*; seconds=\d+\.\d", stale["Jiayi-Rows-Behind"])

        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    assert [full_system.end(part) for part in ("relay", "reactor")] == [0, 0]
    behind = shell("coverage")
    assert re.search(r"hold the log up to event \d+; \d+ newer events wait", behind.stderr), behind.output


def _health(address: str) -> str:
    try:
        return httpx.get(f"{address}/health/ready").text
    except httpx.TransportError:
        return ""
