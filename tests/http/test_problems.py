"""Problems: a stable type with a page, the language that is asked for, and nothing of the program's inside."""

import pytest
from starlette.requests import Request

from domain.rulebook import RULEBOOK
from infra.access.principal import Principal
from infra.database.errors import StoreError
from infra.http.describe.problem_pages import problem_rules
from infra.http.problems import STATUS, problem_response
from infra.words.catalogue import words
from tests.http.served import Served, serving


def test_a_problem_is_in_the_language_that_is_asked_for(door: Served) -> None:
    for wanted, language in (
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en", "en"),
        ("fr, zh;q=0.4, en;q=0.3", "zh"),
        ("zh;q=0, en", "en"),
        ("fr", "en"),
        ("*", "en"),
    ):
        refused = door.post("/api/commands/OpenInstitution", {}, headers={"Accept-Language": wanted})
        assert refused.headers["content-language"] == language
        assert ("字段" in refused.json()["detail"]) == (language == "zh"), refused.text


def test_a_problem_has_the_members_of_rfc_9457(door: Served) -> None:
    refused = door.post("/api/commands/SignContract", {}, headers={"X-Request-Id": "mine-3"})
    body = refused.json()
    assert body["type"] == "/problems/missing-field"
    assert body["status"] == refused.status_code == 422
    assert body["instance"] == "urn:jiayi:request:mine-3"
    assert body["title"] != body["detail"]


@pytest.mark.parametrize("rule", sorted(STATUS))
def test_every_status_belongs_to_a_rule_with_sentences_in_both_languages(rule: str) -> None:
    assert (None, rule) in words("en")
    assert (None, rule) in words("zh")


def test_every_type_of_problem_has_a_page_in_both_languages(door: Served) -> None:
    rules = problem_rules()
    assert set(rules) >= {rule for each in RULEBOOK for rule in each.refusals}
    for rule in rules[:: max(1, len(rules) // 40)]:
        page = door.get(f"/problems/{rule}", account=None)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert f"<code>{rule}</code>" in page.text
        assert 'lang="zh"' in page.text
    plain = door.get("/problems/stale-version", account=None, headers={"Accept": "application/json"}).json()
    assert (plain["type"], plain["status"]) == ("/problems/stale-version", [412])
    assert door.get("/problems/no-such-rule", account=None).status_code == 404


def test_a_fault_of_the_program_or_of_the_store_tells_nothing_of_its_inside() -> None:
    for error, status in ((RuntimeError("secret place"), 500), (StoreError("/secret/place is locked"), 503)):
        answer = problem_response(error, "en", "mine-4")
        assert answer.status_code == status
        assert b"secret" not in answer.body


def test_a_fault_while_signing_in_is_a_problem_too(door: Served) -> None:
    def broken(request: Request) -> Principal | None:
        raise RuntimeError(request.url.path)

    with serving(door.system, broken) as address:
        answer = door.client.get(f"{address}/api/questions/Teams")
    assert (answer.status_code, answer.json()["rule"]) == (500, "program-fault")
