"""Routes of rosters: a line says which function of the command line answers, and who may.

Questions are answered at once. The others are jobs: a short one is answered when it is done, of a long one the request
gets 202 and the place to look (`Prefer: wait=SECONDS` waits for it).
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

from infra.cli.records.answers import read_object
from infra.codec import command_from
from infra.edges.loading import load
from infra.edges.results import Result, to_json
from infra.http.commands import IDEMPOTENCY_KEY, command_id_of, version_of
from infra.http.jobs import OnProgress
from infra.http.lending import LentSession
from infra.http.questions import parameters_of, question_data
from infra.http.rosters import requests
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem

CLI = "infra.cli.roster"
CALLS = "infra.http.rosters.calls"

LONGEST_WAIT = 60.0
"""Seconds that a request waits for a short job."""

SETTLING_SECONDS = 2.0
"""Seconds that an answer waits for the rows, so that the next reader finds what was published."""

WAIT = re.compile(r"(?:.*,)?\s*wait=(\d{1,3})\s*(?:,.*)?", re.ASCII)

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RosterCall:
    """What a route does: the operation that the table of roles names, the function, and the class of its request.

    `long`: it may take longer than a request should wait.
    """

    operation: str
    function: str
    request: type
    long: bool = False


def answer_question(served: ServedSystem, exchange: Exchange, call: RosterCall) -> Response:
    """Answer at once."""
    query = exchange.request.query_params.multi_items()
    arguments = _arguments(exchange, command_from(call.request, question_data(call.request, query, ())))
    served.gate(exchange).check_operation(call.operation, **arguments)
    return _answer(_perform(served, exchange, call, arguments))


def do_work(served: ServedSystem, exchange: Exchange, call: RosterCall) -> Response:
    """Begin a job; answer when it is done, or where to look for it."""
    arguments = _arguments(exchange, command_from(call.request, read_object(exchange.body)))
    served.gate(exchange).check_operation(call.operation, **arguments)
    key = command_id_of(exchange.request.headers.get("idempotency-key"))

    def work(on_progress: OnProgress) -> Any:
        result = _perform(served, exchange, call, arguments, on_progress)
        served.system.rows_reach(served.system.store.last_position(), SETTLING_SECONDS)
        return result

    job = served.jobs.begin(call.operation, exchange.who.account_id, key, work)
    if job.ended.wait(_patience(exchange, call) if served.keeps_jobs else None):
        if job.error is not None:
            raise job.error
        return _answer(job.result)
    headers = {"Location": f"/api/jobs/{job.job_id}", "Cache-Control": "no-store"}
    return Response(
        to_json(job.payload(exchange.language, exchange.request_id)),
        202,
        media_type="application/json",
        headers=headers,
    )


def show_job(served: ServedSystem, exchange: Exchange) -> Response:
    """Show how far a job is, and its result when it is done."""
    served.gate(exchange).check_operation("jobs")
    job = served.jobs.find(str(exchange.request.path_params["job_id"]), exchange.who.account_id)
    return Response(
        to_json(job.payload(exchange.language, exchange.request_id)),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _arguments(exchange: Exchange, request: Any) -> Arguments:
    """Return the arguments of a request: those of its path, and those of its fields."""
    named = {field.name: getattr(request, field.name) for field in fields(request)}
    return {**named, **exchange.request.path_params}


def _perform(
    served: ServedSystem,
    exchange: Exchange,
    call: RosterCall,
    arguments: Arguments,
    on_progress: OnProgress = lambda *_: None,
) -> Any:
    """Call the function of the command line, and return what the person may see of its result, in plain data."""
    function: Callable[..., Result] = load(call.function)
    session = LentSession.of(served, exchange, lambda _, done, total: on_progress(done, total))
    known = inspect.signature(function).parameters
    more: Arguments = {
        "actor": exchange.who.account_id,
        "if_revision": version_of(exchange.request.headers.get("if-match")),
        "checks": served.checks,
    }
    result = function(session, **arguments, **{name: each for name, each in more.items() if name in known})
    documents = [orjson.loads(to_json(each)) for each in result.documents()]
    plain = documents[0] if len(documents) == 1 else documents
    return served.gate(exchange).show(call.operation, plain, **arguments)


def _answer(plain: Any) -> Response:
    """Answer with a result; its revision is the ETag that `If-Match` takes."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(plain, Mapping) and plain.get("revision") is not None:
        headers["ETag"] = f'"r{plain["revision"]}"'
    return Response(to_json(plain), media_type="application/json", headers=headers)


def _patience(exchange: Exchange, call: RosterCall) -> float:
    """Return for how many seconds the request waits for its job."""
    preferred = WAIT.fullmatch(exchange.request.headers.get("prefer", ""))
    if preferred is not None:
        return min(float(preferred[1]), LONGEST_WAIT)
    return 0.0 if call.long else LONGEST_WAIT


TEAM_ID = Parameter(name="team_id", where="path", schema={"type": "string", "examples": ["team-east"]})
DATE = Parameter(name="date", where="path", schema={"type": "string", "format": "date", "examples": ["2026-03-02"]})
IF_REVISION = Parameter(
    name="If-Match",
    where="header",
    description="The revision that must be the newest, as the ETag of an answer told it.",
    schema={"type": "string", "pattern": '^"r[0-9]{1,9}"$'},
)
PREFER = Parameter(
    name="Prefer",
    where="header",
    description="wait=SECONDS: wait so long for the result, 60 at most.",
    schema={"type": "string", "examples": ["wait=10"]},
)
DAY = "/api/rosters/{team_id}/{date}"
JOB = {
    "type": "object",
    "required": ["job_id", "operation", "state", "done", "total"],
    "properties": {
        "job_id": {"type": "string"},
        "operation": {"type": "string"},
        "state": {"enum": ["waiting", "running", "done", "refused"]},
        "done": {"type": "integer"},
        "total": {"type": ["integer", "null"]},
        "result": {"description": "What the request would have answered."},
        "problem": {"$ref": "#/components/schemas/Problem"},
    },
}


