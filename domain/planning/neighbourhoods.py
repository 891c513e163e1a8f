"""Which homes lie together, so that one member can visit them on one day."""

from collections.abc import Sequence

from domain.local_time import MINUTE
from domain.policy_pack import PolicyPack

Matrix = Sequence[Sequence[int]]
"""Seconds from each place to each other place."""


def areas_of_homes(seconds: Matrix, pack: PolicyPack) -> list[int]:
    """Return the number of each home's area, from 0; place 0 is the team's base and has none.

    A home belongs to the first area whose first home is at most the pack's minutes away; else it begins an area.
    """
    nearest = pack.neighbour_minutes * MINUTE
    firsts: list[int] = []
    areas: list[int] = []
    for home in range(1, len(seconds)):
        area = next((area for area, first in enumerate(firsts) if seconds[first][home] <= nearest), len(firsts))
        if area == len(firsts):
            firsts.append(home)
        areas.append(area)
    return areas


def rough_ways(seconds: Matrix) -> list[int]:
    """Return for each home the way from the nearest other place, in seconds; rough is enough for a week."""
    return [min((way for way in seconds[home] if way), default=0) for home in range(1, len(seconds))]
