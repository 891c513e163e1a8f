"""Commands over HTTP are decided as on the command line; who signed in is the actor."""

import json
from concurrent.futures import ThreadPoolExecutor

from infra.edges.commands import COMMANDS
from infra.http.app import api_routes
from infra.http.commands import MOST_BATCH_LINES
from projections.registry import QUESTIONS
from tests.http.served import Served

JOIN = {"team_id": "east", "member": {**COMMANDS["JoinTeam"].example["member"], "member_id": "rehab-1"}}  # type: ignore[dict-item]


def absence(name: str) -> dict[str, object]:
    return {**COMMANDS["RecordAbsence"].example, "team_id": "east", "member_id": "nurse-2", "absence_id": name}


def test_every_command_and_question_has_a_route() -> None:
    paths = {(each.method, each.path) for each in api_routes()}
    assert paths >= {("POST", f"/api/commands/{name}") for name in COMMANDS}
    assert paths >= {("GET", f"/api/questions/{name}") for name in QUESTIONS}


def test_a_command_is_recorded_under_the_name_of_who_signed_in(door: Served) -> None:
    answer = door.post("/api/commands/RecordAbsence", absence("a1"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["events"] == ["team.absence_recorded.v1"]
    assert answer.headers["etag"] == f'"{body["version"]}"'
    assert answer.headers["jiayi-position"] == str(body["position"])
    assert door.system.store.read("team-east")[-1].metadata.actor == "leader"


def test_a_repetition_under_the_same_key_has_the_first_answer(door: Served) -> None:
    key = {"Idempotency-Key": "absence-2"}
    first = door.post("/api/commands/RecordAbsence", absence("a2"), headers=key)
    before = door.events()
    again = door.post("/api/commands/RecordAbsence", absence("a2"), headers=key)
    assert again.json() == first.json()
    assert door.events() == before


def test_a_key_of_another_command_is_refused(door: Served) -> None:
    key = {"Idempotency-Key": "absence-3"}
    door.post("/api/commands/RecordAbsence", absence("a3"), headers=key)
    refused = door.post("/api/commands/RecordAbsence", absence("a4"), headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/command-id-reused")


def test_a_command_for_an_older_version_of_its_stream_leaves_nothing(door: Served) -> None:
    version = door.system.store.read("team-east")[-1].version
    before = door.events()
    refused = door.post("/api/commands/RecordAbsence", absence("a5"), headers={"If-Match": f'"{version - 1}"'})
    assert (refused.status_code, refused.json()["rule"]) == (412, "stale-version")
    assert refused.json()["values"] == {"stream": "team-east", "read": version - 1, "version": version}
    assert door.events() == before
    done = door.post("/api/commands/RecordAbsence", absence("a5"), headers={"If-Match": f'"{version}"'})
    assert (done.status_code, done.headers["etag"]) == (200, f'"{version + 1}"')


def test_of_two_who_read_the_same_version_one_is_refused(door: Served) -> None:
    version = door.system.store.read("team-east")[-1].version
    headers = {"If-Match": f'"{version}"'}
    with ThreadPoolExecutor(2) as two:
        statuses = two.map(
            lambda name: door.post("/api/commands/RecordAbsence", absence(name), headers=headers).status_code,
            ("a6", "a7"),
        )
    assert sorted(statuses) == [200, 412]


def test_a_refusal_names_rule_and_number_and_leaves_nothing(door: Served) -> None:
    before = door.events()
    again = {**COMMANDS["SignContract"].example, "contract_id": "second", "resident_id": "li", "team_id": "east"}
    refused = door.post("/api/commands/SignContract", again, account="clerk")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["rule"], refused.json()["number"][:1]) == ("active-contract-exists", "A")
    assert door.events() == before


def test_a_value_that_cannot_be_read_is_named_with_its_field(door: Served) -> None:
    before = door.events()
    wrong = {**absence("a8"), "starts_at": "2026-03-02T08:00:00"}
    refused = door.post("/api/commands/RecordAbsence", wrong)
    assert refused.status_code == 422
    assert (refused.json()["rule"], refused.json()["field"]) == ("naive-moment", "starts_at")
    assert door.events() == before


def test_what_is_no_json_is_refused(door: Served) -> None:
    refused = door.post("/api/commands/RecordAbsence", b"{", headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["rule"]) == (400, "bad-json")


def test_an_unknown_command_is_not_there(door: Served) -> None:
    refused = door.post("/api/commands/Nothing", {})
    assert (refused.status_code, refused.json()["rule"]) == (404, "command-unknown")


def test_lines_are_decided_in_order_and_answered_one_by_one(door: Served) -> None:
    lines = [
        {"name": "JoinTeam", "id": "line-1", "data": JOIN},
        {"name": "LeaveTeam", "data": {"team_id": "east", "member_id": "nobody", "last_day": "2026-06-30"}},
        {"name": "JoinTeam", "id": "line-3", "data": {}},
        {"name": "JoinTeam", "id": "line-1", "data": JOIN},
    ]
    body = "".join(f"{json.dumps(each)}\n" for each in lines).encode()
    answer = door.post("/api/commands", body, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200
    first, second, third, again = (json.loads(line) for line in answer.text.splitlines())
    assert first["events"] == ["team.member_joined.v1"]
    assert second["rule"] == "member-not-seated"
    assert (third["id"], third["rule"], third["field"]) == ("line-3", "missing-field", "team_id")
    assert again == first
    assert door.system.store.read("team-east")[-1].metadata.actor == "leader"


def test_a_line_names_neither_actor_nor_time(door: Served) -> None:
    for field, text in (("actor", "somebody"), ("now", "2026-03-02T07:00:00Z")):
        line = json.dumps({"name": "JoinTeam", "data": JOIN, field: text}).encode()
        answer = door.post("/api/commands", line, headers={"Content-Type": "application/x-ndjson"})
        assert (answer.json()["rule"], answer.json()["field"]) == ("unknown-field", field)


def test_commands_of_many_requests_at_once_are_all_recorded_once(door: Served) -> None:
    before = door.events()
    with ThreadPoolExecutor(8) as many:
        answers = list(
            many.map(lambda n: door.post("/api/commands/RecordAbsence", absence(f"many-{n}")).json(), range(24))
        )
    assert len({each["position"] for each in answers}) == 24
    assert door.events() == before + 24
    assert not door.system.check_rows()


def test_a_batch_of_too_many_lines_is_refused_whole(door: Served) -> None:
    headers = {"Content-Type": "application/x-ndjson"}
    refused = door.post("/api/commands", b"{}\n" * (MOST_BATCH_LINES + 1), headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (413, "batch-too-long")
