import json
from collections.abc import Callable

import pytest
from click.testing import Result

from infra.edges.commands import COMMANDS
from tests.infra.cli.desk import Desk

SIGN = json.dumps(COMMANDS["SignContract"].example)
Check = Callable[[Result, str], None]


def line(name: str, **fields: object) -> str:
    return json.dumps({"name": name, "data": COMMANDS[name].example, **fields})


def answers(result: Result) -> list[dict[str, object]]:
    return [json.loads(each) for each in result.stdout.splitlines()]


def test_a_command_is_answered_with_its_events(desk: Desk):
    (answer,) = answers(desk("do", "SignContract", SIGN, "--id", "k1"))
    assert answer["id"] == "k1"
    assert answer["stream"] == "contract-c1"
    assert answer["version"] == 1
    assert answer["events"] == ["contract.signed.v1"]


def test_the_same_command_twice_writes_once_and_answers_the_same(desk: Desk):
    first = desk("do", "SignContract", SIGN, "--id", "k1").stdout
    count = desk.events()
    assert desk("do", "SignContract", SIGN, "--id", "k1").stdout == first
    assert desk("do", "SignContract", SIGN, "--id", "k1", now="2026-03-01T07:00").stdout == first
    assert desk.events() == count


def test_another_command_under_the_same_id_is_refused(desk: Desk, refused: Check):
    desk("do", "SignContract", SIGN, "--id", "k1")
    other = json.dumps({**json.loads(SIGN), "contract_id": "c2"})
    refused(desk("do", "SignContract", other, "--id", "k1"), "command-id-reused")


def test_lines_are_answered_in_order_and_good_ones_stand(empty: Desk):
    lines = [
        line("OpenInstitution"),
        line("FormTeam", id="k-team", actor="head"),
        "",
        "not json",
        line("RegisterResident"),
        line("SignContract", id="k1"),
        line("SignContract", id="k2", data={**json.loads(SIGN), "contract_id": "c2"}),
        line("SignContract", id="k1"),
        '{"name": "SignTreaty", "data": {}, "id": "k3"}',
        '{"name": "SignContract", "data": {"contract_id": "c9"}, "id": "k4"}',
        '{"name": "SignContract", "data": {}, "when": "now"}',
        line("TagKeyGroup", now="2026-03-01T07:00:00+08:00"),
        line("TagKeyGroup", now="2026-03-02T07:30:00+08:00"),
    ]
    result = empty("do", "-", stdin="\n".join(lines))
    assert result.exit_code == 2
    answered = answers(result)
    assert [each.get("rule", each["id"]) for each in answered] == [
        "i1",
        "k-team",
        "bad-json",
        "r1",
        "k1",
        "active-contract-exists",
        "k1",
        "command-unknown",
        "missing-field",
        "unknown-field",
        "now-before-last-event",
        "r1",
    ]
    assert answered[4] == answered[6]
    assert answered[5]["id"] == "k2"
    assert set(answered[5]) == {"id", "rule", "detail", "values"}


def test_lines_given_again_are_answered_the_same(empty: Desk):
    lines = [
        line("OpenInstitution", id="1", now="2026-03-01T07:00:00Z"),
        line("FormTeam", id="2", now="2026-03-01T07:01:00Z"),
        line("RegisterResident", id="3", now="2026-03-01T07:02:00Z"),
    ]
    first = empty("do", "-", now=None, stdin="\n".join(lines))
    assert first.exit_code == 0
    assert empty("do", "-", now=None, stdin="\n".join(lines)).stdout == first.stdout
    assert empty.events() == 3


def test_a_line_sees_what_followed_from_the_lines_before_it(desk: Desk):
    desk("do", "TagKeyGroup", json.dumps({"resident_id": "r1", "group": "disabled", "since": "2020-01-01"}))
    task = {"resident_id": "r1", "care_task_id": "c1.1.rehabilitation-guidance.1"}
    lines = [line("SignContract"), line("CancelCareTask", data={**task, "cause": "no-longer-needed"})]
    result = desk("do", "-", stdin="\n".join(lines))
    assert result.exit_code == 0, result.stdout
    assert answers(result)[1]["events"] == ["care_plan.task_cancelled.v1"]


def test_list_and_schema_come_from_the_table(empty: Desk):
    assert empty.bare("do", "--list").stdout.split() == list(COMMANDS)
    schema = json.loads(empty.bare("do", "SignContract", "--schema").stdout)
    assert schema["examples"] == [COMMANDS["SignContract"].example]
    assert set(json.loads(empty.bare("do", "--schema").stdout)) == set(COMMANDS)
    assert "Coverage" in empty.bare("ask", "--list").stdout.split()
    assert json.loads(empty.bare("ask", "Coverage", "--schema").stdout)["examples"]


def test_a_question_is_answered_in_json(desk: Desk):
    desk("do", "SignContract", SIGN)
    coverage = json.loads(desk("ask", "Coverage", '{"day": "2026-03-02"}').stdout)
    assert coverage["total"]["signed"] == 1


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("do", "SignContract", "{"), "bad-json"),
        (("do", "SignContract", "[]"), "bad-json"),
        (("do", "SignTreaty", "{}"), "command-unknown"),
        (("do", "ExpireContract", '{"contract_id": "c1"}'), "contract-unknown"),
        (("do", "SignContract", '{"contract_id": 1}'), "wrong-type"),
        (("do",), "usage"),
        (("ask", "Weather"), "question-unknown"),
        (("ask", "Coverage", '{"day": "2026-02-30"}'), "bad-day"),
        (("ask",), "usage"),
        (("dance",), "usage"),
    ],
)
def test_bad_words_are_one_line(desk: Desk, refused: Check, words: tuple[str, ...], rule: str):
    count = desk.events()
    result = desk.bare(*words) if words == ("dance",) else desk(*words)
    refused(result, rule)
    assert desk.events() == count


def test_a_problem_for_programs_is_one_object(desk: Desk):
    result = desk("do", "SignContract", SIGN.replace('"2026-03-01"', '"2026-31-01"'), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    problem = json.loads(result.stderr)
    assert (problem["rule"], problem["field"]) == ("bad-day", "signed_on")
    assert set(problem) == {"rule", "detail", "values", "field"}
