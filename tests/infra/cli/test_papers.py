import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from infra.cli.records.options import example_line
from infra.edges.commands import COMMANDS
from tests.infra.cli.desk import NOW, Desk, another

Check = Callable[[Result, str], None]
ROOT = Path(__file__).parents[3]

SIGN = ["contract", "sign", "c1", "--resident-id", "r1", "--team-id", "t1", "--agreement-read"]
DAYS = ["--signed-on", "2026-03-01", "--starts-on", "2026-03-01"]
VISIT = ["visit", "request", "v1", "--resident-id", "r1", "--team-id", "t1", "--contract-id", "c1"]
VISIT += ["--purpose", "dressing", "--needs", '[{"roles": ["nurse"], "minutes": 30}]']


def test_a_contract_is_signed_renewed_and_told(desk: Desk):
    result = desk(*SIGN, *DAYS)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("contract-c1:1 ")
    assert result.stdout.count("\n") == 1
    answer = json.loads(desk(*SIGN, *DAYS, "--json").stdout)
    assert (answer["id"], answer["events"]) == ("c1", [])


def test_what_is_personal_is_given_by_plain_options(desk: Desk):
    words = ["resident", "correct", "r1", "--name", "王芳", "--phone", "139", "--identity-number", "440300197001010025"]
    words += ["--address", "东街3号", "--born-on", "1970-01-01", "--home-x", "1", "--home-y", "-2"]
    assert desk(*words).exit_code == 0
    shown = json.loads(desk("events", "show", "resident-r1:2", "--personal", "--json").stdout)
    assert shown["data"]["personal"]["name"] == "王芳"


@pytest.mark.parametrize("name", [name for name, edge in COMMANDS.items() if edge.path])
def test_each_example_line_is_understood(empty: Desk, name: str):
    import shlex

    edge = COMMANDS[name]
    words = shlex.split(example_line(edge.path, edge.id_field, edge.example))[1:]
    result = empty(*words, "--json", now="2026-03-01T08:00")
    assert result.exit_code in {0, 2}
    if result.exit_code == 2:  # an empty system refuses it by a rule of the domain
        rule = json.loads(result.stderr)["rule"]
        assert any(part in rule for part in ("unknown", "not-", "no-valid")), rule


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ([*SIGN, "--signed-on", "2026-02-30", "--starts-on", "2026-03-01"], "bad-day"),
        ([*SIGN, "--signed-on", "2026-03-01"], "usage"),
        ([*SIGN, *DAYS, "--signed-by", "neighbour"], "usage"),
        ([*SIGN, *DAYS, "--doctor-id", "nurse-li"], "named-member-not-seated"),
        ([*VISIT, "--window-from", "2026-03-06", "--window-to", "2026-03-03"], "window-ends-before-it-begins"),
        ([*VISIT, "--window-from", "2026-03-06", "--window-to", "2026-03-03", "--needs", "{"], "bad-json"),
        (["visit", "start", "v1", "--entered-at", "nine"], "bad-moment"),
        (["team", "form", "t2", "--institution-id", "i1", "--base-x", "0", "--base-y", "0", "--members", "[]"],
         "missing-mandatory-role"),
        (["team", "join", "t1", "--member-id", "x", "--role", "cook", "--shifts", "[]"], "usage"),
        (["contract", "history", "c9"], "contract-unknown"),
        (["contract", "dance"], "usage"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_writes_nothing(desk: Desk, refused: Check, words: list[str], rule: str):
    count = desk.events()
    refused(desk(*words), rule)
    assert desk.events() == count


def test_a_team_without_a_nurse_is_refused(desk: Desk, refused: Check):
    doctor = json.dumps([COMMANDS["FormTeam"].example["members"][0]])  # type: ignore[index]
    words = ["team", "form", "t2", "--institution-id", "i1", "--base-x", "0", "--base-y", "0", "--members", doctor]
    refused(desk(*words), "missing-mandatory-role")


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01", "2026-03-02T25:00", "20260302", ""])
def test_a_time_that_is_none_is_refused(desk: Desk, refused: Check, now: str):
    refused(desk(*SIGN, *DAYS, now=now), "bad-moment")


def test_a_clock_before_the_last_event_is_refused(desk: Desk, refused: Check):
    count = desk.events()
    refused(desk(*SIGN, *DAYS, now="2026-03-02T06:59"), "now-before-last-event")
    assert desk.events() == count


def test_a_folder_that_is_no_system_is_one_line(tmp_path: Path, desk: Desk, refused: Check):
    (tmp_path / "file").write_text("")
    refused(desk.bare("events", "tail", "--data", str(tmp_path / "file" / "x")), "file-unusable")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "events.db").write_text("not a database, but some text that is long enough" * 20)
    refused(desk.bare("events", "tail", "--data", str(tmp_path / "other")), "store-failed")


