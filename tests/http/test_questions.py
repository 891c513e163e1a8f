"""Questions over HTTP answer as `jiayi ask` does, in pages, and not again what the reader has."""

from dataclasses import replace

from domain.team.commands import JoinTeam
from infra.edges.results import to_json
from projections.registry import QUESTIONS, answer
from projections.teams import Teams
from tests.http.served import Served
from tests.small_town import member, run_commands, signed


def test_an_answer_is_that_of_the_read_models(door: Served) -> None:
    reply = door.get("/api/questions/Teams")
    assert reply.status_code == 200
    assert reply.text == to_json(answer(Teams(), door.system.rows))


def test_every_question_answers_its_example(door: Served) -> None:
    for name, question in QUESTIONS.items():
        query = {
            field: [*value]
            if isinstance(value, tuple)
            else str(value).lower()
            if isinstance(value, bool)
            else to_json(value).strip('"')
            for field in question.asks.__dataclass_fields__
            if (value := getattr(question.example, field)) is not None
        }
        reply = door.get(f"/api/questions/{name}", params=query, account="city")
        assert reply.status_code == 200, (name, reply.text)


def test_a_field_that_cannot_be_read_is_named(door: Served) -> None:
    refused = door.get("/api/questions/TeamMembers", params={"team_id": "east", "day": "tomorrow"})
    assert (refused.status_code, refused.json()["rule"], refused.json()["field"]) == (422, "bad-day", "day")
    refused = door.get("/api/questions/TeamMembers", params={"team_id": "east", "colour": "red"})
    assert (refused.json()["rule"], refused.json()["field"]) == ("unknown-field", "colour")
    refused = door.get("/api/questions/TeamMembers", params=[("team_id", "east"), ("team_id", "west")])
    assert (refused.json()["rule"], refused.json()["field"]) == ("bad-value", "team_id")


def test_an_unknown_question_is_not_there(door: Served) -> None:
    assert door.get("/api/questions/Nothing").json()["rule"] == "question-unknown"


def test_one_reads_ones_own_write(door: Served) -> None:
    run_commands(door.system, *signed("wang"))
    position = door.events()
    reply = door.get("/api/questions/ResidentCard", params={"resident_id": "wang", "after": position})
    assert reply.json()["resident_id"] == "wang"
    refused = door.get("/api/questions/Teams", params={"after": position + 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "after")


def test_pages_hold_every_row_once_though_rows_are_added_meanwhile(door: Served) -> None:
    whole = door.get("/api/questions/TeamMembers", params={"team_id": "east"}).json()
    assert len(whole) > 2
    rows, path = [], "/api/questions/TeamMembers?team_id=east&limit=1"
    while path:
        page = door.get(path)
        assert len(page.json()) == 1
        rows += page.json()
        if len(rows) == 2:
            run_commands(door.system, JoinTeam(team_id="east", member=replace(member("rehab"), member_id="a-first")))
        link = page.headers.get("link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link.partition(">")[0][1:]
    assert rows == whole
    assert door.get("/api/questions/TeamMembers?team_id=east&limit=1").json()[0]["member_id"] == "a-first"
    assert door.get("/api/questions/Teams", params={"cursor": "x"}).json()["rule"] == "cursor-unreadable"
    assert door.get("/api/questions/Teams", params={"limit": "0"}).json()["field"] == "limit"


def test_an_answer_that_did_not_change_is_not_sent_again(door: Served) -> None:
    first = door.get("/api/questions/Teams")
    again = door.get("/api/questions/Teams", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"
    run_commands(door.system, *signed("zhao"))
    params = {"team_id": "east"}
    before = door.get("/api/questions/TeamCaseload", params=params)
    run_commands(door.system, *signed("qian"))
    after = door.get("/api/questions/TeamCaseload", params=params, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200


def test_every_answer_says_as_of_which_position_its_rows_are(door: Served) -> None:
    reply = door.get("/api/questions/Teams")
    assert (reply.headers["Jiayi-Rows-Position"], reply.headers["Jiayi-Rows-Behind"]) == (str(door.events()), "0")
