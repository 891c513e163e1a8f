"""What a search looks through: residents of a scope with their names and addresses, and records and staff by id.

No row is written for a search: names are compared in memory.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from domain.event import value
from projections.questions import Row, Rows, Scalar, whole

ScopeKind = Literal["everywhere", "district", "institution", "team", "hospital"]


@value
class SearchScope:
    """Whose residents are looked through: everybody's, or those of one place."""

    kind: ScopeKind
    scope_id: str = ""


OF_TEAMS = """SELECT resident_id FROM caseload_v1 WHERE team_id {teams} AND ends_on >= :today
    UNION SELECT resident_id FROM contract_drafts_v1 WHERE team_id {teams}
    UNION SELECT resident_id FROM family_beds_v1 WHERE team_id {teams} AND closed_on IS NULL
    UNION SELECT resident_id FROM visits_v1 WHERE team_id {teams} AND status IN ('requested', 'assigned', 'started')"""

IN_DISTRICT = "IN (SELECT institution_id FROM institutions_v1 WHERE district = :scope_id)"


def _at_centres(centres: str) -> str:
    """Return the condition of residents who are registered at centres, or cared for by a team of theirs."""
    teams = OF_TEAMS.replace("{teams}", f"IN (SELECT team_id FROM teams_v1 WHERE institution_id {centres})")  # noqa: S608 -- our own text
    return f"(institution_id {centres} OR resident_id IN ({teams}))"


WHO: Mapping[ScopeKind, str] = {
    "everywhere": "1 = 1",
    "district": _at_centres(IN_DISTRICT),
    "institution": _at_centres("= :scope_id"),
    "team": f"resident_id IN ({OF_TEAMS.replace('{teams}', '= :scope_id')})",
    "hospital": """resident_id IN (SELECT resident_id FROM referrals_v1 WHERE institution_id = :scope_id
        AND status NOT IN ('declined', 'withdrawn', 'followed-up', 'ended'))""",
}
"""Which residents a scope holds: as the circle of care has them (`care_circle.py`)."""


def people_in(rows: Rows, scope: SearchScope, today: date) -> int:
    """Return how many residents a scope holds."""
    sql = f"SELECT count(*) AS n FROM residents_v1 WHERE {WHO[scope.kind]}"  # noqa: S608 -- our own text
    return whole(rows.ask(sql, **_of(scope, today))[0]["n"])


def people_of(rows: Rows, scope: SearchScope, today: date) -> list[Row]:
    """Return `resident_id`, `name` and `address` of the residents of a scope."""
    columns = "SELECT resident_id, name, address FROM residents_v1"
    return [{**row} for row in rows.ask(f"{columns} WHERE {WHO[scope.kind]}", **_of(scope, today))]


def _of(scope: SearchScope, today: date) -> dict[str, Scalar]:
    named: dict[str, Scalar] = {"scope_id": scope.scope_id, "today": today.isoformat()}
    return {name: each for name, each in named.items() if f":{name}" in WHO[scope.kind]}


def person(rows: Rows, resident_id: str) -> Row | None:
    """Return what a search shows of a resident; None if nobody is registered under the id."""
    people = rows.ask(
        """SELECT resident_id, institution_id, name, phone, address, born_on FROM residents_v1
        WHERE resident_id = :resident_id""",
        resident_id=resident_id,
    )
    return {**people[0]} if people else None


RECORDS = {
    "contract": """SELECT contract_id AS id, resident_id, team_id, status, starts_on AS day FROM caseload_v1
        WHERE {column} = :id ORDER BY starts_on DESC, contract_id""",
    "draft": """SELECT contract_id AS id, resident_id, team_id, 'drafted' AS status, drafted_on AS day
        FROM contract_drafts_v1 WHERE {column} = :id ORDER BY drafted_on DESC, contract_id""",
    "bed": """SELECT family_bed_id AS id, resident_id, team_id, status, opened_on AS day FROM family_beds_v1
        WHERE {column} = :id ORDER BY opened_on DESC, family_bed_id""",
    "referral": """SELECT referral_id AS id, resident_id, team_id, institution_id AS hospital_id, status,
        requested_at AS day FROM referrals_v1 WHERE {column} = :id ORDER BY requested_at DESC, referral_id""",
    "visit": """SELECT visit_id AS id, resident_id, team_id, status, coalesce(day, window_from) AS day FROM visits_v1
        WHERE {column} = :id ORDER BY coalesce(day, window_from) DESC, visit_id""",
}
"""Records by kind, the newest first."""

KEYS = {
    "contract": "contract_id",
    "draft": "contract_id",
    "bed": "family_bed_id",
    "referral": "referral_id",
    "visit": "visit_id",
}


def records_named(rows: Rows, record_id: str) -> Iterator[Row]:
    """Yield the records with an id: `kind`, `id`, `resident_id`, `team_id`, `status`, `day`."""
    for kind, sql in RECORDS.items():
        yield from ({"kind": kind, **row} for row in rows.ask(sql.format(column=KEYS[kind]), id=record_id))


def records_of(rows: Rows, resident_id: str) -> Iterator[Row]:
    """Yield the records of a resident, by kind and the newest first."""
    for kind, sql in RECORDS.items():
        yield from ({"kind": kind, **row} for row in rows.ask(sql.format(column="resident_id"), id=resident_id))


def staff_named(rows: Rows, text: str, today: date) -> Iterator[Row]:
    """Yield institutions by id or a part of their name, alliances likewise, teams, members and accounts by id.

    `kind`, `id`, `name`, `institution_id`, `team_id`; a member once for each team of today.
    """
    for row in rows.ask("SELECT institution_id AS id, name FROM institutions_v1 ORDER BY institution_id"):
        if text in (row["id"], row["name"]) or (len(text) > 1 and text in str(row["name"])):
            yield {"kind": "institution", **row, "institution_id": row["id"], "team_id": None}
    for row in rows.ask("SELECT alliance_id AS id, name, institution_id FROM alliances_v1 ORDER BY alliance_id"):
        if text in (row["id"], row["name"]) or (len(text) > 1 and text in str(row["name"])):
            yield {"kind": "alliance", **row, "team_id": None}
    teams = "SELECT team_id AS id, institution_id, team_id FROM teams_v1 WHERE team_id = :id"
    yield from ({"kind": "team", "name": None, **row} for row in rows.ask(teams, id=text))
    members = """SELECT DISTINCT m.member_id AS id, t.institution_id, m.team_id FROM members_v1 m
        JOIN teams_v1 t ON t.team_id = m.team_id WHERE m.member_id = :id AND m.from_day <= :today
        AND (m.left_after IS NULL OR m.left_after >= :today) ORDER BY m.team_id"""
    seats = rows.ask(members, id=text, today=today.isoformat())
    yield from ({"kind": "member", "name": None, **row} for row in seats)
    accounts = rows.ask("SELECT account_id AS id FROM accounts_v1 WHERE account_id = :id", id=text)
    nowhere = {"name": None, "institution_id": None, "team_id": None}
    yield from ({"kind": "account", **row, **nowhere} for row in accounts)
