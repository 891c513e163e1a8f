"""Where teams, members and residents are: bases, homes, seats, and under what a resident is visited."""

from datetime import date

from projections.questions import Row, Rows, Scalar, opened_json

Point = tuple[float, float]
"""Coordinates x and y in metres."""


def team_base(rows: Rows, team_id: str) -> Point | None:
    """Return where a team starts, the origin if that is not known; None if there is no such team."""
    bases = rows.ask("SELECT base_x, base_y FROM teams_v1 WHERE team_id = :team_id", team_id=team_id)
    return (metres(bases[0]["base_x"]), metres(bases[0]["base_y"])) if bases else None


def first_base(rows: Rows) -> Point:
    """Return where the first team starts; the origin if no base is known."""
    bases = rows.ask("SELECT base_x, base_y FROM teams_v1 WHERE base_x IS NOT NULL ORDER BY team_id LIMIT 1")
    return (metres(bases[0]["base_x"]), metres(bases[0]["base_y"])) if bases else (0.0, 0.0)


def registered_places(rows: Rows) -> list[Point]:
    """Return the distinct places of all teams, stations and homes."""
    places = rows.ask(
        """SELECT base_x AS x, base_y AS y FROM teams_v1 WHERE base_x IS NOT NULL
        UNION SELECT i.x, i.y FROM stations_v1 s JOIN institutions_v1 i ON i.institution_id = s.institution_id
        UNION SELECT home_x, home_y FROM residents_v1 WHERE home_x IS NOT NULL ORDER BY 1, 2"""
    )
    return [(metres(row["x"]), metres(row["y"])) for row in places]


def metres(value: Scalar) -> float:
    """Return a coordinate that a row holds; 0 if it is not known."""
    return float(value or 0)


def home_of(rows: Rows, resident_id: str) -> Row | None:
    """Return `home_x` and `home_y` of a resident in metres, None if nobody is registered."""
    homes = rows.ask(
        "SELECT home_x, home_y FROM residents_v1 WHERE resident_id = :resident_id", resident_id=resident_id
    )
    return {**homes[0]} if homes else None


def agreements_of(rows: Rows, resident_id: str, day: date) -> list[Row]:
    """Return under what a resident may be visited on a day: contracts, then open beds.

    `team_id`, `contract_id` and `family_bed_id`, of which one is None.
    """
    agreements = rows.ask(
        """SELECT 0 AS rank, team_id, contract_id, NULL AS family_bed_id FROM caseload_v1
        WHERE resident_id = :resident_id AND starts_on <= :day AND ends_on >= :day
        UNION ALL SELECT 1 AS rank, team_id, NULL AS contract_id, family_bed_id FROM family_beds_v1
        WHERE resident_id = :resident_id AND status = 'open' ORDER BY rank, team_id""",
        resident_id=resident_id,
        day=day.isoformat(),
    )
    return [{**row} for row in agreements]


def teams_of_member(rows: Rows, member_id: str, day: date) -> list[Row]:
    """Return the teams in which a person holds a seat on a day, where they are a guest first: `team_id`, `guest`."""
    seats = rows.ask(
        """SELECT team_id, guest FROM members_v1 WHERE member_id = :member_id AND from_day <= :day
        AND (left_after IS NULL OR left_after >= :day) ORDER BY CASE WHEN guest IS NULL THEN 1 ELSE 0 END, team_id""",
        member_id=member_id,
        day=day.isoformat(),
    )
    return [{**row} for row in seats]


def sister_teams(rows: Rows, team_id: str) -> list[str]:
    """Return the other teams of a team's institution, by id."""
    teams = rows.ask(
        """SELECT t.team_id FROM teams_v1 t JOIN teams_v1 own ON own.institution_id = t.institution_id
        WHERE own.team_id = :team_id AND t.team_id <> :team_id ORDER BY t.team_id""",
        team_id=team_id,
    )
    return [str(row["team_id"]) for row in teams]


def busy_from(rows: Rows, day: date, since: str) -> set[str]:
    """Return the members whom any roster of a day gives a visit that ends after a moment, as rows hold moments."""
    rosters = opened_json(rows.ask("SELECT slots FROM rosters_v1 WHERE day = :day", day=day.isoformat()), "slots")
    return {str(slot["member_id"]) for row in rosters for slot in row["slots"] if str(slot["ends_at"]) > since}


def guests_on(rows: Rows, day: date) -> set[str]:
    """Return who is a guest of any team on a day."""
    guests = rows.ask(
        "SELECT member_id FROM members_v1 WHERE guest IS NOT NULL AND from_day <= :day AND left_after >= :day",
        day=day.isoformat(),
    )
    return {str(row["member_id"]) for row in guests}
