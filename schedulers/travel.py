"""Travel times between places in whole seconds: assumptions that are stated, until a street network gives better ones.

Door-to-door speeds, assumed [GK]: on foot 4.5 km/h, by e-bike 15 km/h, by car in town 25 km/h. A straight line is
stretched by 1.3 (the usual detour factor of city streets, assumed [GK]); a street grid is taken as it is.
"""

from collections.abc import Callable, Sequence
from math import ceil, hypot
from typing import Literal

Metric = Literal["grid", "line"]
Place = tuple[float, float]

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


def matrix(places: Sequence[Place], mode: str, metric: Metric = "grid") -> tuple[tuple[int, ...], ...]:
    """Square matrix of seconds, rounded up, between `places` (x, y in metres).

    Raises:
        ValueError: the mode or the metric is not known.
    """
    if mode not in SPEEDS:
        raise ValueError(f"no such way of travel: {mode} (known: {', '.join(SPEEDS)})")
    if metric not in METRICS:
        raise ValueError(f"no such metric: {metric} (known: {', '.join(METRICS)})")
    metres, speed = METRICS[metric], SPEEDS[mode]
    return tuple(tuple(ceil(round(metres(a, b) / speed, 6)) for b in places) for a in places)
