"""The log over HTTP: events, histories and live lines."""

import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import httpx
import pytest
from starlette.requests import Request

from domain.decider import Refused
from domain.resident.commands import GiveConsent
from infra.access.principal import Principal
from infra.http import feed
from tests.http.served import Served, by_name, served, serving
from tests.small_town import run_commands, signed


def test_events_are_listed_without_personal_values(door: Served) -> None:
    reply = door.get("/api/events", account="auditor", headers={"Jiayi-Purpose": "inspection"})
    assert [each["position"] for each in reply.json()] == list(range(1, door.events() + 1))
    (registered,) = (each for each in reply.json() if each["event"].startswith("resident.registered"))
    assert registered["data"]["personal"] == "sealed"
    assert "13800138000" not in reply.text


def test_events_are_filtered_and_paged(door: Served) -> None:
    run_commands(door.system, *signed("wang"))
    door.post("/api/commands/GiveConsent", {"resident_id": "wang", "kind": "home-visits", "given_on": "2026-03-01"})
    every = door.get("/api/events", account="auditor").json()
    for query, fits in (
        ({"category": "resident"}, lambda e: e["stream"].startswith("resident-")),
        ({"stream": "resident-wang"}, lambda e: e["stream"] == "resident-wang"),
        ({"name": every[-1]["event"]}, lambda e: e["event"] == every[-1]["event"]),
        ({"actor": "leader"}, lambda e: e["actor"] == "leader"),
        ({"team_id": "east", "category": "contract"}, lambda e: e["stream"][:9] == "contract-"),
        ({"team_id": "east", "category": "institution"}, lambda _: False),
        ({"recorded_from": "2100-01-01"}, lambda _: False),
        ({"recorded_until": "2100-01-01T00:00:00Z", "category": "contract"}, lambda e: e["stream"][:9] == "contract-"),
    ):
        rows, path = [], "/api/events"
        params: dict[str, str] | None = {**query, "limit": "2"}
        while path:
            page = door.get(path, account="auditor", params=params)
            rows += page.json()
            path, params = page.headers.get("link", "").partition(">")[0][1:], None
        assert rows == [each for each in every if fits(each)], query
    for query, field in (
        ({"colour": "red"}, "colour"),
        ({"category": "contracts"}, "category"),
        ({"name": "x"}, "name"),
        ({"recorded_from": "x"}, "recorded_from"),
    ):
        refused = door.get("/api/events", account="auditor", params=query)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert door.get("/api/live", account="auditor", params={"category": "contracts"}).status_code == 422


def test_what_one_request_records_is_found_by_its_request_id(door: Served) -> None:
    command = {"resident_id": "li", "kind": "visit-notices", "given_on": "2026-03-01"}
    assert door.post("/api/commands/GiveConsent", command, headers={"X-Request-Id": "desk-7"}).status_code < 300
    (given,) = door.get("/api/events", account="auditor", params={"correlation": "desk-7"}).json()
    assert (given["stream"], given["causation_id"]) == ("resident-li", given["command_id"])


def test_auditors_are_told_of_residents_who_share_a_number(door: Served) -> None:
    assert door.get("/api/residents/twins", account="auditor").json() == []


