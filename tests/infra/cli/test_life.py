"""All that happened to one resident."""

import json
from collections.abc import Callable

from click.testing import Result

from domain.decider import Refused
from infra.edges.problems import problem_of
from tests.infra.cli.desk import Desk

Check = Callable[[Result, str], None]


def test_each_step_has_its_words_its_rules_and_its_pack_and_nothing_personal(desk: Desk) -> None:
    desk.do("SignContract")
    result = desk("resident", "history", "r1", "--json", now=None)
    assert result.exit_code == 0, result.stderr
    steps = [json.loads(line) for line in result.stdout.splitlines()]
    signed = next(step for step in steps if step["event"] == "contract.signed.v1")
    assert signed["words"] == {"en": "contract signed", "zh": "签约"}
    assert signed["pack"] == "SZ-2025"
    assert signed["rules"] == ["A1.4", "A1.10"]
    assert steps[0]["event"] == "resident.registered.v1"
    assert steps[0]["data"]["personal"] == "sealed"
    assert "Wang" not in result.stdout
    assert "签约" in desk("resident", "history", "r1", "--language", "zh", now=None).stdout


def test_the_history_ends_where_it_is_asked_to(desk: Desk) -> None:
    desk.do("SignContract", now="2026-03-03T07:00")
    whole = desk("resident", "history", "r1", "--json", now=None).stdout.splitlines()
    before = desk("resident", "history", "r1", "--at", "2026-03-02", "--json", now=None).stdout.splitlines()
    assert whole[: len(before)] == before
    assert all("contract" not in json.loads(line)["event"] for line in before)
    assert len(whole) > len(before) > 0


def test_before_the_first_record_the_history_says_that_there_was_none(desk: Desk, refused: Check) -> None:
    refused(desk("resident", "history", "r1", "--at", "2020-01-01", now=None), "nothing-recorded-yet")


def test_nobody_has_no_history(desk: Desk, refused: Check) -> None:
    refused(desk("resident", "history", "r9", now=None), "resident-not-registered")


def test_a_contracts_history_tells_the_rules_too(desk: Desk) -> None:
    desk.do("SignContract")
    (first,) = (json.loads(line) for line in desk("contract", "history", "c1", "--json", now=None).stdout.splitlines())
    assert first["rules"] == ["A1.4", "A1.10"]
    assert desk("contract", "history", "c1", now=None).exit_code == 0


def test_a_refusal_names_the_one_rule_that_refused() -> None:
    lines = [problem_of(Refused(refusal), "en") for refusal in ("active-contract-exists", "contract-unknown")]
    assert [each.number for each in lines if each is not None] == ["A1.3", None]
    assert [" (A1.3) [active-contract-exists]" in each.line() for each in lines if each is not None] == [True, False]
