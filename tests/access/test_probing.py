"""What is another's and what nobody has are answered alike: nobody learns which ids there are by trying them out."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import httpx
import msgspec
import pytest

from domain.decider import Refused
from infra.access.gate import Gate
from infra.codec import command_from
from infra.edges.commands import COMMANDS
from infra.http.app import api_routes, make_app
from infra.http.fhir.finding import TYPES
from infra.http.fhir.routes import routes as fhir_routes
from infra.system import System
from projections.registry import QUESTIONS
from tests.access.matrix import ROLES, ids
from tests.access.test_roles_over_http import by_role, request
from tests.access.test_routes import fhir_id, fhir_query
from tests.access.two_teams import PRINCIPALS
from tests.small_town import MONDAY

OWNED = (
    "resident_id",
    "household_id",
    "contract_id",
    "visit_id",
    "family_bed_id",
    "referral_id",
    "member_id",
    "absence_id",
    "account_id",
)
"""Ids of what belongs to somebody. Teams, institutions and alliances are known to everybody."""

SEES_ALL = {"auditor", "service"}
"""Roles whose scope is everything: they see what there is not."""

PLACES_AN_ACCOUNT = {"GrantRole"}
"""An account without a role belongs to nobody yet."""

ROUTE_ROLES = ("leader", "member", "resident", "hospital")

PROOFS = re.compile("password|sign|factor|sessions|/api/me")
"""Routes of one's own session, and those that change what proves an account."""


def pairs(role: str, names: set[str]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield ids of a role's own with one of them another's, and the same with one that nobody has."""
    own, other = ids(role, "own"), ids(role, "other")
    for name in OWNED:
        if name in names and own[name] != other[name]:
            yield name, {**own, name: other[name]}, {**own, name: f"no-{name}"}


def refusal(gate: Gate, requested: object, *, is_command: bool) -> str | None:
    try:
        gate.check_command(requested) if is_command else gate.ask(requested)
    except Refused as refused:
        return refused.rule
    return None


@pytest.mark.parametrize("role", [each for each in ROLES if each not in SEES_ALL])
def test_the_gate_answers_alike_of_what_is_another_s_and_of_what_nobody_has(community: System, role: str) -> None:
    gate = Gate(community, PRINCIPALS[role])
    edges = {name: (edge.command, dict(edge.example)) for name, edge in COMMANDS.items()}
    requested = {name: (each.asks, msgspec.to_builtins(each.example)) for name, each in QUESTIONS.items()}
    different, looked_at = [], 0
    for name, (cls, example) in {**edges, **requested}.items():
        names = {field.name for field in fields(cls)} - PLACES_AN_ACCOUNT
        for what, *known in () if name in PLACES_AN_ACCOUNT else pairs(role, names):
            data = [{**example, **{key: each[key] for key in names & {*each}}} for each in known]
            requests: list[object] = [command_from(cls, each) for each in data]
            first, second = (refusal(gate, each, is_command=name in COMMANDS) for each in requests)
            looked_at += 1
            if first != second:
                different.append(f"{name}, {what}: {first} and {second}")
    assert looked_at > 100
    assert different == []


def routes(role: str) -> Iterator[tuple[str, httpx.Request, httpx.Request]]:
    """Yield requests to the other routes; those that write bring a revision that no roster has."""
    for route in (*api_routes(), *fhir_routes()):
        if route.streams or not re.match("/(api|fhir)/(?!commands|questions)", route.path) or PROOFS.search(route.path):
            continue
        is_fhir = route.path.startswith("/fhir/")
        for what, *known in pairs(role, set(OWNED) if is_fhir else set(re.findall(r"\{(\w+)\}", route.path))):
            first, second = (route_request(route.path, route.method, role, each, route.example) for each in known)
            if first.url != second.url:
                yield f"{route.method} {route.path} {what}", first, second
    for name in TYPES:
        for what, *known in pairs(role, set(OWNED)):
            first, second = (
                request("GET", f"/fhir/{name}", role, params={"_id": fhir_id(f"/fhir/{name}/", each)}) for each in known
            )
            if first.url != second.url:
                yield f"{name} by id, {what}", first, second


def route_request(path: str, method: str, role: str, known: dict[str, Any], example: Any) -> httpx.Request:
    more = {"date": str(MONDAY), "job_id": known["visit_id"], "id": fhir_id(f"{path}/", known)}
    made = path.format_map({**known, **more})
    if method == "POST":
        headers = {"If-Match": '"r99"', "Prefer": "wait=20"}
        return request("POST", made, role, json=dict(example or {}), headers=headers)
    if path.startswith("/fhir/") and "{" not in path:
        return request("GET", made, role, params=fhir_query(path.rpartition("/")[2], known))
    return request("GET", made, role, params={"purpose": "dressing"} if "offers" in path else {})


def answer_without_ids(answer: httpx.Response, sent: httpx.Request) -> tuple[int, str]:
    """Return an answer without what its request said itself."""
    text = re.sub(r'"instance":"[^"]*"', "", answer.text)
    said = {each for each in IDS if each in str(sent.url)}
    for word in sorted(said, key=len, reverse=True):
        text = text.replace(word, "…")
    return answer.status_code, text


IDS = {each for role in ROLES for each in ids(role, "other").values()} | {f"no-{name}" for name in OWNED}


@pytest.mark.parametrize("role", ROUTE_ROLES)
def test_routes_answer_alike_of_what_is_another_s_and_of_what_nobody_has(community: System, role: str) -> None:
    app, every = make_app(community, by_role), [*routes(role)]
    assert len(every) > 25

    async def different() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return [
                f"{what}: {answers[0]} and {answers[1]}"
                for what, *sent in every
                if (answers := [answer_without_ids(await client.send(each), each) for each in sent])[0] != answers[1]
            ]

    assert asyncio.run(different()) == []
