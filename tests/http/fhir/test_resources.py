"""Every resource is valid FHIR R5, in every state that its aggregate can have."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args

import pytest
from fhir.resources import get_fhir_model_class

from domain.care_plan.state import TaskStatus
from domain.contract.state import ContractStatus
from domain.referral.state import ReferralStatus
from domain.registry import EVENT_TYPES
from domain.visit.state import VisitStatus
from infra.access.reads import Outcome, Read
from infra.edges.phrases import Translator
from infra.http.fhir import contracts, people, records, requests, visits
from infra.http.fhir.capability import capability_statement
from infra.http.fhir.elements import FhirView, fhir_id, identity_of
from infra.http.fhir.finding import TYPES, Finder
from infra.http.fhir.routes import operation_outcome
from infra.http.fhir.search import Search
from infra.rows.model import catch_up
from infra.rows.sqlite import SqliteRows
from projections.feeds.resident_records import ResidentVisits
from projections.registry import answer
from tests.domain.builders import TODAY
from tests.projections.histories import ListLog, history

BASE = "https://jiayi.example"
VIEW = FhirView(base=BASE, words=Translator("zh"), today=TODAY)


READ = Read(
    at=datetime(2026, 3, 2, tzinfo=UTC),
    account_id="dr-chen",
    session_id="s1",
    roles=("leader", "member"),
    purpose="treatment",
    what="ResidentCard",
    resident_ids=("r1",),
    request_id="q1",
    outcome="shown",
    read_id=7,
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SqliteRows]]:
    """Rows of random histories."""
    folder = tmp_path_factory.mktemp("rows")
    opened = []
    for seed in range(9):
        each = SqliteRows(folder / f"{seed}.db")
        catch_up(ListLog(history(seed)), each, known=EVENT_TYPES)
        opened.append(each)
    yield opened
    for each in opened:
        each.close()


@cache
def model(name: str) -> Any:
    return get_fhir_model_class(name)


def validated(resource: dict[str, Any]) -> dict[str, Any]:
    model(resource["resourceType"]).model_validate(resource)
    return resource


def finder(rows: SqliteRows) -> Finder:
    return Finder(
        VIEW,
        lambda question: answer(question, rows),
        lambda _: True,
        rows=rows,
        read=lambda _: [],
        reads=lambda *_: [READ],
    )


def ids(rows: SqliteRows, table: str, column: str) -> list[str]:
    return [str(row[column]) for row in rows.ask(f"SELECT DISTINCT {column} FROM {table}")]


BY_PATIENT = ("AuditEvent", "EpisodeOfCare", "CarePlan", "Task", "Appointment", "Encounter", "ServiceRequest")


def test_every_resource_of_every_resident_and_team_is_valid(rows: list[SqliteRows]) -> None:
    seen: dict[str, int] = defaultdict(int)
    for each in rows:
        reader = finder(each)
        searches = [Search(type="CareTeam"), Search(type="PractitionerRole")]
        for resident in ids(each, "residents_v1", "resident_id"):
            searches.append(Search(type="Patient", id=fhir_id(resident)))
            searches += [Search(type=name, patient=fhir_id(resident)) for name in BY_PATIENT]
        for search in searches:
            for record in TYPES[search.type].find(reader, search):
                assert validated(record.resource)["resourceType"] == search.type
                seen[search.type] += 1
    assert sorted(seen) == sorted(TYPES.keys() - {"Provenance"})


def test_every_state_of_a_visit_is_an_appointment_and_those_under_way_or_made_are_encounters(
    rows: list[SqliteRows],
) -> None:
    states = set()
    for visit in visits_of(rows):
        states.add(visit["status"])
        made = validated(visits.appointment(VIEW, visit).resource)
        assert ("start" in made) == bool(visit["slots"])
        assert "start" in made or made["status"] in {"proposed", "cancelled"}, "a rule of FHIR (app-3)"
        assert (visits.encounter(VIEW, visit) is not None) == (visit["status"] in {"started", "completed"})
    assert states == set(get_args(VisitStatus)) - {"unknown"}


def visits_of(rows: list[SqliteRows]) -> Iterator[dict[str, Any]]:
    for each in rows:
        for resident in ids(each, "visits_v1", "resident_id"):
            visits_there = answer(ResidentVisits(resident_id=resident), each)
            assert isinstance(visits_there, list)
            yield from visits_there


@pytest.mark.parametrize(
    ("kind", "statuses", "states"),
    [
        ("care_tasks_v1", requests.TASK, get_args(TaskStatus)),
        ("referrals_v1", requests.REFERRAL, set(get_args(ReferralStatus)) - {"unknown"}),
        ("visits_v1", visits.APPOINTMENT, set(get_args(VisitStatus)) - {"unknown"}),
    ],
)
def test_every_state_has_its_status_in_fhir(kind: str, statuses: dict[str, str], states: set[str]) -> None:
    assert statuses.keys() == set(states), kind


CONTRACT = {
    "contract_id": "c1",
    "resident_id": "r1",
    "team_id": "t1",
    "institution_id": "i1",
    "package": "basic",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "doctor_id": "chen",
}


@pytest.mark.parametrize("status", sorted(set(get_args(ContractStatus)) - {"none", "drafted", "discarded"}))
def test_every_state_of_a_contract_is_an_episode(status: str) -> None:
    made = validated(contracts.episode_of_care(VIEW, {**CONTRACT, "status": status}).resource)
    assert made["status"] == ("active" if status in contracts.RUNNING else "finished")


def test_a_contract_that_begins_later_is_planned() -> None:
    later = {**CONTRACT, "status": "signed", "starts_on": "2026-06-01"}
    assert contracts.episode_of_care(VIEW, later).resource["status"] == "planned"


@pytest.mark.parametrize(("status", "then"), list(requests.REFERRAL.items()))
def test_every_step_of_a_referral_is_a_service_request(status: str, then: str) -> None:
    referral = {
        "referral_id": "f1",
        "resident_id": "r1",
        "team_id": "t1",
        "institution_id": "hospital",
        "urgency": "urgent",
        "criteria": ["stroke-suspected"],
        "requested_at": "2026-03-02T01:00:00Z",
        "appointment_at": None,
        "former_referral_id": None,
        "status": status,
    }
    made = validated(requests.service_request(VIEW, referral).resource)
    assert (made["status"], made["priority"]) == (then, "urgent")


def test_a_masked_patient_is_valid_and_shows_what_the_mask_leaves() -> None:
    card = {"resident_id": "r1", "name": "李**", "phone": "138****8000", "born_on": "1970-**-**", "departed": None}
    made = validated(people.patient(VIEW, card).resource)
    assert (made["name"], "birthDate" in made) == ([{"text": "李**"}], False)
    assert "name" not in validated(people.patient(VIEW, {"resident_id": "r1", "departed": "died"}).resource)


def test_a_plan_says_what_is_left() -> None:
    granted = {
        "package": "basic",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "items": [
            {"item": "home-visit", "granted": 4, "used": 1, "left": 3, "finish_by": "2026-12-31"},
            {"item": "health-check", "granted": 1, "used": 1, "left": 0, "finish_by": "2026-12-31"},
        ],
    }
    made = validated(contracts.care_plan(VIEW, {**CONTRACT, "status": "signed"}, granted).resource)
    assert [each["status"] for each in made["contained"]] == ["active", "completed"]
    assert made["activity"][0]["progress"] == [{"text": "1 / 4"}]


def test_the_statement_of_capabilities_and_an_outcome_are_valid() -> None:
    validated(capability_statement(BASE))
    validated(operation_outcome("not-found", "address-unknown", "There is no such address."))


@pytest.mark.parametrize("identity", ["r1", "居民-1", "a_b", "u-1", "x" * 64, "C000001.child-check.9"])
def test_an_id_of_ours_comes_back_from_fhir(identity: str) -> None:
    assert identity_of(fhir_id(identity)) == identity


def test_an_id_too_long_for_fhir_is_a_digest_that_leads_nowhere() -> None:
    made = fhir_id("x" * 65)
    assert len(made) <= 64
    assert identity_of(made) is None


@pytest.mark.parametrize("outcome", get_args(Outcome))
@pytest.mark.parametrize("residents", [(), ("r1",), ("r1", "r2")])
def test_every_read_on_record_is_an_audit_event(outcome: Outcome, residents: tuple[str, ...]) -> None:
    read = replace(READ, outcome=outcome, resident_ids=residents, purpose=None if residents else "inspection")
    made = validated(records.audit_event(VIEW, read).resource)
    assert ("patient" in made) == (len(residents) == 1)
    assert [each["what"] for each in made["entity"][1:-1]] == [{"reference": f"Patient/{each}"} for each in residents]
    assert made["agent"][0]["who"]["identifier"]["value"] == "dr-chen"


def test_what_is_hidden_or_masked_leaves_a_valid_resource() -> None:
    hidden: dict[str, Any] = {
        "resident_id": "r1",
        "team_id": "t1",
        "contract_id": None,
        "slots": [],
        "cancel_reason": "***",
    }
    visit = {"visit_id": "v1", "purpose": None, "status": "cancelled", "window_from": "2026-03-02", **hidden}
    made = validated(visits.appointment(VIEW, {**visit, "window_to": "2026-03-02"}).resource)
    assert ("serviceType" in made, made["cancellationReason"]) == (False, {"text": "***"})