def _path_parameters(path: str) -> list[Parameter]:
    known = {"team_id": TEAM_ID, "date": DATE}
    names = re.findall(r"\{(\w+)\}", path)
    return [known.get(name, Parameter(name=name, where="path")) for name in names]


def _asks(path: str, call: RosterCall) -> ApiRoute:
    return ApiRoute(
        method="GET",
        path=path,
        handler=partial(answer_question, call=call),
        summary=_summary(call),
        tag="rosters",
        parameters=[*_path_parameters(path), *parameters_of(call.request)],
        answer={"type": "object"},
    )


def _does(path: str, call: RosterCall, example: Mapping[str, Any]) -> ApiRoute:
    known = inspect.signature(load(call.function)).parameters
    revision = [IF_REVISION] if "if_revision" in known else []
    return ApiRoute(
        method="POST",
        path=path,
        handler=partial(do_work, call=call),
        summary=_summary(call),
        tag="rosters",
        parameters=[*_path_parameters(path), IDEMPOTENCY_KEY, *revision, PREFER],
        body=call.request,
        example=example,
        answer={"type": ["object", "array"]},
        more_statuses={"202": {"description": "Begun: Location says where to look.", "schema": JOB}},
    )


def _summary(call: RosterCall) -> str:
    doc: str = load(call.function).__doc__ or ""
    return doc.partition("\n")[0]


MOVE = {"visit_id": "v1", "member_id": "nurse-li", "starts_at": "2026-03-02T10:00:00+08:00"}


def routes() -> list[ApiRoute]:
    """Return the routes of rosters and of jobs."""
    r = requests
    return [
        _asks(DAY, RosterCall("roster-show", f"{CLI}.board.show:show", r.ShowDay)),
        _asks(f"{DAY}/day", RosterCall("roster-day", f"{CLI}.day.show_day:show_day", r.ShowDay)),
        _asks(f"{DAY}/terms", RosterCall("roster-terms", f"{CLI}.terms.list_terms:terms", r.ShowDay)),
        _asks(f"{DAY}/notices", RosterCall("roster-notices", f"{CLI}.moment.notices:notices", r.ListNotices)),
        _asks(
            f"{DAY}/explanations/{{visit_id}}",
            RosterCall("roster-explain", f"{CLI}.explain:explain", r.ExplainVisit),
        ),
        _asks(
            "/api/residents/{resident_id}/offers",
            RosterCall("roster-offer", f"{CLI}.moment.offer:offer", r.ListOffers),
        ),
        _asks(
            "/api/members/{member_id}/cover/{date}",
            RosterCall("roster-cover", f"{CALLS}:list_cover", r.ListCover),
        ),
        _does(f"{DAY}/plan", RosterCall("roster-plan", f"{CALLS}:plan_team", r.PlanDay, long=True), {}),
        _does(
            f"{DAY}/replan",
            RosterCall("roster-replan", f"{CLI}.replan:replan", r.ReplanDay, long=True),
            {"most_moved": 3, "dry_run": True},
        ),
        _does(f"{DAY}/check", RosterCall("roster-check", f"{CALLS}:check", r.CheckMoves), {"moves": [MOVE]}),
        _does(
            f"{DAY}/publish",
            RosterCall("roster-publish", f"{CALLS}:publish", r.PublishDraft),
            {"draft": "0123456789ab"},
        ),
        _does(
            f"{DAY}/what-if",
            RosterCall("roster-what-if", f"{CALLS}:compare", r.CompareDay, long=True),
            {"ill": ["nurse-li"]},
        ),
        _does(f"{DAY}/week", RosterCall("roster-week", f"{CALLS}:spread", r.SpreadWeeks, long=True), {"weeks": 1}),
        _does(
            f"{DAY}/notices",
            RosterCall("roster-record-notice", f"{CLI}.moment.notices:record", r.RecordNotice),
            {"visit_id": "v1", "notified_by": "nurse-li", "channel": "call"},
        ),
        _does(
            "/api/visits/{visit_id}/place",
            RosterCall("roster-place", f"{CLI}.terms.place:place", r.PlaceVisit),
            {"member_id": ["nurse-li"], "at": ["10:00"], "on": "2026-03-02"},
        ),
        _does(
            "/api/residents/{resident_id}/offers",
            RosterCall("roster-take-offer", f"{CLI}.moment.offer:take", r.TakeOffer),
            {"purpose": "home-call", "at": "2026-03-10T09:30"},
        ),
        _does(
            "/api/members/{member_id}/cover/{date}",
            RosterCall("roster-cover", f"{CLI}.moment.cover:cover", r.TakeCover, long=True),
            {"choice": "1"},
        ),
        ApiRoute(
            method="GET",
            path="/api/jobs/{job_id}",
            handler=show_job,
            summary="Show how far a job is, and its result when it is done.",
            tag="jobs",
            parameters=[Parameter(name="job_id", where="path")],
            answer=JOB,
        ),
    ]
