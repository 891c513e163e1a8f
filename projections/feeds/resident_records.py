"""Everything of one kind that one resident has: contracts, visits, referrals. Views for other programs begin there."""

from domain.event import value
from projections.questions import Row, Rows, Scalar, opened_json


@value
class ResidentContracts:
    """Ask for all contracts of a resident, ended ones too."""

    resident_id: str


def resident_contracts(question: ResidentContracts, rows: Rows) -> list[Row]:
    """Return contracts, the newest first."""
    sql = "SELECT * FROM caseload_v1 WHERE resident_id = :resident_id ORDER BY starts_on DESC, contract_id"
    return [{**row} for row in rows.ask(sql, resident_id=question.resident_id)]


@value
class ResidentVisits:
    """Ask for all visits to a resident, in every state."""

    resident_id: str


def resident_visits(question: ResidentVisits, rows: Rows) -> list[Row]:
    """Return visits by the begin of their window, with JSON columns taken apart."""
    sql = "SELECT * FROM visits_v1 WHERE resident_id = :resident_id ORDER BY window_from, visit_id"
    visits = rows.ask(sql, resident_id=question.resident_id)
    return opened_json(visits, "needs", "slots", "findings", "measured", "signatures")


@value
class ResidentReferrals:
    """Ask for all referrals of a resident, those that are over too."""

    resident_id: str


def resident_referrals(question: ResidentReferrals, rows: Rows) -> list[Row]:
    """Return referrals, the newest first, with JSON columns taken apart."""
    sql = "SELECT * FROM referrals_v1 WHERE resident_id = :resident_id ORDER BY requested_at DESC, referral_id"
    return opened_json(rows.ask(sql, resident_id=question.resident_id), "criteria", "slip", "plan", "advice")


HOLDERS = {
    "contract": "SELECT resident_id FROM caseload_v1 WHERE contract_id = :identity",
    "visit": "SELECT resident_id FROM visits_v1 WHERE visit_id = :identity",
    "care-task": "SELECT resident_id FROM care_tasks_v1 WHERE care_task_id = :identity",
    "referral": "SELECT resident_id FROM referrals_v1 WHERE referral_id = :identity",
}
"""Where it stands whose record something belongs to."""


def resident_of(rows: Rows, kind: str, identity: str) -> str | None:
    """Return whose contract, visit, care task or referral this is; None if there is none of this id."""
    holders: list[dict[str, Scalar]] = rows.ask(HOLDERS[kind], identity=identity)
    return str(holders[0]["resident_id"]) if holders else None


RESPONSIBLE = {
    "contract": "SELECT team_id FROM caseload_v1 WHERE contract_id = :identity",
    "visit": "SELECT team_id FROM visits_v1 WHERE visit_id = :identity",
    "family_bed": "SELECT team_id FROM family_beds_v1 WHERE family_bed_id = :identity",
    "referral": "SELECT team_id FROM referrals_v1 WHERE referral_id = :identity",
}
"""Where it stands which team is responsible for something, by kind of stream."""


def team_responsible(rows: Rows, category: str, identity: str) -> str | None:
    """Return the team of a contract, visit, bed or referral; None for other kinds, or if there is none of this id."""
    sql = RESPONSIBLE.get(category)
    responsible = rows.ask(sql, identity=identity) if sql else []
    return str(responsible[0]["team_id"]) if responsible and responsible[0]["team_id"] else None
