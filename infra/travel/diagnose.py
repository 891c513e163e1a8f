"""What the chosen source says: of two places to try it on, and of how many registered places it knows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from infra.travel.fallback import Asking
from projections.questions import Rows
from schedulers.travel.times import SPEEDS, Place, Travel

TRIED_METRES = 500.0
"""The way that is tried: from a team's base, or else from the plane's origin, so far to the east. Nobody's home."""


@runtime_checkable
class Knowing(Protocol):
    """A source that can say whether it knows a place, without asking anybody outside."""

    def knows(self, place: Place, mode: str) -> bool:
        """Say whether a place is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One way of travel: the seconds between the two tried places, and the rule by which they are a straight line.

    `unknown` of all registered places are not known; None where only asking outside would tell.
    """

    mode: str
    source: str
    seconds: int
    because: str | None
    places: int
    unknown: int | None


def check_travel(travel: Travel, base: Place, places: Sequence[Place]) -> list[Checked]:
    """Try the source by each way of travel, from a base."""
    found = []
    tried = (base, (base[0] + TRIED_METRES, base[1]))
    source = travel.source if isinstance(travel, Asking) else travel
    for mode in SPEEDS:
        times = travel.times(tried, mode)
        unknown = sum(not source.knows(each, mode) for each in places) if isinstance(source, Knowing) else None
        found.append(
            Checked(
                mode=mode,
                source=times.told.source,
                seconds=times.seconds[0][1],
                because=times.told.because,
                places=len(places),
                unknown=unknown,
            )
        )
    return found


def first_base(rows: Rows) -> Place:
    """Return where the first team starts from; the origin if there is none."""
    found = rows.ask("SELECT base_x, base_y FROM teams_v1 WHERE base_x IS NOT NULL ORDER BY team_id LIMIT 1")
    return (float(str(found[0]["base_x"])), float(str(found[0]["base_y"]))) if found else (0.0, 0.0)


def registered_places(rows: Rows) -> list[Place]:
    """Return the distinct places of all teams, stations and homes."""
    found = rows.ask(
        """SELECT base_x AS x, base_y AS y FROM teams_v1 WHERE base_x IS NOT NULL
        UNION SELECT i.x, i.y FROM stations_v1 s JOIN institutions_v1 i ON i.institution_id = s.institution_id
        UNION SELECT home_x, home_y FROM residents_v1 WHERE home_x IS NOT NULL ORDER BY 1, 2"""
    )
    return [(float(str(row["x"])), float(str(row["y"]))) for row in found]
