"""Where teams start, and where stations and homes are: coordinates in metres."""

from projections.questions import Rows, Scalar

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
