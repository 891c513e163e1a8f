"""The circle of care: teams, members, institutions and hospitals that something belongs to."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from domain.event import value
from projections.questions import Row, Rows, Scalar, parsed


@value
class Circle:
    """To whom something belongs. Empty sets: to nobody in particular.

    `member_ids` are those who make the visit, or whose own day it is; `hospital_ids` those that a referral names.
    """

    team_ids: frozenset[str] = frozenset()
    institution_ids: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    resident_ids: frozenset[str] = frozenset()
    member_ids: frozenset[str] = frozenset()
    hospital_ids: frozenset[str] = frozenset()

    def joined(self, other: "Circle") -> "Circle":
        """Return both circles as one."""
        return Circle(
            team_ids=self.team_ids | other.team_ids,
            institution_ids=self.institution_ids | other.institution_ids,
            districts=self.districts | other.districts,
            resident_ids=self.resident_ids | other.resident_ids,
            member_ids=self.member_ids | other.member_ids,
            hospital_ids=self.hospital_ids | other.hospital_ids,
        )


NOBODY = Circle()

TEAMS_OF_RESIDENT = """SELECT team_id FROM caseload_v1 WHERE resident_id = :resident_id AND ends_on >= :today
UNION SELECT team_id FROM contract_drafts_v1 WHERE resident_id = :resident_id
UNION SELECT team_id FROM family_beds_v1 WHERE resident_id = :resident_id AND closed_on IS NULL
UNION SELECT team_id FROM visits_v1
WHERE resident_id = :resident_id AND status IN ('requested', 'assigned', 'started')"""

OPEN_REFERRALS = """SELECT DISTINCT institution_id FROM referrals_v1 WHERE resident_id = :resident_id
AND status NOT IN ('declined', 'withdrawn', 'followed-up', 'ended')"""


def circle_of_resident(rows: Rows, resident_id: str, today: date, since: date) -> Circle:
    """Return who cares for a resident today.

    Teams of contracts, beds and open visits, the institution of registration, hospitals of open referrals, and the
    members whose visits were on days from `since` on.
    """
    teams = rows.ask(TEAMS_OF_RESIDENT, resident_id=resident_id, today=today.isoformat())
    homes = rows.ask("SELECT institution_id FROM residents_v1 WHERE resident_id = :id", id=resident_id)
    visits = rows.ask(
        "SELECT slots FROM visits_v1 WHERE resident_id = :resident_id AND day >= :since",
        resident_id=resident_id,
        since=since.isoformat(),
    )
    hospitals = rows.ask(OPEN_REFERRALS, resident_id=resident_id)
    return Circle(
        team_ids=texts(teams, "team_id"),
        institution_ids=texts(homes, "institution_id"),
        resident_ids=frozenset({resident_id}),
        member_ids=frozenset(member for visit in visits for member in members_in(parsed(visit["slots"]))),
        hospital_ids=texts(hospitals, "institution_id"),
    )


def circle_of_visit(rows: Rows, visit_id: str) -> Circle | None:
    """Return the team, the resident and the members of a visit; None if there is no such visit."""
    visits = rows.ask("SELECT team_id, resident_id, slots FROM visits_v1 WHERE visit_id = :id", id=visit_id)
    return circle_of_row({**visits[0], "slots": parsed(visits[0]["slots"])}) if visits else None


def circle_of_contract(rows: Rows, contract_id: str) -> Circle | None:
    """Return the team and the resident of a contract or a draft; None if there is neither."""
    for sql in (
        "SELECT team_id, institution_id, resident_id FROM caseload_v1 WHERE contract_id = :id",
        "SELECT team_id, resident_id FROM contract_drafts_v1 WHERE contract_id = :id",
    ):
        if contracts := rows.ask(sql, id=contract_id):
            return circle_of_row({**contracts[0]})
    return None


def resident_of_survey(rows: Rows, survey_id: str) -> str | None:
    """Return the resident who answered a survey; None if there is no such survey."""
    answered = rows.ask("SELECT resident_id FROM surveys_v1 WHERE survey_id = :id", id=survey_id)
    return str(answered[0]["resident_id"]) if answered else None


def circle_of_bed(rows: Rows, family_bed_id: str, since: date) -> Circle | None:
    """Return the team and the resident of a bed, its doctor, its nurse, and who made its visits since a day."""
    beds = rows.ask(
        "SELECT team_id, resident_id, doctor_id, nurse_id FROM family_beds_v1 WHERE family_bed_id = :id",
        id=family_bed_id,
    )
    if not beds:
        return None
    visits = rows.ask(
        "SELECT slots FROM visits_v1 WHERE resident_id = :resident_id AND family_bed_id = :id AND day >= :since",
        resident_id=beds[0]["resident_id"],
        id=family_bed_id,
        since=since.isoformat(),
    )
    members = {member for visit in visits for member in members_in(parsed(visit["slots"]))}
    named = {str(beds[0][name]) for name in ("doctor_id", "nurse_id") if beds[0][name]}
    return circle_of_row({**beds[0]}).joined(Circle(member_ids=frozenset(members | named)))


def circle_of_referral(rows: Rows, referral_id: str) -> Circle | None:
    """Return the team, the resident and the hospital of a referral; None if there is no such referral."""
    referrals = rows.ask(
        "SELECT team_id, resident_id, institution_id AS hospital_id FROM referrals_v1 WHERE referral_id = :id",
        id=referral_id,
    )
    return circle_of_row({**referrals[0]}) if referrals else None


def circle_of_absence(rows: Rows, team_id: str, absence_id: str) -> Circle:
    """Return the team of an absence and the member who is away."""
    absences = rows.ask(
        "SELECT member_id FROM absences_v1 WHERE team_id = :team_id AND absence_id = :id",
        team_id=team_id,
        id=absence_id,
    )
    return Circle(team_ids=frozenset({team_id}), member_ids=texts(absences, "member_id"))


def leading_institution(rows: Rows, alliance_id: str) -> str | None:
    """Return the institution that leads an alliance; None if there is no such alliance."""
    alliances = rows.ask("SELECT institution_id FROM alliances_v1 WHERE alliance_id = :id", id=alliance_id)
    return str(alliances[0]["institution_id"]) if alliances else None


def household_members(rows: Rows, household_id: str) -> frozenset[str]:
    """Return the residents of a household."""
    sql = "SELECT resident_id FROM residents_v1 WHERE household_id = :id"
    return texts(rows.ask(sql, id=household_id), "resident_id")


def residents_of_visits(rows: Rows, visit_ids: Collection[str]) -> frozenset[str]:
    """Return the residents of visits, and of what is owed and will be a visit."""
    if not visit_ids:
        return frozenset()
    ids = {f"v{number}": visit_id for number, visit_id in enumerate(sorted(visit_ids))}
    these = f"({', '.join(':' + name for name in ids)})"
    visits = f"SELECT resident_id FROM visits_v1 WHERE visit_id IN {these}"  # noqa: S608 -- placeholders
    tasks = f"SELECT resident_id FROM care_tasks_v1 WHERE care_task_id IN {these}"  # noqa: S608 -- placeholders
    return texts(rows.ask(f"{visits} UNION {tasks}", **ids), "resident_id")


def teams_of_member(rows: Rows, member_id: str, day: date) -> frozenset[str]:
    """Return the teams in which a member has a seat on a day, as a guest, too."""
    seats = rows.ask(
        """SELECT team_id FROM members_v1
        WHERE member_id = :member_id AND from_day <= :day AND (left_after IS NULL OR left_after >= :day)""",
        member_id=member_id,
        day=day.isoformat(),
    )
    return texts(seats, "team_id")


def residents_visited(rows: Rows, member_id: str, team_ids: Iterable[str], since: date) -> frozenset[str]:
    """Return the residents of a member's visits in some teams on days from `since` on."""
    residents: set[str] = set()
    for team_id in team_ids:
        visits = rows.ask(
            "SELECT resident_id, slots FROM visits_v1 WHERE team_id = :team_id AND day >= :since AND slots LIKE :like",
            team_id=team_id,
            since=since.isoformat(),
            like=f'%"{member_id}"%',
        )
        residents |= {str(row["resident_id"]) for row in visits if member_id in members_in(parsed(row["slots"]))}
    return frozenset(residents)


