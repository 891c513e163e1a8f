"""Stays: services that one member does one after the other in one home, without leaving it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from domain.event import value

Stay = tuple[datetime, datetime]
"""When a member entered a home, and left it."""


def shared_seconds(mine: Stay, others: Sequence[Stay]) -> int:
    """Return how long a service took of which only the whole stay is known, in seconds.

    Time in which the member was busy with several services counts for each of them in equal parts, so that together
    they are as long as the stay.
    """
    begins, ends = mine
    cuts = sorted({begins, ends, *(moment for stay in others for moment in stay if begins < moment < ends)})
    seconds = 0.0
    for since, until in pairwise(cuts):
        at_once = 1 + sum(stay[0] <= since and until <= stay[1] for stay in others)
        seconds += (until - since).total_seconds() / at_once
    return round(seconds)


@value
class HomeService:
    """A service in a member's day: the home by an id, its address if that is known, and the travel before it."""

    home_id: str | None
    address: str | None
    travel_seconds: int


def numbers_of_stays(services: Sequence[HomeService]) -> tuple[int, ...]:
    """Return the number of the stay of each service of a member's day, in the order of their starts; from 1."""
    numbers = [1] if services else []
    for before, after in pairwise(services):
        numbers.append(numbers[-1] + (0 if is_one_stay(before, after) else 1))
    return tuple(numbers)


def is_one_stay(before: HomeService, after: HomeService) -> bool:
    """Say whether the member stays: no travel lies between, and it is the same resident's home or the same address."""
    same_home = before.home_id is not None and before.home_id == after.home_id
    same_address = bool(before.address) and before.address == after.address
    return after.travel_seconds == 0 and (same_home or same_address)
