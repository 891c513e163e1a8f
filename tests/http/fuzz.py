"""Requests that are made from the API's own description, sent under every role: no fault of the program, no answer that
the description does not have, and nothing half written.

As a program, with many cases: `python -m tests.http.fuzz --cases 20000`.
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import hypothesis.errors
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.http.app import api_routes
from infra.http.describe.openapi import document
from infra.http.describe.problem_pages import problem_rules
from infra.planning.solver_pool import keep_pool
from infra.words.catalogue import words
from tests.http.served import CITY, PRINCIPALS, Served, served

ACCOUNTS = (*PRINCIPALS, CITY.account_id, CITY.account_id, CITY.account_id)
"""Every role in turn; the account that may do all comes more often, since its requests go deeper."""

ENDLESS = "/api/live"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

KNOWN = {
    "team_id": "east",
    "resident_id": "li",
    "contract_id": "contract-of-li",
    "institution_id": "centre",
    "member_id": "nurse-1",
    "assessor_id": "gp-1",
    "date": "2026-03-02",
    "day": "2026-03-02",
}
"""What is there: put in the place of what was made up, now and then, so that requests reach the rules."""


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(_: Any, content: Any) -> bytes:
    """Return what is made up for a batch as it is sent."""
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else json.dumps(content).encode()


@dataclass
class Report:
    """What came of the cases."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    differences: int = 0

    @property
    def cases(self) -> int:
        return self.statuses.total()


def fuzz(door: Served, cases: int, seed: int = 1) -> Report:
    """Send so many cases, spread over all operations, and look at what is left in the store."""
    report, chance = Report(), random.Random(seed)
    operations = [each.ok() for each in _described().get_all_operations()]
    operations = [each for each in operations if each.path != ENDLESS]
    chance.shuffle(operations)
    each_has, some_have_more = divmod(cases, len(operations))
    with keep_pool():
        for number, operation in enumerate(operations):
            wanted = each_has + (number < some_have_more)
            if wanted:
                _try_operation(door, operation, wanted, report, chance)
    report.differences = len(door.system.check_rows())
    return report


def _described() -> Any:
    return schemathesis.openapi.from_dict(document(api_routes(), problem_rules()))


def _try_operation(door: Served, operation: Any, cases: int, report: Report, chance: random.Random) -> None:
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]

    def attempt(mode: GenerationMode, wanted: int) -> None:
        @hypothesis.seed(chance.getrandbits(32))
        @hypothesis.settings(
            max_examples=wanted,
            database=None,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            _send(door, case, report, chance)

        try:
            send()
        except (hypothesis.errors.Unsatisfiable, hypothesis.errors.InvalidArgument):
            return  # nothing that contradicts the description can be made

    for mode, wanted in zip(modes, (cases - cases // 3, cases // 3), strict=True):
        if wanted:
            attempt(mode, wanted)


def _send(door: Served, case: Any, report: Report, chance: random.Random) -> None:
    if chance.random() < 0.7:
        case.body = _with_known(case.body, chance)
        for place in (case.path_parameters, case.query):
            place.update({name: KNOWN[name] for name in place if name in KNOWN})
    account = chance.choice(ACCOUNTS)
    before = door.events()
    request = case.as_transport_kwargs(base_url=door.address)
    request.pop("cookies", None)
    headers = {
        **{name: str(each) for name, each in request.pop("headers").items()},
        "Authorization": f"Bearer {account}",
    }
    label = f"{case.method} {case.path} as {account}"
    try:
        prepared = door.client.build_request(headers=_encodable(headers), **_for_httpx(request))
        answer = door.client.send(prepared)
    except (ValueError, TypeError, httpx.LocalProtocolError):  # what no client can send
        return
    report.statuses[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Exception, BaseExceptionGroup) as error:
        report.faults.append(
            f"{label}: {answer.status_code} {answer.text[:300]} {prepared.content[:300]!r} {error}"[:2500]
        )
    if answer.status_code >= 400:
        if answer.headers.get("content-type") == "application/problem+json" and (
            None,
            answer.json()["rule"],
        ) not in words("zh"):
            report.faults.append(f"{label}: no words for {answer.json()['rule']}")
        if case.path.startswith("/api/commands/") and door.events() != before:
            report.faults.append(f"{label}: refused, and {door.events() - before} events are left")


def _for_httpx(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as httpx takes it: bytes and text are `content`."""
    known = {name: request[name] for name in ("method", "url", "params", "json") if name in request}
    if (body := request.get("data")) is not None:
        known["content"] = body if isinstance(body, bytes | str) else str(body)
    return known


def _encodable(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in headers.items() if text.isascii() and text.isprintable()}


def _with_known(body: Any, chance: random.Random) -> Any:
    if isinstance(body, dict):
        return {
            name: KNOWN[name] if name in KNOWN and chance.random() < 0.8 else _with_known(each, chance)
            for name, each in body.items()
        }
    return [_with_known(each, chance) for each in body] if isinstance(body, list) else body


def _summary(report: Report) -> Iterator[str]:
    yield f"{report.cases} cases: " + ", ".join(f"{status}: {n}" for status, n in sorted(report.statuses.items()))
    yield f"{report.differences} rows differ from a rebuild, {len(report.faults)} faults"
    yield from report.faults[:20]


def main() -> None:
    """Send many cases and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as door:
        report = fuzz(door, arguments.cases, arguments.seed)
    print("\n".join(_summary(report)))  # noqa: T201 -- the program's answer
    if report.faults or report.differences:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
