import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from infra.edges.commands import COMMANDS
from tests.infra.cli.desk import NOW, Desk

Check = Callable[[Result, str], None]
ROOT = Path(__file__).parents[3]
VISIT: dict[str, object] = {
    "visit_id": "v1",
    "resident_id": "r1",
    "team_id": "t1",
    "contract_id": "c1",
    "purpose": "dressing",
    "needs": [{"roles": ["nurse"], "minutes": 30}],
    "window_from": "2026-03-03",
    "window_to": "2026-03-05",
}
TINY = {
    "services": [{"id": "s1", "default_duration": 10, "type": "nurse"}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}],
    "patients": [{"id": "p1", "required_caregivers": [{"service": "s1"}], "time_window": [0, 100]}],
    "distances": [[0, 15], [15, 0]],
}


@pytest.fixture
def wished(desk: Desk) -> Desk:
    """A signed resident who is to be visited tomorrow or on two more days."""
    desk.do("SignContract")
    desk.do("RequestVisit", NOW, **VISIT, opens_at=None, closes_at=None)
    return desk


def test_a_day_is_planned_shown_and_planned_again_to_the_same(wished: Desk, refused: Check):
    dry = json.loads(wished("roster", "plan", "t1", "2026-03-03", "--dry-run", "--json").stdout)
    assert (dry["published"], len(dry["roster"]["assignments"])) == (False, 1)
    refused(wished("roster", "show", "t1", "2026-03-03"), "roster-not-published")
    assert "published 1" in wished("roster", "plan", "2026-03-03").stdout
    assert not json.loads(wished("roster", "plan", "t1", "2026-03-03", "--json").stdout)["published"]
    (slot,) = json.loads(wished("roster", "show", "t1", "2026-03-03", "--json").stdout)["slots"]
    assert (slot["visit_id"], slot["member_id"], slot["status"]) == ("v1", "nurse-li", "assigned")
    people = wished("roster", "show", "t1", "2026-03-03").stdout
    assert "Wang Fang" in people
    assert "Lane 3, No. 5" in people


def test_what_has_no_place_is_shown_with_its_reason(wished: Desk):
    absence: dict[str, object] = {
        "absence_id": "a1",
        "starts_at": "2026-03-03T00:00:00+08:00",
        "ends_at": "2026-03-04T00:00:00+08:00",
    }
    wished.do("RecordAbsence", NOW, **absence)
    wished("roster", "plan", "t1", "2026-03-03")
    board = json.loads(wished("roster", "show", "t1", "2026-03-03", "--json").stdout)
    (left,) = board["unplaced"]
    assert (left["visit_id"], left["rule"]) == ("v1", "nobody-with-the-role-works-that-day")
    assert "No member with the required role works that day." in wished("roster", "show", "t1", "2026-03-03").stdout


def test_a_team_that_is_not_known_cannot_be_planned(desk: Desk, refused: Check):
    refused(desk("roster", "plan", "t9", "2026-03-03"), "team-not-formed")


def test_run_until_idle_plans_what_was_touched_and_ends(wished: Desk, refused: Check):
    assert wished("run", "--until-idle").stdout == ""  # a day is planned from six in the evening before
    result = wished("run", "--until-idle", "--json", now="2026-03-02T18:00")
    assert result.exit_code == 0, result.stderr
    planned = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["team_id"], each["day"], each["published"]) for each in planned] == [("t1", "2026-03-03", True)]
    assert wished("run", "--until-idle", now="2026-03-02T18:00").stdout == ""
    refused(wished("run", "--until-idle", now="2026-03-01T00:00"), "now-before-last-event")


def test_a_refusal_tells_people_local_time_and_programs_the_moment_as_it_is(wished: Desk):
    early = ("run", "--until-idle")
    people = wished(*early, now="2026-03-01T00:00").output
    assert "The clock says 2026-03-01 00:00, which is before the last recorded event, 2026-03-02 07:00." in people
    programs = json.loads(wished(*early, "--json", now="2026-03-01T00:00").output)
    assert programs["detail"] in people
    assert programs["values"]["now"] == "2026-02-28T16:00:00+00:00"
    chinese = wished(*early, "--language", "zh", now="2026-03-01T00:00").output
    assert "2026-03-01 00:00" in chinese
    assert "2026-03-02 07:00" in chinese


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_plans_until_it_is_stopped_and_then_ends_quietly(wished: Desk, number: signal.Signals):
    command = [sys.executable, "-m", "infra.cli.main", "run", "--json", "--data", str(wished.data)]
    with subprocess.Popen(
        [*command, "--now", "2026-03-02T18:00"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["published"]
        running.send_signal(number)
        assert running.communicate(timeout=30) == ("", "")
        assert running.returncode == 0


def test_who_writes_a_line_gets_its_answer_before_writing_the_next(desk: Desk):
    command = [sys.executable, "-m", "infra.cli.main", "do", "-", "--data", str(desk.data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("SignContract", "SignContract"):
            line = json.dumps({"name": name, "data": COMMANDS[name].example})
            process.stdin.write(line + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["stream"] == "contract-c1"
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_simulate_needs_an_empty_folder_and_a_day(desk: Desk, refused: Check):
    refused(desk("simulate", "--teams", "1", "--days", "1"), "store-not-empty")
    refused(desk("simulate", "--teams", "0", "--days", "1"), "usage")
    refused(desk("simulate", "--teams", "1", "--days", "1", "--from", "May"), "bad-day")


def test_an_instance_is_solved_and_its_solution_checked(tmp_path: Path, empty: Desk, refused: Check):
    (tmp_path / "tiny.json").write_text(json.dumps(TINY))
    tiny, solution = str(tmp_path / "tiny.json"), str(tmp_path / "solution.json")
    solved = empty.bare("hhcrsp", "solve", tiny, "--iterations", "1000", "--out", solution)
    assert solved.exit_code == 0, solved.stderr
    answer = json.loads(solved.stdout)
    assert (answer["cost"], answer["bound"], answer["proved"]) == (10, 10, True)
    assert answer["iterations"] == 1000
    checked = empty.bare("hhcrsp", "check", tiny, solution)
    assert (checked.exit_code, json.loads(checked.stdout)["feasible"]) == (0, True)
    text = (tmp_path / "solution.json").read_text()
    (tmp_path / "solution.json").write_text(text.replace('"arrival_time": 15', '"arrival_time": 5'))
    broken = empty.bare("hhcrsp", "check", tiny, solution)
    assert broken.exit_code == 1
    assert not json.loads(broken.stdout)["feasible"]
    assert json.loads(broken.stdout)["violations"]
    refused(empty.bare("hhcrsp", "check", solution, tiny), "benchmark-file-broken")
    refused(empty.bare("hhcrsp", "solve", str(tmp_path / "none.json")), "benchmark-file-broken")
    refused(empty.bare("hhcrsp", "solve", tiny, "--seconds", "0"), "usage")
    refused(empty.bare("hhcrsp", "solve", tiny, "--seconds", "1", "--iterations", "5"), "usage")