def test_the_history_of_a_contract_tells_what_was_true_before_and_after(door: Served) -> None:
    steps = door.get("/api/contracts/contract-of-li/history").json()
    assert [each["version"] for each in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["before"] is None
    assert steps[0]["after"]["team_id"] == "east"
    one = door.get("/api/contracts/contract-of-li/history", params={"version": "1"}).json()
    assert one == steps[:1]
    assert door.get("/api/contracts/nothing/history", account="auditor").status_code == 404


def test_histories_of_teams_and_institutions_are_told_with_what_each_event_changed(door: Served) -> None:
    (formed,) = door.get("/api/teams/east/history").json()
    assert "seats" in {each["field"] for each in formed["changes"]}
    (opened,) = door.get("/api/institutions/centre/history", account="auditor").json()
    assert opened["event"].startswith("institution.opened.")
    assert door.get("/api/alliances/nowhere/history", account="auditor").json()["rule"] == "alliance-unknown"
    early = door.get("/api/teams/east/history", params={"at": "2001-01-01"})
    assert (early.status_code, early.json()["rule"]) == (404, "nothing-recorded-yet")


def test_the_history_of_a_resident_holds_every_stream_in_the_shape_of_the_others(door: Served) -> None:
    steps = door.get("/api/residents/li/history", account="auditor", headers={"Jiayi-Purpose": "inspection"}).json()
    assert [each["position"] for each in steps] == sorted(each["position"] for each in steps)
    assert {"resident-li", "contract-contract-of-li", "care_plan-li"} <= {each["stream"] for each in steps}
    (contract,) = (each for each in steps if each["stream"] == "contract-contract-of-li")
    (alone,) = door.get("/api/contracts/contract-of-li/history").json()
    assert alone.keys() - contract.keys() == {"before", "after"}
    masked = door.get("/api/residents/li/history", account="auditor").text
    assert "contract.signed.v1" in masked
    assert "basic" not in masked


@pytest.mark.parametrize(
    ("path", "events"),
    [
        ("/api/residents/li/care/history", "care_plan."),
        ("/api/teams/east/history", "team."),
        ("/api/institutions/centre/history", "institution."),
    ],
)
def test_histories_are_files_too_for_those_who_may_export(door: Served, path: str, events: str) -> None:
    file = door.get(path, account="auditor", params={"format": "csv"})
    assert (file.status_code, file.headers["content-type"].split(";")[0]) == (200, "text/csv"), file.text
    rows = list(csv.DictReader(file.text.lstrip("\ufeff").splitlines()))
    assert rows
    assert {each["event"].startswith(events) for each in rows} == {True}
    sheet = door.get(path, account="auditor", params={"format": "xlsx"})
    assert sheet.content.startswith(b"PK")
    refused = door.get("/api/institutions/centre/history", account="administrator", params={"format": "csv"})
    assert (refused.status_code, refused.json()["rule"]) == (403, "role-not-allowed")


def test_a_team_day_and_a_policy_have_a_history_over_http(door: Served) -> None:
    assert door.get("/api/rosters/east/2026-03-02/history").json() == []
    assert door.get("/api/rosters/east/2026-03-02/week/history").json() == []
    assert door.get("/api/policy/history").json() == []
    assert door.get("/api/rosters/east/2026-02-30/history").status_code == 422
    assert door.get("/api/surveys/s9/history", account="auditor").status_code == 404


def test_a_history_up_to_a_moment_and_up_to_a_version_at_once_is_refused_in_words(door: Served) -> None:
    both = {"at": "2026-03-02", "version": "1"}
    refused = door.get("/api/contracts/contract-of-li/history", params=both)
    assert (refused.status_code, refused.json()["rule"]) == (422, "usage")
    assert refused.json()["title"] == "These options or fields do not go together, or cannot be read."
    assert door.get("/problems/usage", account=None).status_code == 200


@contextmanager
def listening(door: Served, account: str = "auditor", **more: object) -> Iterator[Iterator[dict[str, str]]]:
    """Yield the messages of a live line once it is open."""
    headers = {"Authorization": f"Bearer {account}", **more.pop("headers", {})}  # type: ignore[dict-item]
    with (
        httpx.Client(base_url=door.address, timeout=5) as client,
        client.stream("GET", "/api/live", headers=headers, params=more) as reply,  # type: ignore[arg-type]
    ):
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = reply.iter_lines()
        assert next(lines) == "retry: 1000"
        yield messages(lines)


def messages(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    message: dict[str, str] = {}
    for line in lines:
        name, _, text = line.partition(": ")
        if line:
            message[name] = text
        elif message:
            yield message
            message = {}


def test_a_line_hears_what_is_recorded_and_no_value(door: Served) -> None:
    with listening(door) as line:
        run_commands(door.system, *signed("sun"))
        message = next(line)
    assert message["event"] == "recorded"
    content = json.loads(message["data"])
    assert content.keys() == {"position", "stream", "version", "event", "team_id", "recorded_at"}
    assert (content["stream"], str(content["position"])) == ("resident-sun", message["id"])


def test_a_line_that_comes_back_gets_what_it_missed_and_then_what_happens(door: Served) -> None:
    position = door.events()
    run_commands(door.system, GiveConsent(resident_id="li", kind="home-visits", given_on=date(2026, 3, 2)))
    with listening(door, headers={"Last-Event-ID": str(position)}) as line:
        missed = next(line)
        run_commands(door.system, *signed("wu"))
        heard = next(line)
    assert [int(each["id"]) for each in (missed, heard)] == [position + 1, position + 2]


def test_a_line_that_missed_too_much_reads_anew(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.http.log.live.MOST_MISSED", 3)
    with listening(door, since="0") as line:
        message = next(line)
    assert (message["event"], message["id"]) == ("read-anew", str(door.events()))


def test_a_line_hears_only_what_it_asks_for(door: Served) -> None:
    with listening(door, category="contract") as line:
        run_commands(door.system, *signed("zhou"))
        assert json.loads(next(line)["data"])["stream"] == "contract-contract-of-zhou"


def test_a_silent_line_says_that_it_is_alive_and_ends_when_the_session_does(
    door: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", 0.1)
    over: list[bool] = []
    with serving(door.system, lambda request: None if over else by_name(request)) as address:
        other = Served(door.system, address, door.client)
        with listening(other) as line:
            assert next(line) == {"": "alive"}
            over.append(True)
            ends = [message for message in line if message != {"": "alive"}]
    assert [each["event"] for each in ends] == ["signed-out"]


def test_a_line_ends_when_its_token_is_accepted_no_longer(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", 0.1)
    over: list[bool] = []

    def authenticate(request: Request) -> Principal | None:
        if over:
            raise Refused("token-refused")
        return by_name(request)

    with serving(door.system, authenticate) as address:
        other = Served(door.system, address, door.client)
        with listening(other) as line:
            assert next(line) == {"": "alive"}
            over.append(True)
            ends = [message for message in line if message != {"": "alive"}]
    assert [each["event"] for each in ends] == ["signed-out"]


def test_a_line_too_far_behind_is_cut() -> None:
    line = feed.LiveLine(lambda _: True)
    message = feed.Message(wire=b"", position=1)
    taken = [line.offer(message) for _ in range(feed.MOST_BEHIND + 1)]
    assert taken == [True] * feed.MOST_BEHIND + [False]
    assert line.messages.qsize() == feed.MOST_BEHIND + 1


def test_open_lines_end_first_when_the_server_stops(tmp_path_factory: pytest.TempPathFactory) -> None:
    with served(tmp_path_factory.mktemp("data")) as door:
        with serving(door.system) as address:
            client = httpx.Client(base_url=address, timeout=5)
            stream = client.stream("GET", "/api/live", headers={"Authorization": "Bearer auditor"})
            lines = stream.__enter__().iter_lines()
            next(lines)
            began = time.monotonic()
        assert time.monotonic() - began < 1.5
        assert "data: " not in "".join(lines)
        stream.__exit__(None, None, None)
        client.close()


def test_a_resident_is_found_over_http_and_a_refusal_holds_no_text(door: Served) -> None:
    answer = door.get("/api/find", params={"q": "李秀英"}).json()
    assert answer["hits"][0]["resident_id"] == "li"
    assert {each["because"] for each in answer["hits"] if each["kind"] == "resident"} == {"name"}
    assert door.get("/api/find", params={"q": "13800138000"}).json()["hits"][0]["because"] == "phone"
    for query, field in (({}, "q"), ({"q": "李" * 101}, "q"), ({"q": "x", "name": "y"}, "name")):
        refused = door.get("/api/find", params=query)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
        assert "李" not in refused.text
    assert door.get("/api/find", params={"q": "li", "limit": "0"}).status_code == 422
