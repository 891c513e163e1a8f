"""Caseload: which residents have a contract with which team, under which package, until when."""

from datetime import date
from typing import get_args

from domain.event import value
from domain.policy_pack import in_force
from projections.changes import Projection
from projections.corrections.caseload_rows import (
    CASELOAD_V1,
    CONTRACT_DRAFTS_V1,
    CONTRACT_TEAMS_V1,
    LOAD_OVERRIDES_V1,
    CaseloadEvent,
    project,
)
from projections.questions import Question, Row, Rows, ask_where


@value
class TeamCaseload:
    """Ask whom a team looks after: on a day those whose contract holds then, otherwise all that have not ended."""

    team_id: str
    day: date | None = None


def team_caseload(question: TeamCaseload, rows: Rows) -> list[Row]:
    """Return contracts with the resident's `name`, `phone` and `homebound`, by name."""
    if question.day is None:
        contracts = rows.ask(
            """SELECT c.*, r.name, r.phone, r.homebound
            FROM caseload_v1 c LEFT JOIN residents_v1 r ON r.resident_id = c.resident_id
            WHERE c.team_id = :team_id AND c.status IN ('signed', 'renewed', 'pending-signature')
            ORDER BY r.name, c.contract_id""",
            team_id=question.team_id,
        )
    else:
        contracts = rows.ask(
            """SELECT c.*, r.name, r.phone, r.homebound
            FROM contract_teams_v1 t
            JOIN caseload_v1 c ON c.contract_id = t.contract_id
            LEFT JOIN residents_v1 r ON r.resident_id = c.resident_id
            WHERE t.team_id = :team_id AND c.starts_on <= :day AND c.ends_on >= :day
            AND t.from_day = (SELECT max(u.from_day) FROM contract_teams_v1 u
                              WHERE u.contract_id = t.contract_id AND u.from_day <= :day)
            ORDER BY r.name, c.contract_id""",
            team_id=question.team_id,
            day=question.day.isoformat(),
        )
    return [{**row} for row in contracts]


@value
class RenewalsDue:
    """Ask which of a team's contracts end between two days, both included, and are not ended or renewed past them."""

    team_id: str
    from_day: date
    to_day: date


def renewals_due(question: RenewalsDue, rows: Rows) -> list[Row]:
    """Return contracts with the resident's `name` and `phone`, the first to end first."""
    contracts = rows.ask(
        """SELECT c.*, r.name, r.phone
        FROM caseload_v1 c LEFT JOIN residents_v1 r ON r.resident_id = c.resident_id
        WHERE c.team_id = :team_id AND c.ends_on BETWEEN :from_day AND :to_day
        AND c.status IN ('signed', 'renewed', 'pending-signature')
        ORDER BY c.ends_on, c.contract_id""",
        team_id=question.team_id,
        from_day=question.from_day.isoformat(),
        to_day=question.to_day.isoformat(),
    )
    return [{**row} for row in contracts]


@value
class RemindersDue:
    """Ask whom a team reminds on a day: whose end is near (A1.8), or whose deemed term awaits its signature."""

    team_id: str
    day: date


def reminders_due(question: RemindersDue, rows: Rows) -> list[Row]:
    """Return contracts with the resident's `name` and `phone`, the first to end first."""
    contracts = rows.ask(
        """SELECT c.*, r.name, r.phone
        FROM caseload_v1 c LEFT JOIN residents_v1 r ON r.resident_id = c.resident_id
        WHERE c.team_id = :team_id AND c.status IN ('signed', 'renewed', 'pending-signature') AND c.ends_on >= :day
        AND (c.remind_on <= :day OR c.sign_by IS NOT NULL)
        ORDER BY c.ends_on, c.contract_id""",
        team_id=question.team_id,
        day=question.day.isoformat(),
    )
    return [{**row} for row in contracts]


@value
class ContractDrafts:
    """Ask what a team has drafted and nobody has signed."""

    team_id: str


