"""Every route that reads, for each role: no value that its reader may not see, and a record of whom it names."""

import asyncio
import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import httpx
import pytest

from infra.access.reads import Read, reads_of
from infra.http.app import api_routes, make_app
from infra.http.fhir import routes as fhir
from infra.http.routing import ApiRoute
from infra.system import System
from tests.access.matrix import ROLES, ids
from tests.access.test_leaks import EVERYBODY, MAY_SEE, SEES_NO_FINDINGS
from tests.access.test_roles_over_http import by_role, request
from tests.access.two_teams import PEOPLE, health_of, secrets_of
from tests.small_town import MONDAY

SHOW_NOBODY = ("/api/openapi.json", "/api/asyncapi.json", "/fhir/metadata", "/api/jobs/{job_id}")
"""Descriptions, and one's own jobs, whose results went through the gate."""

OWN_SESSION = ("/api/me", "/api/sessions")

TELL_OF_READS = (
    "/api/residents/{resident_id}/reads",
    "/api/reads/exceptional",
    "/fhir/AuditEvent",
    "/fhir/AuditEvent/{id}",
)
"""What tells who has seen a record shows nothing of it."""

NAMED = re.compile(r'"resident_id":"(\w+)"|"Patient/(\w+)"')
MASKED = ("李**", "王**", "赵**", "138****")


class Answered(NamedTuple):
    """An answer of a route, and the reads that it left on record."""

    role: str
    path: str
    status: int
    text: str
    reads: tuple[Read, ...]


def reading_routes() -> list[ApiRoute]:
    questions = "/api/questions/"  # those are asked in `test_leaks.py`
    return [
        each
        for each in (*api_routes(), *fhir.routes())
        if each.method == "GET"
        and each.path.startswith(("/api/", "/fhir/"))
        and not each.path.startswith(questions)
        and not each.streams
        and each.path not in SHOW_NOBODY + OWN_SESSION
    ]


@pytest.fixture(scope="module")
def answers(community: System) -> list[Answered]:
    """Return what every route answers every role, of what is its own and of another's."""
    app, routes = make_app(community, by_role), reading_routes()

    async def send_all() -> list[Answered]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return [
                await answer_of(client, community, role, path, sent)
                for role in ROLES
                for path, sent in requests_of(role, routes)
            ]

    return asyncio.run(send_all())


async def answer_of(client: httpx.AsyncClient, system: System, role: str, path: str, sent: httpx.Request) -> Answered:
    newest = max((each.read_id for each in reads_of(system).newest(limit=1)), default=0)
    answer = await client.send(sent)
    reads = tuple(each for each in reads_of(system).newest(limit=20) if each.read_id > newest)
    return Answered(role, path, answer.status_code, answer.text, reads)


def requests_of(role: str, routes: list[ApiRoute]) -> Iterator[tuple[str, httpx.Request]]:
    for route, whose in product(routes, ("own", "other")):
        known = ids(role, whose)
        path = route.path.format_map({**known, "date": str(MONDAY), "id": fhir_id(route.path, known)})
        query = {"purpose": "dressing"} if "offers" in path else {"q": known["resident_id"]} if "find" in path else {}
        if path.startswith("/fhir/") and "{" not in route.path:
            query = fhir_query(path.rpartition("/")[2], known)
        yield route.path, request("GET", path, role, params=query)


def fhir_query(type_: str, known: dict[str, str]) -> dict[str, str]:
    """Return the query by which resources of a type are searched."""
    match type_:
        case "CareTeam" | "PractitionerRole":
            return {}
        case "Patient":
            return {"_id": known["resident_id"]}
        case "Provenance":
            return {"target": f"Appointment/{known['visit_id']}"}
    return {"patient": known["resident_id"]}


def fhir_id(path: str, known: dict[str, str]) -> str:
    """Return the id of a resource of this type."""
    fields = {
        "EpisodeOfCare": "contract_id",
        "CarePlan": "contract_id",
        "CareTeam": "team_id",
        "Appointment": "visit_id",
        "Encounter": "visit_id",
        "ServiceRequest": "referral_id",
        "Task": "care_task_id",
    }
    type_ = path.split("/")[2]
    if type_ == "AuditEvent":
        return "1"
    if type_ == "Provenance":
        return f"visit-{known['visit_id']}.1"
    return known[fields.get(type_, "resident_id")]


@pytest.mark.parametrize("role", ROLES)
def test_no_route_shows_a_value_that_its_reader_may_not_see(answers: list[Answered], role: str) -> None:
    hidden = {secret for each in EVERYBODY - MAY_SEE[role] for secret in secrets_of(each) | health_of(each)}
    hidden |= {person.identity_number for person in PEOPLE.values()}
    if role in SEES_NO_FINDINGS:
        hidden |= {finding for each in EVERYBODY for finding in health_of(each)}
    leaks = {(each.path, value) for each in answers if each.role == role for value in hidden if value in each.text}
    assert leaks == set()


def test_each_route_answers_somebody(answers: list[Answered]) -> None:
    silent = {each.path for each in answers} - {each.path for each in answers if each.status < 400}
    stored = {"/api/rosters/{team_id}/{date}/explanations/{visit_id}", "/api/residents/{resident_id}/offers"}
    assert silent <= stored | {"/fhir/PractitionerRole/{id}"}


def test_each_route_that_names_a_resident_leaves_a_record_of_it(answers: list[Answered]) -> None:
    shown = [each for each in answers if each.status < 400 and each.path not in TELL_OF_READS]
    naming = [(each, {one or other for one, other in NAMED.findall(each.text)} & EVERYBODY) for each in shown]
    assert len({each.path for each, residents in naming if residents}) > 10
    unrecorded = {
        (each.role, each.path, resident)
        for each, residents in naming
        for resident in residents
        if not any(resident in read.resident_ids for read in each.reads)
    }
    assert unrecorded == set()


def test_each_route_that_shows_a_personal_value_masked_or_not_leaves_a_record(answers: list[Answered]) -> None:
    values = {value for each in EVERYBODY for value in secrets_of(each) | health_of(each)} | set(MASKED)
    shows = [each for each in answers if any(value in each.text for value in values)]
    assert {each.path for each in shows if not each.reads} == set()


def test_a_resident_learns_who_has_seen_their_record_and_not_whose_else_they_saw(answers: list[Answered]) -> None:
    own = [each for each in answers if each.role == "resident" and each.path in TELL_OF_READS and each.status < 400]
    assert own
    others = EVERYBODY - {"li"}
    assert {(each.path, name) for each in own for name in others if f"Patient/{name}" in each.text} == set()
