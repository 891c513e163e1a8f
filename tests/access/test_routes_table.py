"""The table of roles that is written by hand, for every route beside those of commands and questions."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from infra.access.gate import Gate
from infra.access.reads import reads_of
from infra.http.app import api_routes, app_of, make_app
from infra.http.feed import MOST_MISSED
from infra.http.fhir import routes as fhir
from infra.http.routing import ApiRoute
from infra.http.served import ServedSystem
from infra.system import System
from projections.residents import ResidentCard
from tests.access.matrix import Cell, cells, ids, lines
from tests.access.test_roles_over_http import all_answers, by_role, expected, request
from tests.access.test_routes import fhir_id, fhir_query
from tests.access.two_teams import PRINCIPALS
from tests.small_town import MONDAY

HARMLESS: Mapping[str, Mapping[str, Any]] = {
    "plan": {"dry_run": True},
    "place": {"dry_run": True},
    "check": {"moves": []},
    "week": {"weeks": 0},
    "what-if": {"policy": "no-such-pack"},
    "notices": {"notified_by": "nobody"},
    "offers": {"at": "never"},
    "cover": {"choice": "none"},
}
"""Fields of requests by which a route that may be used refuses, after the gate, and writes nothing."""


def routes() -> dict[str, ApiRoute]:
    """Return the routes that people use who have signed in, by how the table names them."""
    return {
        f"{each.method}:{each.path}": each
        for each in (*api_routes(), *fhir.routes())
        if each.authenticates and each.path.startswith(("/api/", "/fhir/")) and not each.streams
        if not each.path.startswith(("/api/commands", "/api/questions"))
    }


ROUTES = routes()


def route_request(cell: Cell, whose: str, read_ids: Mapping[str, int]) -> httpx.Request:
    route, known = ROUTES[cell.name], ids(cell.role, whose)
    named = {**known, "date": str(MONDAY), "job_id": "none", "id": fhir_id(f"{route.path}/", known)}
    if "/AuditEvent/" in route.path:
        named["id"] = str(read_ids[whose])
    path, last = route.path.format_map(named), route.path.replace("/{date}", "").rpartition("/")[2]
    if route.method == "POST":
        body = {**(route.example or {}), **HARMLESS.get(last, {})}
        if last == "notices":
            body["visit_id"] = known["visit_id"]
        return request("POST", path, cell.role, json=body, headers={"If-Match": '"r999"', "Prefer": "wait=60"})
    if path.startswith("/fhir/") and "{" not in route.path:
        return request("GET", path, cell.role, params=fhir_query(last, known))
    return request("GET", path, cell.role, params={"purpose": "dressing"} if last == "offers" else {})


@pytest.fixture(scope="module")
def read_ids(community: System) -> dict[str, int]:
    """Return the id of a read of Li's record, and of one of Zhao's."""
    of_whose = {}
    for whose, resident_id in (("own", "li"), ("other", "zhao")):
        Gate(community, PRINCIPALS["auditor"]).ask(ResidentCard(resident_id=resident_id))
        of_whose[whose] = reads_of(community).newest(limit=1)[0].read_id
    return of_whose


def rule_of(answer: httpx.Response) -> str | None:
    """Return the rule by which a request was refused, also where FHIR tells it; None if none of access."""
    content: dict[str, Any] = answer.json() if answer.status_code == 403 else {}
    rule: str | None = content.get("rule") or content.get("issue", [{}])[0].get("diagnostics")
    return rule


def test_the_table_holds_each_route_once() -> None:
    assert sorted(name for words in lines("routes") for name in words[len(PRINCIPALS) :]) == sorted(ROUTES)


def test_each_role_may_use_the_routes_that_the_table_says(community: System, read_ids: dict[str, int]) -> None:
    before, expectations = community.store.last_position(), list(expected("routes"))
    requests = [route_request(cell, whose, read_ids) for cell, whose, _ in expectations]
    answers = all_answers(make_app(community, by_role), requests)
    assert [
        f"{cell.role}, {cell.name}, {whose}: {answer.status_code} {answer.text[:80]}"
        for (cell, whose, refusal), answer in zip(expectations, answers, strict=True)
        if rule_of(answer) != refusal or answer.status_code >= 500
    ] == []
    assert community.store.last_position() == before


def test_without_a_session_no_route_answers_but_what_fhir_can_do(community: System, read_ids: dict[str, int]) -> None:
    cells_of_one_role = [cell for cell in cells("routes") if cell.role == "leader"]
    requests = [route_request(cell, "own", read_ids) for cell in cells_of_one_role]
    for each in requests:
        del each.headers["Authorization"]
    answers = all_answers(make_app(community, by_role), requests)
    open_to_all = {cell.name for cell, answer in zip(cells_of_one_role, answers, strict=True) if answer.is_success}
    assert open_to_all == {"GET:/fhir/metadata"}
    assert {answer.status_code for answer in answers} == {200, 401}


@pytest.fixture
def closing(community: System) -> Starlette:
    """Return an application whose lines end as soon as they have told what was missed."""
    served = ServedSystem(community, by_role)
    served.feed.close()
    return app_of(served)


def test_a_live_line_tells_each_role_of_the_teams_that_the_table_says(closing: Starlette, community: System) -> None:
    heard = {role: set(teams_heard(closing, community, role)) for role in PRINCIPALS}
    allowed = {
        cell.role: {side for side, refusal in (("east", cell.own), ("west", cell.other)) if refusal is None}
        for cell in cells("live")
    }
    assert heard == allowed


def teams_heard(app: Starlette, system: System, role: str) -> Iterator[str]:
    """Yield the teams of what a line tells of the newest events."""

    async def listen() -> httpx.Response:
        since = {"since": max(system.store.last_position() - MOST_MISSED, 0)}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.send(request("GET", "/api/live", role, params=since))

    answer = asyncio.run(listen())
    assert (answer.status_code, answer.text.splitlines()[0]) == (200, "retry: 1000")
    for line in answer.text.splitlines():
        if line.startswith("data: "):
            team_id = orjson.loads(line.removeprefix("data: "))["team_id"]
            if team_id is not None:
                yield team_id


def test_no_live_line_opens_without_a_session(closing: Starlette) -> None:
    (refused,) = all_answers(closing, [request("GET", "/api/live", None)])
    assert (refused.status_code, refused.json()["rule"]) == (401, "not-signed-in")
