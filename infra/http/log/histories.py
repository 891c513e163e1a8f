"""Histories of records: what happened, and what was true before and after each event."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import orjson
from starlette.responses import Response

from infra.cli.records.history import kinds
from infra.cli.records.history.files import history_export
from infra.cli.records.history.kinds import HistoryKind
from infra.cli.records.history.reading import read_history, until_of
from infra.cli.records.history.steps import ContractStep, HistoryStep
from infra.cli.records.twins import twins_left
from infra.edges.problems import UsageError
from infra.edges.results import to_json
from infra.http.exports import MEDIA_TYPES, file_response, wanted_format
from infra.http.paging import limit_of, link_to_next, page_of
from infra.http.questions import CURSOR, FORMAT, LIMIT, conditional
from infra.http.routing import ApiRoute, Parameter
from infra.http.served import Exchange, ServedSystem

MOST_DIGITS = 9
"""Digits of a version."""


def history(served: ServedSystem, exchange: Exchange, kind: HistoryKind) -> Response:
    """Tell a history: all of it, up to a moment of recording, or up to a version; as a file all of it."""
    query = exchange.request.query_params
    named = {name: str(exchange.request.path_params[name]) for name in kind.arguments}
    gate = served.gate(exchange)
    gate.check_operation(kind.operation, **named)
    ending = wanted_format(exchange.request)
    version = _version(query.get("version")) if kind.one_stream else None
    until = until_of(query.get("at"), version)
    steps = read_history(served.system, kind, named, until, version)
    shown = gate.show(kind.operation, orjson.loads(to_json(list(steps))), file=ending, **named)
    if ending is not None:
        export = history_export(
            kind.operation,
            named,
            shown,
            exchange.words,
            made_at=served.now(),
            made_by=exchange.who.account_id,
            store_time=served.system.lives,
        )
        return file_response(export, ending, exchange.words)
    page = page_of(shown, limit_of(query.get("limit")), query.get("cursor"))
    headers = {}
    if page.next_cursor is not None:
        headers["Link"] = link_to_next(exchange.request.url.path, query.multi_items(), page.next_cursor)
    return conditional(exchange, to_json(list(page.rows)).encode(), headers)


def twins_of_city(served: ServedSystem, exchange: Exchange) -> Response:
    """List residents who were registered under one identity number by an earlier release."""
    gate = served.gate(exchange)
    gate.check_operation("resident-twins")
    rows = [{"resident_ids": list(ids)} for ids in twins_left(served.system)]
    return conditional(exchange, to_json(gate.show("resident-twins", rows)).encode(), {})


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS and int(text)):
        raise UsageError("bad-value", field="version", detail="a version from 1 on is expected")
    return int(text)


@dataclass(frozen=True, slots=True)
class HistoryRoute:
    """Where a history is read, whose it is, and ids as examples."""

    path: str
    kind: HistoryKind
    of: str
    examples: Mapping[str, str]

    def route(self) -> ApiRoute:
        """Return the route."""
        version = Parameter(name="version", description="Up to this version.", schema={"type": "integer", "minimum": 1})
        return ApiRoute(
            method="GET",
            path=self.path,
            handler=partial(history, kind=self.kind),
            summary=f"Tell the history of {self.of}, each event with what was true before and after it.",
            tag="log",
            parameters=[
                *(
                    Parameter(name=name, where="path", schema={"type": "string", "examples": [self.examples[name]]})
                    for name in self.kind.arguments
                ),
                Parameter(name="at", description="Up to this moment of recording.", schema={"type": "string"}),
                *([version] if self.kind.one_stream else []),
                LIMIT,
                CURSOR,
                FORMAT,
            ],
            answer={"type": "array", "items": self._step()},
            also=tuple(MEDIA_TYPES.values()),
        )

    def _step(self) -> Mapping[str, str]:
        shape = ContractStep if self.kind is kinds.CONTRACT_HISTORY else HistoryStep
        return {"type": "object", "description": (shape.__doc__ or "").partition("\n")[0]}


_DAY = {"team_id": "east", "date": "2026-03-02"}

HISTORIES = (
    HistoryRoute(
        "/api/contracts/{contract_id}/history",
        kinds.CONTRACT_HISTORY,
        "a contract",
        {"contract_id": "contract-of-li"},
    ),
    HistoryRoute(
        "/api/residents/{resident_id}/history",
        kinds.RESIDENT_HISTORY,
        "a resident: papers, contracts, care, visits, beds and referrals",
        {"resident_id": "li"},
    ),
    HistoryRoute(
        "/api/residents/{resident_id}/care/history", kinds.CARE_HISTORY, "a resident's care plan", {"resident_id": "li"}
    ),
    HistoryRoute("/api/visits/{visit_id}/history", kinds.VISIT_HISTORY, "a visit", {"visit_id": "v1"}),
    HistoryRoute(
        "/api/visits/{visit_id}/notices/history", kinds.NOTICE_HISTORY, "the notices about a visit", {"visit_id": "v1"}
    ),
    HistoryRoute(
        "/api/beds/{family_bed_id}/history", kinds.BED_HISTORY, "a family bed", {"family_bed_id": "bed-of-li"}
    ),
    HistoryRoute("/api/referrals/{referral_id}/history", kinds.REFERRAL_HISTORY, "a referral", {"referral_id": "f1"}),
    HistoryRoute("/api/surveys/{survey_id}/history", kinds.SURVEY_HISTORY, "a survey", {"survey_id": "s1"}),
    HistoryRoute("/api/teams/{team_id}/history", kinds.TEAM_HISTORY, "a team", {"team_id": "east"}),
    HistoryRoute(
        "/api/rosters/{team_id}/{date}/history",
        kinds.TEAM_DAY_HISTORY,
        "a team's day: its rosters and the leader's terms",
        _DAY,
    ),
    HistoryRoute(
        "/api/rosters/{team_id}/{date}/week/history",
        kinds.TEAM_WEEK_HISTORY,
        "the week of a team in which a day lies",
        _DAY,
    ),
    HistoryRoute("/api/alliances/{alliance_id}/history", kinds.ALLIANCE_HISTORY, "an alliance", {"alliance_id": "a1"}),
    HistoryRoute(
        "/api/institutions/{institution_id}/history",
        kinds.INSTITUTION_HISTORY,
        "an institution",
        {"institution_id": "centre"},
    ),
    HistoryRoute(
        "/api/accounts/{account_id}/history",
        kinds.ACCOUNT_HISTORY,
        "an account and its roles",
        {"account_id": "leader"},
    ),
    HistoryRoute(
        "/api/webhooks/{webhook_id}/history",
        kinds.WEBHOOK_HISTORY,
        "a receiver of events",
        {"webhook_id": "gateway"},
    ),
    HistoryRoute("/api/policy/history", kinds.POLICY_HISTORY, "the policy packs that were adopted", {}),
)
"""Each history with its place."""

ROUTES = [
    *(each.route() for each in HISTORIES),
    ApiRoute(
        method="GET",
        path="/api/residents/twins",
        handler=twins_of_city,
        summary="List residents who were registered under one identity number by an earlier release.",
        tag="log",
        answer={"type": "array", "items": {"type": "object"}},
    ),
]
