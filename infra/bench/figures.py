"""Figures with their limits: medians of several rounds in turn, since a machine's speed changes within seconds."""

from collections.abc import Sequence
from statistics import median
from typing import Literal

from domain.event import value

PER_SECOND, MILLISECONDS, EVENTS = "per-second", "milliseconds", "events"

Unit = Literal[
    "per-second",
    "milliseconds",
    "seconds",
    "minutes",
    "events",
    "rows",
    "solves",
    "team-days",
    "visits",
    "cost",
    "share",
    "kilobytes",
]


@value
class Goal:
    """The goal of a figure: a least ratio to its limit, or a number under which it must stay."""

    ratio_at_least: float | None = None
    less_than: float | None = None

    def met(self, ours: float, ratio: float | None) -> bool:
        """Return whether a figure reaches the goal."""
        if self.less_than is not None:
            return ours < self.less_than
        return ratio is not None and self.ratio_at_least is not None and ratio >= self.ratio_at_least

    def __str__(self) -> str:
        return f">= {self.ratio_at_least:g}" if self.less_than is None else f"< {self.less_than:g}"


@value
class Figure:
    """One line of a benchmark. `name` and `limit_name` are keys of the catalogue, `size` the count in the name's words.

    `limit` is a rate that cannot be exceeded, or another program's; None if there is no comparison.
    """

    name: str
    ours: float
    unit: Unit = "per-second"
    limit_name: str | None = None
    limit: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    size: float = 0

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None if there is no goal."""
        return None if self.goal is None else self.goal.met(self.ours, self.ratio)

    def as_json(self) -> dict[str, object]:
        """Return the fields of the `--json` answer."""
        return {
            "figure": self.name,
            "size": self.size,
            "unit": self.unit,
            "ours": round(self.ours, 3),
            "limit_name": self.limit_name,
            "limit": None if self.limit is None else round(self.limit, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "goal": None if self.goal is None else str(self.goal),
            "met": self.met,
        }


def compared(
    name: str, rounds: Sequence[tuple[float, float]], limit_name: str, *, at_least: float | None = None, size: float = 0
) -> Figure:
    """Return the figure of rounds of two rates, ours and the limit's: medians of both and of their ratios."""
    return Figure(
        name=name,
        ours=median(ours for ours, _ in rounds),
        limit_name=limit_name,
        limit=median(limit for _, limit in rounds),
        ratio=median(ours / limit for ours, limit in rounds),
        goal=None if at_least is None else Goal(ratio_at_least=at_least),
        size=size,
    )


def quantile(sample: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of a sample does not exceed."""
    ordered = sorted(sample)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
