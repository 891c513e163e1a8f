"""Travel times between places in whole seconds, by stated assumptions where no street network gives better ones.

Door-to-door speeds, assumed [GK]: on foot 4.5 km/h, by e-bike 15 km/h, by car in town 25 km/h. A straight line is
stretched by 1.3 (the usual detour factor of city streets, assumed [GK]); a street grid is taken as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, hypot
from typing import Literal, Protocol

from schedulers.problem import TravelFrom

Metric = Literal["grid", "line"]
Place = tuple[float, float]
"""Metres east and north of the origin of the town's plane."""

Seconds = tuple[tuple[int, ...], ...]
"""A square matrix, from row to column."""

SPEEDS = {"walk": 4.5 / 3.6, "e-bike": 15 / 3.6, "car": 25 / 3.6}
"""Metres in a second, by mode."""

DETOUR = 1.3


def grid(a: Place, b: Place) -> float:
    """Metres along a street grid whose streets run along the axes."""
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def line(a: Place, b: Place) -> float:
    """Metres of a straight line, stretched by the detour factor."""
    return DETOUR * hypot(a[0] - b[0], a[1] - b[1])


METRICS: dict[str, Callable[[Place, Place], float]] = {"grid": grid, "line": line}


def matrix(places: Sequence[Place], mode: str, metric: Metric = "grid") -> Seconds:
    """Square matrix of seconds, rounded up, between `places` (x, y in metres).

    Raises:
        ValueError: the mode or the metric is not known.
    """
    if mode not in SPEEDS:
        raise ValueError(f"no such way of travel: {mode} (known: {', '.join(SPEEDS)})")
    if metric not in METRICS:
        raise ValueError(f"no such metric: {metric} (known: {', '.join(METRICS)})")
    return tuple(tuple(seconds(a, b, mode, metric) for b in places) for a in places)


def seconds(a: Place, b: Place, mode: str, metric: Metric) -> int:
    """Seconds from one place to another, rounded up. KeyError if the mode or the metric is not known."""
    return ceil(round(METRICS[metric](a, b) / SPEEDS[mode], 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The seconds between places by one mode of travel, and their source."""

    seconds: Seconds
    travel_from: TravelFrom


class Travel(Protocol):
    """Gives the times of a day: by assumption, or from a matrix, a street network or a server with a fallback."""

    def times(self, places: Sequence[Place], mode: str) -> Times:
        """Return the times between all places; `travel_from` counts the straight lines of a fallback."""
        ...


@dataclass(frozen=True, slots=True)
class AssumedTravel:
    """Travel times by a metric of the plane."""

    metric: Metric

    def times(self, places: Sequence[Place], mode: str) -> Times:
        """Return the times between all places. ValueError if the mode is not known."""
        travel_from = TravelFrom(source=self.metric, ways=pair_count(places))
        return Times(seconds=matrix(places, mode, self.metric), travel_from=travel_from)


def pair_count(places: Sequence[Place]) -> int:
    """Return the number of ordered pairs of two places."""
    return len(places) * (len(places) - 1)
