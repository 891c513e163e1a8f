"""Money: what residents owe and pay for packages, and what teams have earned, in fen.

The team's incentive for a period (A9) is

    incentive = incentive_percent × Σ price of each service done to norm

where a service is done to norm if it took place in the period, inside its own window, by the day of its item, and the
package granted it; its price is the sum of the payers' parts, as decided when the term was signed. What is late, or
goes beyond the package, earns nothing. `incentive_percent` is a number of the policy pack [GK].
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import get_args

from domain.contract.correction_events import PackageEntryAnnulled
from domain.contract.events import PackagePaid, PackageRefunded, PackageSettled
from domain.event import value
from domain.package import PERCENT
from domain.policy_pack import in_force
from projections.changes import Change, Projection, Table
from projections.questions import Question, Row, Rows, Scalar, ask_where

PAYMENTS_V1 = Table(
    "payments_v1",
    "payment_key",  # contract|term|what
    {
        "contract_id": "text",
        "team_id": "text",
        "term": "int",
        "package": "text",
        "what": "text",
        "amount_fen": "int",
        "day": "text",
    },
    indexes=(("team_id", "day"),),
)
"""`what` is the payer of a payment, or `used` for what a settlement found, or `refunded`."""

MoneyEvent = PackagePaid | PackageSettled | PackageRefunded | PackageEntryAnnulled


def project(event: MoneyEvent) -> Iterator[Change]:
    """Keep each payment, settlement and refund, without those that were annulled."""
    match event:
        case PackageEntryAnnulled():
            annulled = {"payment": str(event.payer), "settlement": "used", "refund": "refunded"}[event.entry]
            yield PAYMENTS_V1.drop(f"{event.contract_id}|{event.term}|{annulled}")
            return
        case PackagePaid():
            what, amount, day = str(event.payer), event.amount_fen, event.paid_on
        case PackageSettled():
            what, amount, day = "used", event.used_fen, event.settled_on
        case PackageRefunded():
            what, amount, day = "refunded", event.amount_fen, event.refunded_on
    yield PAYMENTS_V1.put(
        f"{event.contract_id}|{event.term}|{what}",
        contract_id=event.contract_id,
        team_id=event.team_id,
        term=event.term,
        package=event.package,
        what=what,
        amount_fen=amount,
        day=day.isoformat(),
    )


@value
class TeamMoney:
    """Ask what teams were owed, were paid and earned between two days, both included, under a region's policy pack."""

    from_day: date
    to_day: date
    team_id: str | None = None
    region: str = "SZ"


DUE = """SELECT team_id, count(*) AS terms, sum(insurance_fen) AS insurance, sum(public_health_fen) AS public_health,
sum(resident_fen) AS resident FROM grants_v1"""

MOVED = "SELECT team_id, what, sum(amount_fen) AS amount FROM payments_v1"

EARNED = """SELECT team_id, count(*) AS services, sum(to_norm) AS to_norm,
sum(to_norm * insurance_fen) AS insurance, sum(to_norm * public_health_fen) AS public_health,
sum(to_norm * resident_fen) AS resident FROM services_v1"""

PAYERS = ("insurance", "public_health", "resident")


def team_money(question: TeamMoney, rows: Rows) -> list[Row]:
    """Return a line per team: terms that began, what is `due` for them, `paid`, `used`, `refunded`, `earned` and more.

    `due`, `paid` and `earned` are by payer; `services` and those `to_norm` are counted, `incentive_fen` follows from
    `earned`. A period is under the pack that is in force on its last day.
    """
    due = by_team(ask(question, rows, DUE, "starts_on", "GROUP BY team_id"))
    earned = by_team(ask(question, rows, EARNED, "served_on", "GROUP BY team_id"))
    moved: dict[str, dict[Scalar, Scalar]] = {}
    for row in ask(question, rows, MOVED, "day", "GROUP BY team_id, what"):
        moved.setdefault(str(row["team_id"]), {})[row["what"]] = row["amount"]
    percent = in_force(question.region, question.to_day).incentive_percent
    return [
        of_team(team_id, due.get(team_id, {}), moved.get(team_id, {}), earned.get(team_id, {}), percent)
        for team_id in sorted({*due, *moved, *earned})
    ]


def ask(question: TeamMoney, rows: Rows, select: str, day: str, then: str) -> list[dict[str, Scalar]]:
    """Return the rows of the period whose `day` column lies in it."""
    parameters: dict[str, Scalar] = {"team_id": question.team_id} if question.team_id else {}
    return ask_where(
        rows,
        select,
        (f"{day} BETWEEN :from_day AND :to_day", "team_id = :team_id" if question.team_id else ""),
        then,
        from_day=question.from_day.isoformat(),
        to_day=question.to_day.isoformat(),
        **parameters,
    )


def by_team(rows: Iterable[dict[str, Scalar]]) -> dict[str, dict[str, Scalar]]:
    """Return rows by their team."""
    return {str(row["team_id"]): row for row in rows}


def of_team(
    team_id: str,
    due: dict[str, Scalar],
    moved: dict[Scalar, Scalar],
    earned: dict[str, Scalar],
    percent: int,
) -> Row:
    """Return the line of one team."""
    parts = {payer: whole(earned.get(payer)) for payer in PAYERS}
    return {
        "team_id": team_id,
        "terms": whole(due.get("terms")),
        "due": {payer: whole(due.get(payer)) for payer in PAYERS},
        "paid": {payer: whole(moved.get(payer.replace("_", "-"))) for payer in PAYERS},
        "used": whole(moved.get("used")),
        "refunded": whole(moved.get("refunded")),
        "services": whole(earned.get("services")),
        "to_norm": whole(earned.get("to_norm")),
        "earned": parts,
        "incentive_fen": sum(parts.values()) * percent // PERCENT,
    }


def whole(number: Scalar) -> int:
    """Return a sum that a row holds, 0 where there was nothing to add up; PostgreSQL sums to decimals."""
    return 0 if number is None else int(number)


MONEY = Projection(
    name="money",
    tables=(PAYMENTS_V1,),
    events=get_args(MoneyEvent),
    project=project,
    questions=(
        Question(
            asks=TeamMoney,
            answer=team_money,
            example=TeamMoney(from_day=date(2026, 1, 1), to_day=date(2026, 3, 31), team_id="team-east"),
        ),
    ),
)
