"""The table of roles that is written by hand, over HTTP: each route of a command and of a question, for each role."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from infra.access.principal import Principal
from infra.access.reads import reads_of
from infra.edges.commands import COMMANDS
from infra.http.app import make_app
from infra.system import System
from projections.registry import QUESTIONS
from tests.access.matrix import Cell, cells, data_of, question_data
from tests.access.two_teams import NOON, PEOPLE, PRINCIPALS

NEVER = '"999999999"'
"""A version that no stream has: what is allowed is refused by it, and writes nothing."""

ALLOWED = {412, 200}


def by_role(request: Request) -> Principal | None:
    return PRINCIPALS.get(request.headers.get("authorization", ""))


@pytest.fixture(scope="module")
def app(community: System) -> Starlette:
    return make_app(community, by_role)


def all_answers(app: Starlette, requests: list[httpx.Request]) -> list[httpx.Response]:
    async def send() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return [await client.send(each) for each in requests]

    return asyncio.run(send())


def request(method: str, path: str, role: str | None, **more: Any) -> httpx.Request:
    headers = {**({"Authorization": role} if role else {}), **more.pop("headers", {})}
    return httpx.Request(method, f"http://jiayi{path}", headers=headers, **more)


def expected(section: str) -> Iterator[tuple[Cell, str, str | None]]:
    """Yield each cell with whose it is; of what a role may do nowhere, its own is enough."""
    for cell in cells(section):
        yield cell, "own", cell.own
        if cell.own != "role-not-allowed":
            yield cell, "other", cell.other


def command_request(cell: Cell, whose: str) -> httpx.Request:
    edge = COMMANDS[cell.name]
    data = data_of(edge.example, {field.name for field in fields(edge.command)}, cell.role, whose)
    return request("POST", f"/api/commands/{cell.name}", cell.role, json=data, headers={"If-Match": NEVER})


def question_request(cell: Cell, whose: str) -> httpx.Request:
    question = QUESTIONS[cell.name]
    names = {field.name for field in fields(question.asks)}
    data = question_data(msgspec.to_builtins(question.example), names, cell.role, whose)
    query = {
        name: value if isinstance(value, str | list | tuple) else json.dumps(value)
        for name, value in data.items()
        if value is not None
    }
    return request("GET", f"/api/questions/{cell.name}", cell.role, params=query)


def faults(app: Starlette, section: str, make: Any) -> list[str]:
    lines = list(expected(section))
    answers = all_answers(app, [make(cell, whose) for cell, whose, _ in lines])
    return [
        f"{cell.role}, {cell.name}, {whose}: {answer.status_code} {answer.text[:80]}"
        for (cell, whose, refusal), answer in zip(lines, answers, strict=True)
        if (answer.json()["rule"] if answer.status_code == 403 else None) != refusal
        or (refusal is None and answer.status_code not in ALLOWED)
    ]


def test_each_role_may_give_over_http_what_the_table_says(app: Starlette, community: System) -> None:
    before = community.store.last_position()
    assert faults(app, "commands", command_request) == []
    assert community.store.last_position() == before


def test_each_role_may_ask_over_http_what_the_table_says(app: Starlette) -> None:
    assert faults(app, "questions", question_request) == []


def test_without_a_session_no_command_and_no_question_is_answered(app: Starlette) -> None:
    requests = [
        *(request("POST", f"/api/commands/{name}", None, json=dict(edge.example)) for name, edge in COMMANDS.items()),
        *(request("GET", f"/api/questions/{name}", None) for name in QUESTIONS),
    ]
    assert {answer.status_code for answer in all_answers(app, requests)} == {401}


def test_a_resident_learns_over_http_who_has_seen_their_record(app: Starlette) -> None:
    card = request("GET", "/api/questions/ResidentCard", "leader", params={"resident_id": "li"})
    (shown,) = all_answers(app, [card])
    assert shown.json()["name"] == PEOPLE["li"].name
    reads, others = all_answers(
        app,
        [request("GET", f"/api/residents/{each}/reads", "resident", params={"limit": 1}) for each in ("li", "wang")],
    )
    (read,) = reads.json()
    assert (read["account_id"], read["what"], read["roles"], read["purpose"]) == (
        "chen-wei",
        "ResidentCard",
        ["leader"],
        "treatment",
    )
    assert (read["at"], read["request_id"]) == (NOON.strftime("%Y-%m-%dT%H:%M:%SZ"), shown.headers["x-request-id"])
    assert 'rel="next"' in reads.headers["link"]
    assert (others.status_code, others.json()["rule"]) == (403, "outside-scope")


def test_a_file_is_exported_by_those_who_may_and_is_on_record_as_one(app: Starlette, community: System) -> None:
    caseload = {"team_id": "east", "format": "csv"}
    file, refused = all_answers(
        app, [request("GET", "/api/questions/TeamCaseload", role, params=caseload) for role in ("leader", "member")]
    )
    assert file.status_code == 200
    assert PEOPLE["wang"].name in file.text
    read = reads_of(community).newest(limit=1)[0]
    assert (read.what, read.resident_ids) == ("TeamCaseload.csv", ("li", "wang"))
    assert (refused.status_code, refused.json()["rule"]) == (403, "role-not-allowed")


@pytest.mark.parametrize(
    ("first", "question"),
    [
        ("/api/questions/TeamCaseload?team_id=east&limit=1", "TeamCaseload"),
        ("/fhir/EpisodeOfCare?care-team=east&_count=1", "TeamCaseload"),
    ],
)
def test_a_page_leaves_a_record_of_those_whom_it_shows(
    app: Starlette, community: System, first: str, question: str
) -> None:
    assert shown_by(app, community, first) == (question, ("li",))
    (answer,) = all_answers(app, [request("GET", first, "leader")])
    links = answer.headers.get("link") or next(
        each["url"] for each in answer.json()["link"] if each["relation"] == "next"
    )
    assert shown_by(app, community, re.findall("/(?:api|fhir)/[^>]+", links)[0]) == (question, ("wang",))


def shown_by(app: Starlette, system: System, path: str) -> tuple[str, tuple[str, ...]]:
    """Return what is on record of one request of the leader."""
    (answer,) = all_answers(app, [request("GET", path, "leader")])
    assert answer.status_code == 200
    read = reads_of(system).newest(limit=1)[0]
    assert read.request_id == answer.headers["x-request-id"]
    return read.what, read.resident_ids


def test_an_auditor_names_the_purpose_in_a_header(app: Starlette) -> None:
    card = {"resident_id": "li"}
    masked, opened, unknown = all_answers(
        app,
        [
            request("GET", "/api/questions/ResidentCard", "auditor", params=card, headers=headers)
            for headers in ({}, {"Jiayi-Purpose": "complaint"}, {"Jiayi-Purpose": "curiosity"})
        ],
    )
    assert (masked.json()["name"], opened.json()["name"]) == ("李**", PEOPLE["li"].name)
    assert (unknown.status_code, unknown.json()["rule"]) == (422, "read-purpose-unknown")
