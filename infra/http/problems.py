"""Problem details (RFC 9457): every refusal and fault as one JSON object, in the language that is asked for.

`type` is `/problems/` and the name of the rule; it never changes, and a page stands there. `title` is the sentence of
the rule without its values, `detail` the one with them.
"""

import logging
from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from domain.decider import Refused
from domain.rulebook.plumbing import NOT_THERE
from infra.database.errors import StoreError
from infra.edges.phrases import phrase
from infra.edges.problems import Problem, UsageError, problem_of
from infra.settings import Language
from infra.store.recorded import Conflict

MEDIA_TYPE = "application/problem+json"
TYPES = "/problems/"

STATUS = {
    "not-signed-in": 401,
    "sign-in-refused": 401,
    "code-needed": 401,
    "token-refused": 401,
    "password-temporary": 403,
    "second-factor-missing": 403,
    "password-wrong": 403,
    "code-wrong": 403,
    "role-not-allowed": 403,
    "outside-scope": 403,
    "purpose-needed": 403,
    "read-purpose-unknown": 422,
    "cross-site-refused": 403,
    "command-unknown": 404,
    "question-unknown": 404,
    "address-unknown": 404,
    "fhir-resource-unknown": 404,
    "method-not-allowed": 405,
    "job-unknown": 404,
    "nothing-recorded-yet": 404,
    "survey-unknown": 404,
    "job-lost": 410,
    "body-too-slow": 408,
    "stale-version": 412,
    "stale-revision": 412,
    "roster-changed": 412,
    "draft-of-another-revision": 412,
    "body-too-large": 413,
    "batch-too-long": 413,
    "body-not-json": 415,
    "command-id-reused": 422,
    "password-too-short": 422,
    "password-too-long": 422,
    "password-common": 422,
    "password-has-name": 422,
    "password-unchanged": 422,
    "too-many-requests": 429,
    "too-many-attempts": 429,
    "program-fault": 500,
    "event-corrupt": 500,
    "file-unusable": 500,
    "issuer-away": 503,
    "key-file-other": 503,
    "wrong-key-file": 503,
    "store-failed": 503,
    "store-newer-than-program": 503,
    "clock-ahead": 503,
    "clock-leaps": 503,
    "now-before-last-event": 503,
    "rows-not-there-yet": 503,
}
"""Statuses by rule. Another refusal of the domain is 409, an input that cannot be read 422, one that is no JSON 400."""

UNREADABLE = 422
REFUSED = 409
FAULTS = 500

log = logging.getLogger(__name__)


def problem_response(error: BaseException, language: Language, request_id: str, *, reads: bool = False) -> Response:
    """Answer an error with its problem. `reads`: the request reads, so what is not there is 404."""
    problem, status = reported(error, language, request_id, reads=reads)
    return answer_problem(problem, status, language, request_id)


def reported(error: BaseException, language: Language, request_id: str, *, reads: bool = False) -> tuple[Problem, int]:
    """Return the problem of an error, and its status.

    What is the program's own fault is logged, and its problem tells nothing of its inside.
    """
    problem = problem_of(error, language)
    if problem is None:
        log.error("request %s failed", request_id, exc_info=error)
        problem = _plain("program-fault", language)
    status = status_of(problem, error, reads=reads)
    if status < FAULTS:
        log.info("request %s refused: %s, %d", request_id, problem.rule, status)
    if status >= FAULTS and problem.rule != "program-fault":
        if not isinstance(error, UsageError):
            log.warning("request %s: %s", request_id, problem.detail)
        problem = _plain(problem.rule, language) if isinstance(error, StoreError) else problem
    return problem, status


def status_of(problem: Problem, error: BaseException, *, reads: bool = False) -> int:
    """Return the status of a problem."""
    known = STATUS.get(problem.rule)
    if known is not None:
        return known
    if problem.rule == "bad-json":
        return 400
    if reads and problem.rule in NOT_THERE:
        return 404
    return REFUSED if _is_refusal(error) else UNREADABLE


def answer_problem(
    problem: Problem, status: int, language: Language, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a problem."""
    body = msgspec.json.encode(document(problem, status, language, request_id))
    more = {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})}
    if status == 401:
        more["WWW-Authenticate"] = 'Bearer realm="jiayi"'
    if status == 429:
        more.setdefault("Retry-After", str(problem.values.get("seconds", 60)))
    if status == 503:
        more["Retry-After"] = "1"
    if status == 408:
        more["Connection"] = "close"
    return Response(body, status, media_type=MEDIA_TYPE, headers=more)


def document(problem: Problem, status: int, language: Language, request_id: str) -> dict[str, object]:
    """Return the JSON object of a problem."""
    return {
        "type": f"{TYPES}{problem.rule}",
        "title": phrase(problem.rule, {}, language),
        "status": status,
        "instance": f"urn:jiayi:request:{request_id}",
        **({"number": problem.number} if problem.number else {}),
        **problem.payload(),
    }


def _plain(rule: str, language: Language) -> Problem:
    return Problem(rule=rule, detail=phrase(rule, {}, language), values={})


def _is_refusal(error: BaseException) -> bool:
    return isinstance(error, Refused | Conflict)
