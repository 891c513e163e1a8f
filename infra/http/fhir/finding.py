"""What each type of resource is made of: questions that the reader may ask, so their scope and masks hold here too."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from infra.access.reads import Read
from infra.edges.problems import UsageError
from infra.http.fhir import contracts, people, records, requests, visits
from infra.http.fhir.elements import FhirView, Record, fhir_id, identity_of
from infra.http.fhir.search import Search
from infra.store.recorded import StoredEvent
from projections.care_tasks import ResidentCareTasks
from projections.caseload import TeamCaseload
from projections.entitlements import Entitlements
from projections.feeds.resident_records import ResidentContracts, ResidentReferrals, ResidentVisits, resident_of
from projections.questions import Answer, Row, Rows
from projections.referral_inbox import ReferralInbox
from projections.residents import ResidentCard
from projections.teams import TeamMembers, Teams

NOBODY = ""
"""The resident of what is unknown."""
READ_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds resources for one reader.

    `ask` answers a question as they may see it, `may_ask` says whether it lies in their scope, `rows` tell whose record
    an id belongs to, `read` gives a stream.
    `reads` are the reads on record of a resident, or the one of an id, as far as the reader may know of them.
    """

    view: FhirView
    ask: Callable[[object], Answer]
    may_ask: Callable[[object], bool]
    rows: Rows
    read: Callable[[str], Sequence[StoredEvent]]
    reads: Callable[[str | None, int | None], Sequence[Read]]

    def answers(self, question: object) -> list[Row]:
        """Return the rows of an answer."""
        answer = self.ask(question)
        return [answer] if isinstance(answer, dict) else answer or []


