"""The outcomes of a simulated period: coverage, fulfilment, family beds and referrals, each with its plausible range.

The ranges are our own: wide enough for any seed, narrow enough that a rule which stops working leaves them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from domain.event import value
from projections.care_tasks import counts_past_worth
from projections.coverage import Coverage
from projections.entitlements import Fulfilment
from projections.family_beds import BedCensus
from projections.questions import Row, Rows
from projections.referral_inbox import ReferralTimes
from projections.registry import answer

Unit = Literal["share", "beds", "hours"]


@value
class OutcomeFigure:
    """One figure and its plausible range after some weeks; the figure is None where nothing was counted."""

    name: str
    figure: float | None
    unit: Unit
    least: float
    most: float

    @property
    def fits(self) -> bool:
        """Whether the figure lies in its range."""
        return self.figure is not None and self.least <= self.figure <= self.most

    def as_json(self) -> dict[str, object]:
        """Return the fields of the `--json` answer."""
        return {
            "name": self.name,
            "figure": self.figure,
            "unit": self.unit,
            "least": self.least,
            "most": self.most,
            "fits": self.fits,
        }


def outcomes(rows: Rows, first_day: date, last_day: date, teams: int) -> list[OutcomeFigure]:
    """Return the figures of a period, both days included."""
    return [
        *of_coverage(rows, last_day),
        *of_fulfilment(rows, last_day),
        *of_care(rows, last_day),
        *of_beds(rows, last_day, teams),
        *of_referrals(rows, first_day, last_day),
    ]


def of_coverage(rows: Rows, day: date) -> Iterator[OutcomeFigure]:
    """Yield the signed share of the population and of its key groups."""
    total = single_row(rows, Coverage(day=day))["total"]
    yield OutcomeFigure(name="signed-of-population", figure=total["rate"], unit="share", least=0.15, most=0.45)
    rates = [group["rate"] for group in total["groups"] if group["rate"] is not None]
    yield OutcomeFigure(name="signed-of-key-groups", figure=mean(rates), unit="share", least=0.45, most=0.85)


def of_fulfilment(rows: Rows, day: date) -> Iterator[OutcomeFigure]:
    """Yield the share of contracts without any service."""
    teams = answer(Fulfilment(day=day), rows)
    assert isinstance(teams, list)
    contracts = sum(int(str(team["contracts"])) for team in teams)
    unserved = sum(int(str(team["unserved"])) for team in teams)
    share = unserved / contracts if contracts else None
    yield OutcomeFigure(name="signed-but-not-served", figure=rounded(share), unit="share", least=0.0, most=0.8)


def of_care(rows: Rows, day: date) -> Iterator[OutcomeFigure]:
    """Yield the share of done care tasks among those whose last worthy day is over."""
    counts = counts_past_worth(rows, day)
    done = counts.get("done", 0) + counts.get("done-late", 0)
    total = sum(counts.values())
    yield OutcomeFigure(
        name="care-done", figure=rounded(done / total if total else None), unit="share", least=0.6, most=1.0
    )


def of_beds(rows: Rows, day: date, teams: int) -> Iterator[OutcomeFigure]:
    """Yield the number of open family beds per team."""
    census = answer(BedCensus(day=day), rows)
    assert isinstance(census, list)
    yield OutcomeFigure(name="open-beds-a-team", figure=round(len(census) / teams, 2), unit="beds", least=1.5, most=4.5)


def of_referrals(rows: Rows, first_day: date, last_day: date) -> Iterator[OutcomeFigure]:
    """Yield the median hours from a referral's request to its attendance, and the share answered in time."""
    lines = answer(ReferralTimes(from_day=first_day, to_day=last_day - timedelta(days=1)), rows)
    assert isinstance(lines, list)
    by_urgency = {str(line["urgency"]): line for line in lines}
    for name, urgency, most in (
        ("urgent-referral-attended", "urgent", 120.0),
        ("ordinary-referral-attended", "ordinary", 260.0),
    ):
        figure = number(by_urgency.get(urgency, {}).get("hours_to_attended_median"))
        yield OutcomeFigure(name=name, figure=figure, unit="hours", least=1.0, most=most)
    answered = [number(line.get("in_time_share")) for line in lines]
    yield OutcomeFigure(
        name="referrals-answered-in-time", figure=mean([a for a in answered if a is not None]), unit="share",
        least=0.4, most=1.0,
    )  # fmt: skip


def single_row(rows: Rows, question: object) -> Row:
    """Return the answer of a question that has one row."""
    row = answer(question, rows)
    assert isinstance(row, dict)
    return row


def mean(numbers: list[float]) -> float | None:
    """Return the mean; None if there are no numbers."""
    return rounded(sum(numbers) / len(numbers)) if numbers else None


def rounded(share: float | None) -> float | None:
    """Return a share with three decimals."""
    return None if share is None else round(share, 3)


def number(value: object) -> float | None:
    """Return a number of an answer; None if the answer has none."""
    return float(value) if isinstance(value, int | float) else None
