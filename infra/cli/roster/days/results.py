"""The result of a what-if over a range of days."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from msgspec import Meta

from infra.cli.roster.results import NamedCosts
from infra.edges.results import Result
from infra.planning.what_if_days import DaySums, WhatIfDays


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSums(Result):
    """Costs, visits and seconds of a day's roster, or of several. Members' ways include the way home."""

    costs: NamedCosts
    visits: int
    left_out: int
    service_seconds: int
    travel_seconds: int
    overtime_seconds: int
    late_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfDay(Result):
    """A day as it is and as it would be."""

    day: date
    stored: Annotated[bool, Meta(description="From a stored problem, since the day is over.")]
    revision: int | None
    unchanged: Annotated[bool, Meta(description="None of the changes is possible on the day.")]
    present: WorkSums
    other: WorkSums


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRange(Result):
    """Days as they are and as they would be, with the sums of all days and their difference."""

    team_id: str
    first: date
    last: date
    days: tuple[WhatIfDay, ...]
    without_roster: tuple[date, ...]
    present: WorkSums
    other: WorkSums
    difference: Annotated[WorkSums, Meta(description="What the days would have more; less is negative.")]


def range_of(compared: WhatIfDays) -> WhatIfRange:
    """Return the result of compared days."""
    present, other = compared.present, compared.other
    return WhatIfRange(
        team_id=compared.team_id,
        first=compared.first,
        last=compared.last,
        days=tuple(
            WhatIfDay(
                day=each.day,
                stored=each.stored,
                revision=each.revision,
                unchanged=each.unchanged,
                present=_sums(each.present),
                other=_sums(each.other),
            )
            for each in compared.days
        ),
        without_roster=compared.without_roster,
        present=_sums(present),
        other=_sums(other),
        difference=_sums(other.minus(present)),
    )


def _sums(sums: DaySums) -> WorkSums:
    return WorkSums(costs=dict(sums.costs), **asdict(sums.work))
