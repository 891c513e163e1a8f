"""Routes of the FHIR views. Every answer is `application/fhir+json`, a refusal an OperationOutcome."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

from starlette.responses import Response

from domain.decider import Refused
from domain.local_time import local_day
from infra.access.gate import Gate, UnrecordedRead
from infra.access.reads import Read, reads_of
from infra.edges.problems import UsageError, problem_of
from infra.edges.results import to_json
from infra.http.fhir.capability import capability_statement
from infra.http.fhir.elements import FhirView, Resource, fhir_id, patients_in
from infra.http.fhir.finding import TYPES, Finder
from infra.http.fhir.search import Search, bundle, matches, parse_search
from infra.http.problems import FAULTS, status_of
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem
from infra.system import System
from projections.questions import Answer

MEDIA_TYPE = "application/fhir+json; charset=utf-8"

ISSUES = {401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 422: "value", 429: "throttled"}
"""Codes of issues by status (http://hl7.org/fhir/issue-type); another is `exception`."""

FINDS_NOTHING = {"fhir-resource-unknown", "outside-scope"}
"""What a search by id finds of nothing, and of what is another's: both alike."""

MOST_READS = 1000
"""The newest reads of a resident that are looked through."""

Make = Callable[[ServedSystem, Exchange], Resource]


def _answer(served: ServedSystem, exchange: Exchange, make: Make) -> Response:
    """Answer with a resource, or with what is wrong."""
    try:
        return _response(make(served, exchange), 200)
    except Exception as error:
        problem = problem_of(error, exchange.language)
        if problem is None:
            raise
        status = status_of(problem, error, reads=True)
        if status >= FAULTS:
            raise
        return _response(operation_outcome(ISSUES.get(status, "exception"), problem.rule, problem.detail), status)


def operation_outcome(code: str, rule: str, detail: str) -> Resource:
    """Return what is wrong: FHIR's code, our rule, and a sentence."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": detail}, "diagnostics": rule}],
    }


def _response(resource: Resource, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Authorization, Cookie, Accept-Language"}
    return Response(to_json(resource), status, media_type=MEDIA_TYPE, headers=headers)


class RecordedReads:
    """The questions behind one answer: their reads are on record, with those who are shown, before it leaves."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._reads: list[UnrecordedRead] = []

    def ask(self, question: object) -> Answer:
        """Return an answer whose read `record` writes."""
        read = self._gate.read(question)
        self._reads.append(read)
        return cast(Answer, read.answer)

    def record(self, shown: Iterable[Resource]) -> None:
        """Write the reads with the residents whom resources name."""
        patients = patients_in([*shown])
        for read in self._reads:
            read.record([each for each in read.seen if fhir_id(each) in patients])


def _finder(served: ServedSystem, exchange: Exchange, reads: RecordedReads) -> Finder:
    _ = exchange.who
    view = FhirView(base=served.system.settings.public_url, words=exchange.words, today=local_day(served.now()))
    system = served.system
    return Finder(
        view,
        reads.ask,
        served.gate(exchange).may_ask,
        rows=system.rows,
        read=system.store.read,
        reads=partial(_reads, system, served.gate(exchange)),
    )


def _reads(system: System, gate: Gate, resident_id: str | None, read_id: int | None) -> Sequence[Read]:
    """Return the reads of a resident, or the one of an id. A resident does not learn who else was seen with them."""
    if resident_id is not None:
        gate.check_operation("reads-of", resident_id=resident_id)
        reads = gate.show(
            "reads-of", reads_of(system).of_resident(resident_id, limit=MOST_READS), resident_id=resident_id
        )
        return [replace(read, resident_ids=(resident_id,)) for read in reads]
    assert read_id is not None
    reads = [read for read in reads_of(system).newest(read_id + 1, limit=1) if read.read_id == read_id]
    own = gate.principal.resident_id
    if own is not None and any(own in read.resident_ids for read in reads):
        gate.check_operation("reads-of", resident_id=own)
        return [replace(read, resident_ids=(own,)) for read in gate.show("reads-of", reads, resident_id=own)]
    gate.check_operation("reads")
    return reads


def _metadata(served: ServedSystem, exchange: Exchange) -> Resource:  # noqa: ARG001 -- shared signature
    return capability_statement(served.system.settings.public_url)


def _search(served: ServedSystem, exchange: Exchange, type_: str) -> Resource:
    reads = RecordedReads(served.gate(exchange))
    finder = _finder(served, exchange, reads)
    query = exchange.request.query_params.multi_items()
    search = parse_search(type_, query, list(TYPES[type_].parameters))
    try:
        candidates = list(TYPES[type_].find(finder, search))
    except (UsageError, Refused) as error:
        if search.id is None or error.rule not in FINDS_NOTHING:
            raise
        candidates = []
    records = [
        record for record in candidates if search.id in {None, record.resource["id"]} and matches(search, record)
    ]
    page = bundle(finder.view, search, records, query)
    reads.record(entry["resource"] for entry in page.get("entry", ()))
    return page


def _read(served: ServedSystem, exchange: Exchange, type_: str) -> Resource:
    reads = RecordedReads(served.gate(exchange))
    finder = _finder(served, exchange, reads)
    resource_id = exchange.request.path_params["id"]
    for record in TYPES[type_].find(finder, Search(type=type_, id=resource_id)):
        if record.resource["id"] == resource_id:
            reads.record([record.resource])
            return record.resource
    raise UsageError("fhir-resource-unknown", resource=type_)


def _route(path: str, summary: str, make: Make, *parameters: Parameter) -> ApiRoute:
    return ApiRoute(
        method="GET",
        path=path,
        handler=partial(_answer, make=make),
        summary=summary,
        tag="fhir",
        parameters=parameters,
        answer={"type": "object"},
        media_type=MEDIA_TYPE,
        signed_in=False,  # `_finder` refuses, so that the answer is an OperationOutcome
    )


def routes() -> list[ApiRoute]:
    """Return the statement of capabilities, and a read and a search for each type.

    They describe themselves as FHIR does, so the OpenAPI document leaves them out.
    """
    by_id = Parameter(name="id", where="path")
    return [
        _route("/fhir/metadata", "Describe the FHIR views.", _metadata),
        *(_route(f"/fhir/{name}", f"Search {name}.", partial(_search, type_=name)) for name in TYPES),
        *(_route(f"/fhir/{name}/{{id}}", f"Read {name}.", partial(_read, type_=name), by_id) for name in TYPES),
    ]