def contract_drafts(question: ContractDrafts, rows: Rows) -> list[Row]:
    """Return drafts with the resident's `name` and `phone`, the oldest first."""
    drafts = rows.ask(
        """SELECT d.*, r.name, r.phone
        FROM contract_drafts_v1 d LEFT JOIN residents_v1 r ON r.resident_id = d.resident_id
        WHERE d.team_id = :team_id ORDER BY d.drafted_on, d.contract_id""",
        team_id=question.team_id,
    )
    return [{**row} for row in drafts]


@value
class TeamLoad:
    """Ask how many contracts a team has, or every team, that run on a day or will, under a region's policy pack."""

    day: date
    team_id: str | None = None
    region: str = "SZ"


def team_load(question: TeamLoad, rows: Rows) -> list[Row]:
    """Return `team_id`, `load`, the pack's `warn` and `cap`, and how many were taken by an override (A2.4)."""
    pack = in_force(question.region, question.day)
    overridden = {
        row["team_id"]: row["n"]
        for row in rows.ask("SELECT team_id, count(*) AS n FROM load_overrides_v1 GROUP BY team_id")
    }
    loads = ask_where(
        rows,
        "SELECT team_id, count(*) AS n FROM caseload_v1",
        ("ends_on >= :day", "team_id = :team_id" if question.team_id else ""),
        "GROUP BY team_id ORDER BY team_id",
        day=question.day.isoformat(),
        **({"team_id": question.team_id} if question.team_id else {}),
    )
    return [
        {
            "team_id": row["team_id"],
            "load": row["n"],
            "warn": pack.team_warn,
            "cap": pack.team_cap,
            "overridden": overridden.get(row["team_id"], 0),
        }
        for row in loads
    ]


def ending_on(rows: Rows, day: date) -> list[str]:
    """Return the ids of signed contracts that end on a day."""
    sql = """SELECT contract_id FROM caseload_v1
        WHERE ends_on = :day AND status IN ('signed', 'renewed') ORDER BY contract_id"""
    return [str(row["contract_id"]) for row in rows.ask(sql, day=day.isoformat())]


def running_past(rows: Rows, team_id: str, day: date, *, homebound: bool = False) -> list[Row]:
    """Return a team's signed contracts that end after a day: ids of contract, resident, doctor and nurse."""
    contracts = ask_where(
        rows,
        """SELECT c.contract_id, c.resident_id, c.doctor_id, c.nurse_id FROM caseload_v1 c
        JOIN residents_v1 r ON r.resident_id = c.resident_id""",
        [
            "c.team_id = :team_id AND c.status IN ('signed', 'renewed') AND c.ends_on > :day",
            "r.homebound = 1" if homebound else "",
        ],
        "ORDER BY c.contract_id",
        team_id=team_id,
        day=day.isoformat(),
    )
    return [{**row} for row in contracts]


CASELOAD = Projection(
    name="caseload",
    tables=(CASELOAD_V1, CONTRACT_TEAMS_V1, CONTRACT_DRAFTS_V1, LOAD_OVERRIDES_V1),
    events=get_args(CaseloadEvent),
    project=project,
    questions=(
        Question(
            asks=TeamCaseload,
            answer=team_caseload,
            example=TeamCaseload(team_id="team-east", day=date(2026, 3, 2)),
        ),
        Question(
            asks=RenewalsDue,
            answer=renewals_due,
            example=RenewalsDue(team_id="team-east", from_day=date(2026, 3, 1), to_day=date(2026, 4, 30)),
        ),
        Question(
            asks=RemindersDue, answer=reminders_due, example=RemindersDue(team_id="team-east", day=date(2026, 3, 2))
        ),
        Question(asks=ContractDrafts, answer=contract_drafts, example=ContractDrafts(team_id="team-east")),
        Question(asks=TeamLoad, answer=team_load, example=TeamLoad(day=date(2026, 3, 2), team_id="team-east")),
    ),
)
