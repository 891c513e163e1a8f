"""Fulfilment ledger: services that contracts grant, services used, and contracts without any service (签而不约).

A term counts from its first day to its last, for the team that the contract has now; a service counts for the term of
its day, and its price for the team of that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import get_args

from domain.contract.correction_events import (
    ContractAnnulled,
    ContractMovedToResident,
    EntitlementReturned,
    SigningCorrected,
)
from domain.contract.events import (
    ContractDeemedRenewed,
    ContractRenewed,
    ContractSigned,
    EntitlementConsumed,
    ServedBeyondPackage,
)
from domain.event import value
from domain.package import GrantedItem, due_from
from projections.changes import Change, Projection, Put, Table, as_json
from projections.questions import Question, Row, Rows, Scalar, ask_where, parsed

GRANTS_V1 = Table(
    "grants_v1",
    "grant_key",  # contract|term
    {
        "contract_id": "text",
        "team_id": "text",
        "term": "int",
        "package": "text",
        "starts_on": "text",
        "ends_on": "text",
        "items": "text",
        "insurance_fen": "int",
        "public_health_fen": "int",
        "resident_fen": "int",
    },
    indexes=(("contract_id", "term"), ("starts_on", "ends_on")),
)
"""What a term grants; `items` is JSON, each with `item`, `count` and `finish_by`. What each payer owes for all of it is
in fen. `ends_on` is as it was signed, `team_id` with whom: `caseload_v1` knows of an early end and of a move.
"""

SERVICES_V1 = Table(
    "services_v1",
    "service_key",  # contract|service
    {
        "contract_id": "text",
        "team_id": "text",
        "term": "int",
        "item": "text",
        "kind": "text",
        "served_on": "text",
        "to_norm": "int",
        "insurance_fen": "int",
        "public_health_fen": "int",
        "resident_fen": "int",
    },
    indexes=(("contract_id", "term"), ("team_id", "served_on")),
)
"""Every service under a contract; `item` is empty where the package did not grant it."""

TermEvent = ContractSigned | ContractRenewed | ContractDeemedRenewed
Corrected = EntitlementReturned | ContractAnnulled | SigningCorrected | ContractMovedToResident
EntitlementEvent = TermEvent | EntitlementConsumed | ServedBeyondPackage | Corrected


def project(event: EntitlementEvent) -> Iterator[Change]:
    """Keep what each term grants, and each service."""
    match event:
        case ContractSigned():
            yield of_term(event, 1, event.ends_on)
        case ContractRenewed():
            yield of_term(event, event.term, event.ends_on)
        case ContractDeemedRenewed():
            yield of_term(event, event.term, event.sign_by)
        case EntitlementConsumed():
            yield SERVICES_V1.put(
                f"{event.contract_id}|{event.service_id}",
                contract_id=event.contract_id,
                team_id=event.team_id,
                term=event.term,
                item=event.item,
                kind=event.kind,
                served_on=event.served_on.isoformat(),
                to_norm=int(event.to_norm),
                insurance_fen=event.insurance_fen,
                public_health_fen=event.public_health_fen,
                resident_fen=event.resident_fen,
            )
        case ServedBeyondPackage():
            yield SERVICES_V1.put(
                f"{event.contract_id}|{event.service_id}",
                contract_id=event.contract_id,
                team_id=event.team_id,
                term=event.term,
                kind=event.kind,
                served_on=event.served_on.isoformat(),
            )
        case _:
            yield from corrected(event)


def corrected(event: Corrected) -> Iterator[Change]:
    """Let the rows be as if the right thing had been recorded."""
    match event:
        case EntitlementReturned():
            yield SERVICES_V1.drop(f"{event.contract_id}|{event.service_id}")
        case ContractAnnulled():
            for term in range(1, event.term + 1):
                yield GRANTS_V1.drop(f"{event.contract_id}|{term}")
        case SigningCorrected() | ContractMovedToResident():
            yield GRANTS_V1.patch(
                f"{event.contract_id}|{event.term}",
                package=event.package,
                starts_on=event.starts_on.isoformat(),
                ends_on=event.ends_on.isoformat(),
                **granted_columns(event.entitlements),
            )


def of_term(event: TermEvent, term: int, ends_on: date) -> Put:
    """Return the row of a term."""
    return GRANTS_V1.put(
        f"{event.contract_id}|{term}",
        contract_id=event.contract_id,
        team_id=event.team_id,
        term=term,
        package=event.package,
        starts_on=event.starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        **granted_columns(event.entitlements),
    )


def granted_columns(items: tuple[GrantedItem, ...]) -> dict[str, Scalar]:
    """Return the columns of what a term grants, and what each payer owes for it."""
    return {
        "items": as_json([item_columns(item) for item in items]),
        "insurance_fen": due_from("insurance", items),
        "public_health_fen": due_from("public-health", items),
        "resident_fen": due_from("resident", items),
    }


def item_columns(item: GrantedItem) -> Row:
    """Return an item without what only decisions ask."""
    return {"item": item.item, "count": item.count, "finish_by": item.finish_by}


@value
class Entitlements:
    """Ask what a contract grants on a day and what is left of it."""

    contract_id: str
    day: date


def entitlements(question: Entitlements, rows: Rows) -> Row | None:
    """Return the `term` of the day with its `package` and `items`, and what was served `beyond` it; None without one.

    Each item has `granted`, `used`, `left`, its `finish_by` (else the term's end), and how many are `overdue`.
    """
    day = question.day.isoformat()
    terms = rows.ask(
        """SELECT * FROM grants_v1 WHERE contract_id = :contract_id AND starts_on <= :day AND ends_on >= :day
        ORDER BY term DESC LIMIT 1""",
        contract_id=question.contract_id,
        day=day,
    )
    if not terms:
        return None
    term = terms[0]
    used = {
        row["item"]: row["n"]
        for row in rows.ask(
            """SELECT item, count(*) AS n FROM services_v1
            WHERE contract_id = :contract_id AND term = :term AND served_on <= :day GROUP BY item""",
            contract_id=question.contract_id,
            term=term["term"],
            day=day,
        )
    }
    return {
        "contract_id": question.contract_id,
        "term": term["term"],
        "package": term["package"],
        "starts_on": term["starts_on"],
        "ends_on": term["ends_on"],
        "items": [line(item, used.get(item["item"], 0), str(term["ends_on"]), day) for item in parsed(term["items"])],
        "beyond": used.get(None, 0),
    }


def line(item: Row, used: Scalar, ends_on: str, day: str) -> Row:
    """Return one item of a term on a day."""
    count, spent = int(item["count"]), int(str(used))
    finish_by = item["finish_by"] or ends_on
    return {
        "item": item["item"],
        "granted": count,
        "used": spent,
        "left": count - spent,
        "finish_by": finish_by,
        "overdue": count - spent if finish_by < day else 0,
    }


@value
class Fulfilment:
    """Ask what teams have signed and served: contracts that run on a day, services from `since` on (else all).

    `team_id` asks for one team; `contracts` for a line of each of its contracts.
    """

    day: date
    since: date | None = None
    team_id: str | None = None
    contracts: bool = False


RUNNING = """SELECT c.contract_id, c.team_id, g.term, g.items, g.ends_on
FROM caseload_v1 c JOIN grants_v1 g ON g.contract_id = c.contract_id AND g.starts_on <= :day AND g.ends_on >= :day"""

SERVED = """SELECT s.contract_id, s.term, s.item, count(*) AS n FROM services_v1 s"""


def fulfilment(question: Fulfilment, rows: Rows) -> list[Row]:
    """Return a line per team: `contracts`, what they `granted`, `used` of it, `beyond` it, `overdue`, and more.

    `overdue` counts items that were to be done by a day before this one and were not. `unserved` are the contracts with
    no service at all since their term began, `unserved_share` their share of the contracts (签而不约).
    """
    day = question.day.isoformat()
    parameters: dict[str, Scalar] = {"team_id": question.team_id} if question.team_id else {}
    running = ask_where(
        rows,
        RUNNING,
        ("c.starts_on <= :day", "c.ends_on >= :day", "c.team_id = :team_id" if question.team_id else ""),
        "ORDER BY c.team_id, c.contract_id",
        day=day,
        **parameters,
    )
    used = served(rows, question)
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in running:
        spent = used.get((row["contract_id"], row["term"]), {})
        lines[str(row["team_id"])].append(of_contract(row, spent, day))
    return [of_team(team_id, parts, with_contracts=question.contracts) for team_id, parts in lines.items()]


def served(rows: Rows, question: Fulfilment) -> dict[tuple[Scalar, Scalar], dict[Scalar, int]]:
    """Return how often each item was used, by contract and term; under None what went beyond the package."""
    parameters: dict[str, Scalar] = {"since": question.since.isoformat()} if question.since else {}
    if question.team_id:
        parameters["team_id"] = question.team_id
    terms = ask_where(
        rows,
        SERVED,
        (
            "s.served_on <= :day",
            "s.served_on >= :since" if question.since else "",
            "s.contract_id IN (SELECT contract_id FROM caseload_v1 WHERE team_id = :team_id)"
            if question.team_id
            else "",
        ),
        "GROUP BY s.contract_id, s.term, s.item",
        day=question.day.isoformat(),
        **parameters,
    )
    used: dict[tuple[Scalar, Scalar], dict[Scalar, int]] = defaultdict(dict)
    for row in terms:
        used[row["contract_id"], row["term"]][row["item"]] = int(str(row["n"]))
    return used


def of_contract(row: dict[str, Scalar], spent: dict[Scalar, int], day: str) -> Row:
    """Return the line of one contract."""
    items = [line(item, spent.get(item["item"], 0), str(row["ends_on"]), day) for item in parsed(row["items"])]
    return {
        "contract_id": row["contract_id"],
        "granted": sum(item["granted"] for item in items),
        "used": sum(item["used"] for item in items),
        "beyond": spent.get(None, 0),
        "overdue": sum(item["overdue"] for item in items),
        "served": int(bool(spent)),
    }


def of_team(team_id: str, parts: list[Row], *, with_contracts: bool) -> Row:
    """Return the line of one team."""
    unserved = sum(not part["served"] for part in parts)
    shown: Iterable[Row] = parts if with_contracts else ()
    return {
        "team_id": team_id,
        "contracts": len(parts),
        **{name: sum(part[name] for part in parts) for name in ("granted", "used", "beyond", "overdue")},
        "unserved": unserved,
        "unserved_share": round(unserved / len(parts), 4),
        "lines": list(shown),
    }


ENTITLEMENTS = Projection(
    name="entitlements",
    tables=(GRANTS_V1, SERVICES_V1),
    events=get_args(EntitlementEvent),
    project=project,
    questions=(
        Question(
            asks=Entitlements,
            answer=entitlements,
            example=Entitlements(contract_id="c1", day=date(2026, 9, 1)),
        ),
        Question(
            asks=Fulfilment,
            answer=fulfilment,
            example=Fulfilment(day=date(2026, 9, 1), team_id="team-east"),
        ),
    ),
)