Find = Callable[[Finder, Search], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resources: how they are found, and by which parameters beside `_id`."""

    name: str
    find: Find
    parameters: Mapping[str, str] = field(default_factory=dict)


def _resident(finder: Finder, search: Search, kind: str) -> str:
    """Return the resident whose record is searched, by `patient` or by the resource's id.

    UsageError `fhir-parameter-missing`. What nothing has belongs to nobody, and the gate answers as it does of
    another's: ids cannot be tried out.
    """
    if search.id is not None:
        return resident_of(finder.rows, kind, _identity(search.id, search.type)) or NOBODY
    if search.patient is None:
        raise UsageError("fhir-parameter-missing", field="patient", resource=search.type)
    return _identity(search.patient, "Patient")


def _identity(resource_id: str, type_: str) -> str:
    identity = identity_of(resource_id)
    if identity is None:
        raise UsageError("fhir-resource-unknown", resource=type_)
    return identity


def _patients(finder: Finder, search: Search) -> Iterator[Record]:
    named = search.id or search.patient
    if named is None:
        raise UsageError("fhir-parameter-missing", field="_id", resource=search.type)
    for row in finder.answers(ResidentCard(resident_id=_identity(named, "Patient"))):
        yield people.patient(finder.view, row)


def _contracts(finder: Finder, search: Search) -> list[Row]:
    if search.care_team is not None and search.id is None and search.patient is None:
        return finder.answers(TeamCaseload(team_id=_identity(search.care_team, "CareTeam")))
    return finder.answers(ResidentContracts(resident_id=_resident(finder, search, "contract")))


def _episodes(finder: Finder, search: Search) -> Iterator[Record]:
    for row in _contracts(finder, search):
        yield contracts.episode_of_care(finder.view, row)


def _care_plans(finder: Finder, search: Search) -> Iterator[Record]:
    for row in finder.answers(ResidentContracts(resident_id=_resident(finder, search, "contract"))):
        if search.id in {None, fhir_id(row["contract_id"])}:
            for granted in finder.answers(Entitlements(contract_id=str(row["contract_id"]), day=finder.view.today)):
                yield contracts.care_plan(finder.view, row, granted)


def _teams(finder: Finder, search: Search) -> Iterator[tuple[Row, list[Row]]]:
    for team in finder.answers(Teams()):
        named = search.type == "CareTeam" and search.id is not None
        if named and search.id != fhir_id(team["team_id"]):
            continue
        question = TeamMembers(team_id=str(team["team_id"]), day=finder.view.today)
        if not named and not finder.may_ask(question):
            continue
        members = {str(row["member_id"]): row for row in finder.answers(question)}
        yield team, list(members.values())


def _care_teams(finder: Finder, search: Search) -> Iterator[Record]:
    for team, members in _teams(finder, search):
        yield people.care_team(finder.view, team, members)


def _practitioner_roles(finder: Finder, search: Search) -> Iterator[Record]:
    for team, members in _teams(finder, search):
        for member in members:
            yield people.practitioner_role(finder.view, member, team["institution_id"])


def _tasks(finder: Finder, search: Search) -> Iterator[Record]:
    for row in finder.answers(ResidentCareTasks(resident_id=_resident(finder, search, "care-task"))):
        yield requests.task(finder.view, row)


def _appointments(finder: Finder, search: Search) -> Iterator[Record]:
    for row in finder.answers(ResidentVisits(resident_id=_resident(finder, search, "visit"))):
        yield visits.appointment(finder.view, row)


def _encounters(finder: Finder, search: Search) -> Iterator[Record]:
    for row in finder.answers(ResidentVisits(resident_id=_resident(finder, search, "visit"))):
        record = visits.encounter(finder.view, row)
        if record is not None:
            yield record


def _referrals(finder: Finder, search: Search) -> Iterator[Record]:
    whole = search.id is None and search.patient is None
    question = ReferralInbox() if whole else ResidentReferrals(resident_id=_resident(finder, search, "referral"))
    for row in finder.answers(question):
        yield requests.service_request(finder.view, row)


def _provenance(finder: Finder, search: Search) -> Iterator[Record]:
    """Find the events of a resource that the reader may read."""
    if search.id is not None:
        stream, _, version = (identity_of(search.id) or "").rpartition(".")
        category, _, identity = stream.partition("-")
        type_ = next((name for name, each in records.STREAMS.items() if each == category), None)
        if type_ is None or not version.isdecimal():
            raise UsageError("fhir-resource-unknown", resource=search.type)
    elif search.target is None:
        raise UsageError("fhir-parameter-missing", field="target", resource=search.type)
    else:
        type_, _, resource_id = search.target.partition("/")
        if type_ not in records.STREAMS or not resource_id:
            raise UsageError("bad-value", field="target", detail=f"one of {', '.join(records.STREAMS)} is expected")
        identity = _identity(resource_id, type_)
    wanted = Search(type=type_, id=fhir_id(identity))
    if not any(record.resource["id"] == wanted.id for record in TYPES[type_].find(finder, wanted)):
        raise UsageError("fhir-resource-unknown", resource=type_)
    for event in finder.read(f"{records.STREAMS[type_]}-{identity}"):
        yield records.provenance(finder.view, event, {"reference": f"{type_}/{wanted.id}"})


def _audit_events(finder: Finder, search: Search) -> Iterator[Record]:
    if search.id is not None:
        reads = finder.reads(None, int(search.id)) if READ_ID.fullmatch(search.id) else ()
    elif search.patient is not None:
        reads = finder.reads(_identity(search.patient, "Patient"), None)
    else:
        raise UsageError("fhir-parameter-missing", field="patient", resource=search.type)
    for read in reads:
        yield records.audit_event(finder.view, read)


_PATIENT = {"patient": "reference"}
_TIMED = {**_PATIENT, "date": "date", "status": "token"}

TYPES: dict[str, ResourceType] = {
    each.name: each
    for each in (
        ResourceType("Patient", _patients),
        ResourceType("EpisodeOfCare", _episodes, {**_TIMED, "care-team": "reference"}),
        ResourceType("CareTeam", _care_teams, {"status": "token"}),
        ResourceType("PractitionerRole", _practitioner_roles, {"date": "date"}),
        ResourceType("CarePlan", _care_plans, _TIMED),
        ResourceType("Task", _tasks, {**_PATIENT, "status": "token", "date": "date"}),
        ResourceType("Appointment", _appointments, _TIMED),
        ResourceType("Encounter", _encounters, _TIMED),
        ResourceType("ServiceRequest", _referrals, _TIMED),
        ResourceType("AuditEvent", _audit_events, {**_PATIENT, "date": "date"}),
        ResourceType("Provenance", _provenance, {"target": "reference"}),
    )
}
"""Every type that is served."""
