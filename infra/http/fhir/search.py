"""Searches: their parameters, and their answers as pages of a Bundle."""

import re
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from domain.event import value
from infra.edges.problems import UsageError
from infra.http.fhir.elements import FhirView, Record, Resource

MOST = 200
USUAL = 50

_DATE = re.compile(r"(eq|ge|le|gt|lt)?(\d{4}-\d\d-\d\d)(T[0-9:.+\-Z]*)?", re.ASCII)

Prefix = Literal["eq", "ge", "le", "gt", "lt"]


@value
class Search:
    """What is searched: parameters that are empty do not narrow it. `dates` are prefixes and local days."""

    type: str
    id: str | None = None
    patient: str | None = None
    target: str | None = None
    care_team: str | None = None
    statuses: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    count: int = USUAL
    offset: int = 0


def parse_search(type_: str, query: Sequence[tuple[str, str]], allowed: Sequence[str]) -> Search:
    """Return the search that a query names; UsageError `bad-value` or `unknown-field` names the parameter."""
    values: dict[str, str] = {}
    dates = []
    for name, text in query:
        if name not in (*allowed, "_id", "_count", "_offset", "_format"):
            raise UsageError("fhir-parameter-unknown", field=name, resource=type_)
        if name == "date":
            dates.append(_date(text))
        elif name in values:
            raise UsageError("bad-value", field=name, detail="it stands there twice")
        else:
            values[name] = text
    return Search(
        type=type_,
        id=values.get("_id"),
        patient=_of_type(values.get("patient"), "Patient", "patient"),
        target=values.get("target"),
        care_team=_of_type(values.get("care-team"), "CareTeam", "care-team"),
        statuses=tuple(values["status"].split(",")) if "status" in values else (),
        dates=tuple(dates),
        count=min(_number(values.get("_count"), "_count", USUAL), MOST),
        offset=_number(values.get("_offset"), "_offset", 0),
    )


def _of_type(text: str | None, type_: str, field: str) -> str | None:
    """Return the id in a reference, with or without its type."""
    if text is None:
        return None
    named, slash, identity = text.rpartition("/")
    if not identity or (slash and named != type_):
        raise UsageError("bad-value", field=field, detail=f"{type_}/id is expected")
    return identity


def _date(text: str) -> tuple[str, str]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise UsageError("bad-value", field="date", detail="a day such as ge2026-03-02 is expected")
    return match[1] or "eq", match[2]


def _number(text: str | None, field: str, usual: int) -> int:
    if text is None:
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise UsageError("bad-value", field=field, detail="a number is expected")
    return int(text)


def matches(search: Search, record: Record) -> bool:
    """Say whether a record is among those that are searched."""
    if search.statuses and record.resource.get("status") not in search.statuses:
        return False
    return all(_in_time(prefix, day, record) for prefix, day in search.dates)


def _in_time(prefix: str, day: str, record: Record) -> bool:
    """Compare days as FHIR compares periods; an open end reaches for ever."""
    begins, ends = record.begins or "0000-00-00", record.ends or "9999-99-99"
    match prefix:
        case "ge":
            return ends >= day
        case "gt":
            return ends > day
        case "le":
            return begins <= day
        case "lt":
            return begins < day
    return begins <= day <= ends


def bundle(view: FhirView, search: Search, records: Sequence[Record], query: Sequence[tuple[str, str]]) -> Resource:
    """Return one page of what was found, with links to itself, the first page and the next."""
    page = records[search.offset : search.offset + search.count] if search.count else []
    path = f"{view.base}/fhir/{search.type}"
    kept = [(name, text) for name, text in query if name != "_offset"]
    links = [_link("self", path, [*kept, ("_offset", str(search.offset))]), _link("first", path, kept)]
    if search.count and search.offset + search.count < len(records):
        links.append(_link("next", path, [*kept, ("_offset", str(search.offset + search.count))]))
    document: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(records), "link": links}
    if page:
        document["entry"] = [
            {
                "fullUrl": f"{path}/{record.resource['id']}",
                "resource": record.resource,
                "search": {"mode": "match"},
            }
            for record in page
        ]
    return document


def _link(relation: str, path: str, query: Sequence[tuple[str, str]]) -> Resource:
    return {"relation": relation, "url": f"{path}?{urlencode(query)}" if query else path}