def test_a_second_contract_is_refused_also_when_two_processes_try_at_once(desk: Desk):
    def sign(contract: str, resident: str) -> "subprocess.Popen[str]":
        words = ["contract", "sign", contract, "--resident-id", resident, "--team-id", "t1", "--agreement-read", *DAYS]
        command = [sys.executable, "-m", "infra.cli.main", *words, "--data", str(desk.data), "--now", NOW]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    for number in range(3):
        resident = f"twice-{number}"
        desk.do("RegisterResident", resident_id=resident, personal=another(resident))
        both = [sign(f"a{number}", resident), sign(f"b{number}", resident)]
        outputs = [process.communicate(timeout=60) for process in both]
        assert sorted(process.returncode for process in both) == [0, 2], outputs
        (problem,) = (stderr for process, (_, stderr) in zip(both, outputs, strict=True) if process.returncode)
        assert problem.endswith("[active-contract-exists]\n")


def test_a_contract_whose_term_is_over_blocks_nobody(desk: Desk, refused: Check):
    desk.do("GiveConsent", kind="health-data")
    assert desk(*SIGN, *DAYS).exit_code == 0
    again = ["contract", "sign", "c2", "--resident-id", "r1", "--team-id", "t1", "--signed-on", "2027-02-28"]
    again += ["--agreement-read"]
    last, next_day = "2027-02-28T12:00", "2027-03-01T12:00"
    refused(desk(*again, "--starts-on", "2027-02-28", now=last), "active-contract-exists")
    assert desk(*again, "--starts-on", "2027-03-01", now=next_day).exit_code == 0
    tail = desk("events", "tail", "--stream", "contract-c1", "--json", now=None).stdout.splitlines()
    assert [json.loads(line)["event"] for line in tail] == ["contract.signed.v1"]


@pytest.mark.parametrize("word", ["\udcff", "9" * 30])
def test_what_cannot_be_written_is_refused(desk: Desk, refused: Check, word: str):
    number, name = (word, "x") if word[0] == "9" else ("1", word)
    words = ["resident", "correct", "r1", "--name", name, "--phone", "139", "--identity-number", "440300197001010025"]
    words += ["--address", "a", "--born-on", "1950-01-01", "--home-x", number, "--home-y", "2"]
    refused(desk(*words), "bad-value")


def test_days_from_which_nothing_can_be_counted_are_refused(desk: Desk, refused: Check):
    refused(desk(*SIGN, "--signed-on", "2026-03-01", "--starts-on", "9999-12-31"), "bad-day")
    refused(desk(*SIGN, "--signed-on", "0001-01-01", "--starts-on", "2026-03-01"), "bad-day")
    refused(desk(*SIGN, *DAYS, now="9999-12-31T23:59"), "bad-moment")
    refused(desk("coverage", "--at", "9999-12-31"), "bad-day")
    refused(desk("ask", "Coverage", '{"day": "0001-01-01"}'), "bad-day")


def test_answers_come_in_the_asked_language(desk: Desk):
    result = desk("contract", "history", "c9", "--language", "zh")
    assert result.exit_code == 2
    assert "c9" in result.stderr
    assert any("一" <= sign <= "鿿" for sign in result.stderr)
