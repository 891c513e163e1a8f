"""FHIR over HTTP: reads, searches, pages and outcomes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fhir.resources import get_fhir_model_class

from domain.visit.commands import RequestVisit
from tests.http.served import Served, served
from tests.small_town import MONDAY, run_commands


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("fhir")) as opened:
        for number in range(3):
            request = RequestVisit(
                visit_id=f"v{number}",
                resident_id="li",
                team_id="east",
                contract_id="contract-of-li",
                purpose="home-call",
                window_from=MONDAY + timedelta(days=number),
                window_to=MONDAY + timedelta(days=number),
            )
            run_commands(opened.system, request)
        yield opened


def resource(door: Served, path: str, status: int = 200, account: str | None = "leader") -> Any:
    answered = door.get(f"/fhir/{path}", account)
    assert answered.status_code == status, answered.text
    assert answered.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    body = answered.json()
    get_fhir_model_class(body["resourceType"]).model_validate(body)
    return body


def test_the_statement_names_what_is_served_and_needs_no_sign_in(door: Served) -> None:
    statement = resource(door, "metadata", account=None)
    (rest,) = statement["rest"]
    for each in rest["resource"]:
        names = {parameter["name"] for parameter in each["searchParam"]}
        path = {"Provenance": "?target=Patient/li"}.get(each["type"], "?patient=li" if "patient" in names else "")
        path = "?_id=li" if each["type"] == "Patient" else path
        assert resource(door, f"{each['type']}{path}", account="city")["type"] == "searchset"


@pytest.mark.parametrize(
    "path",
    [
        "Patient/li",
        "EpisodeOfCare/contract-of-li",
        "CareTeam/east",
        "PractitionerRole/east.nurse-1",
        "CarePlan/contract-of-li",
        "Appointment/v0",
        "Provenance/contract-contract-of-li.1",
    ],
)
def test_a_resource_is_read_by_its_id_and_its_references_lead_on(door: Served, path: str) -> None:
    read = resource(door, path)
    assert f"{read['resourceType']}/{read['id']}" == path
    for each in references(read):
        resource(door, each)


def references(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if "reference" in content and not content["reference"].startswith("#"):
            yield content["reference"]
        for each in content.values():
            yield from references(each)
    elif isinstance(content, list):
        for each in content:
            yield from references(each)


def test_pages_lead_to_every_match_once(door: Served) -> None:
    matched, path = [], "Appointment?patient=Patient/li&_count=2"
    while path:
        page = resource(door, path)
        assert page["total"] == 3
        matched += [entry["resource"]["id"] for entry in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        path = following[0].partition("/fhir/")[2] if following else ""
    assert matched == ["v0", "v1", "v2"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("date=2026-03-03", ["v1"]),
        ("date=ge2026-03-03", ["v1", "v2"]),
        ("date=lt2026-03-03", ["v0"]),
        ("date=gt2026-03-02&date=le2026-03-03", ["v1"]),
        ("status=proposed,booked", ["v0", "v1", "v2"]),
        ("status=fulfilled", []),
        ("_id=v1", ["v1"]),
        ("_id=nothing", []),
    ],
)
def test_a_search_narrows_by_day_status_and_id(door: Served, query: str, ids: list[str]) -> None:
    page = resource(door, f"Appointment?patient=li&{query}")
    assert [entry["resource"]["id"] for entry in page.get("entry", [])] == ids


@pytest.mark.parametrize(
    ("path", "account", "status", "code"),
    [
        ("Patient/li", None, 401, "login"),
        ("Patient/li", "operator", 403, "forbidden"),
        ("Appointment/v0", "hospital", 403, "forbidden"),
        ("AuditEvent?patient=li", "leader", 403, "forbidden"),
        ("AuditEvent/99999999999999999999", "auditor", 404, "not-found"),
        ("Patient/nobody", "leader", 403, "forbidden"),
        ("Patient/nobody", "auditor", 404, "not-found"),
        ("Task?status=ready", "leader", 422, "value"),
        ("Appointment?patient=li&name=x", "leader", 422, "value"),
        ("Appointment?patient=li&date=yesterday", "leader", 422, "value"),
        ("Appointment?patient=Practitioner/li", "leader", 422, "value"),
        ("Provenance?target=Observation/1", "leader", 422, "value"),
    ],
)
def test_a_refusal_is_an_outcome(door: Served, path: str, account: str | None, status: int, code: str) -> None:
    outcome = resource(door, path, status, account)
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == code


def test_every_event_of_a_contract_has_its_provenance_with_who_and_when(door: Served) -> None:
    page = resource(door, "Provenance?target=EpisodeOfCare/contract-of-li")
    first = page["entry"][0]["resource"]
    assert first["activity"]["coding"][0]["code"] == "contract.signed.v1"
    assert first["agent"][0]["who"]["identifier"]["value"] == "test"
    assert first["recorded"] == "2026-03-01T23:00:00Z"
    assert "personal" not in str(page)


def test_a_patient_is_masked_as_the_role_has_it(door: Served) -> None:
    (whole,), (masked,) = (resource(door, "Patient/li", account=each)["name"] for each in ("leader", "auditor"))
    assert (whole, masked) == ({"text": "李秀英"}, {"text": "李**"})


def test_a_resident_sees_who_has_read_their_record(door: Served) -> None:
    resource(door, "Patient/li", account="auditor")
    page = resource(door, "AuditEvent?patient=li", account="resident")
    read = page["entry"][0]["resource"]
    assert read["agent"][0]["who"]["identifier"]["value"] == "auditor"
    assert read["entity"][0]["what"]["identifier"]["value"] == "ResidentCard"
    assert resource(door, f"AuditEvent/{read['id']}", account="resident") == read