def institutions_of_teams(rows: Rows) -> dict[str, str]:
    """Return the institution of each team."""
    teams = rows.ask("SELECT team_id, institution_id FROM teams_v1")
    return {str(row["team_id"]): str(row["institution_id"]) for row in teams}


def districts_of_institutions(rows: Rows) -> dict[str, str]:
    """Return the district of each institution."""
    institutions = rows.ask("SELECT institution_id, district FROM institutions_v1")
    return {str(row["institution_id"]): str(row["district"]) for row in institutions}


def circle_of_row(row: Row) -> Circle:
    """Return to whom a row of an answer belongs, by the ids in it."""
    return Circle(
        team_ids=ids_of(row, "team_id"),
        institution_ids=ids_of(row, "institution_id"),
        resident_ids=ids_of(row, "resident_id"),
        member_ids=frozenset(members_in(row)),
        hospital_ids=ids_of(row, "hospital_id"),
    )


MEMBERS_IN = ("slots", "parts", "places", "now")
"""Where rows name the members who come: lists of parts, or an appointment."""


def members_in(row: Any) -> set[str]:
    """Return the members that a row of an answer, or a list of parts, names as those who come."""
    if isinstance(row, list | tuple):
        return {member for part in row for member in members_in(part)}
    if not isinstance(row, dict):
        return set()
    named = {row["member_id"], *row.get("member_ids", ())} if row.get("member_id") else set(row.get("member_ids") or ())
    return {str(member) for member in named}.union(*(members_in(row.get(name)) for name in MEMBERS_IN))


def ids_of(row: Row, name: str) -> frozenset[str]:
    """Return the id in a column as a set."""
    return frozenset({str(row[name])}) if row.get(name) else frozenset()


def texts(rows: Iterable[dict[str, Scalar]], name: str) -> frozenset[str]:
    """Return the values of a column that are not empty."""
    return frozenset(str(row[name]) for row in rows if row[name])
