"""What came of a simulated time: coverage, fulfilment, family beds and referrals, each in the range where it belongs.

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
class Outcome:
    """One figure and the range in which it lies after some weeks; None where there is nothing to tell."""

    name: str
    figure: float | None
    unit: Unit
    least: float
    most: float

    @property
    def fits(self) -> bool:
        """Say whether it lies in its range."""
        return self.figure is not None and self.least <= self.figure <= self.most

    def told(self) -> dict[str, object]:
        """Return it as JSON tells it."""
        return {
            "name": self.name,
            "figure": self.figure,
            "unit": self.unit,
            "least": self.least,
            "most": self.most,
            "fits": self.fits,
        }


def outcomes(rows: Rows, first_day: date, last_day: date, teams: int) -> list[Outcome]:
    """Return the figures of a time, its days included."""
    return [
        *of_coverage(rows, last_day),
        *of_fulfilment(rows, last_day),
        *of_care(rows, last_day),
        *of_beds(rows, last_day, teams),
        *of_referrals(rows, first_day, last_day),
    ]


def of_coverage(rows: Rows, day: date) -> Iterator[Outcome]:
    """Yield the shares of the people, and of the key groups, who are signed."""
    found = asked(rows, Coverage(day=day))
    total = found["total"]
    yield Outcome(name="signed-of-population", figure=total["rate"], unit="share", least=0.15, most=0.45)
    rates = [group["rate"] for group in total["groups"] if group["rate"] is not None]
    yield Outcome(name="signed-of-key-groups", figure=mean(rates), unit="share", least=0.45, most=0.85)


def of_fulfilment(rows: Rows, day: date) -> Iterator[Outcome]:
    """Yield how much of what was promised is done, and how many contracts had no service at all."""
    teams = answer(Fulfilment(day=day), rows)
    assert isinstance(teams, list)
    contracts = sum(int(str(team["contracts"])) for team in teams)
    unserved = sum(int(str(team["unserved"])) for team in teams)
    share = unserved / contracts if contracts else None
    yield Outcome(name="signed-but-not-served", figure=rounded(share), unit="share", least=0.0, most=0.8)


def of_care(rows: Rows, day: date) -> Iterator[Outcome]:
    """Yield the share of the care tasks whose last worthy day is over that were done."""
    counts = counts_past_worth(rows, day)
    done = counts.get("done", 0) + counts.get("done-late", 0)
    total = sum(counts.values())
    yield Outcome(name="care-done", figure=rounded(done / total if total else None), unit="share", least=0.6, most=1.0)


def of_beds(rows: Rows, day: date, teams: int) -> Iterator[Outcome]:
    """Yield how many family beds a team has open."""
    census = answer(BedCensus(day=day), rows)
    assert isinstance(census, list)
    yield Outcome(name="open-beds-a-team", figure=round(len(census) / teams, 2), unit="beds", least=1.5, most=4.5)


def of_referrals(rows: Rows, first_day: date, last_day: date) -> Iterator[Outcome]:
    """Yield how long residents waited for a hospital: the median, in hours from the request."""
    lines = answer(ReferralTimes(from_day=first_day, to_day=last_day - timedelta(days=1)), rows)
    assert isinstance(lines, list)
    by_urgency = {str(line["urgency"]): line for line in lines}
    for name, urgency, most in (
        ("urgent-referral-attended", "urgent", 120.0),
        ("ordinary-referral-attended", "ordinary", 260.0),
    ):
        figure = number(by_urgency.get(urgency, {}).get("hours_to_attended_median"))
        yield Outcome(name=name, figure=figure, unit="hours", least=1.0, most=most)
    answered = [number(line.get("in_time_share")) for line in lines]
    yield Outcome(
        name="referrals-answered-in-time", figure=mean([a for a in answered if a is not None]), unit="share",
        least=0.4, most=1.0,
    )  # fmt: skip


def asked(rows: Rows, question: object) -> Row:
    """Return the one row that a question has for its answer."""
    found = answer(question, rows)
    assert isinstance(found, dict)
    return found


def mean(numbers: list[float]) -> float | None:
    """Return the mean; None of none."""
    return rounded(sum(numbers) / len(numbers)) if numbers else None


def rounded(share: float | None) -> float | None:
    """Return a share as it is told."""
    return None if share is None else round(share, 3)


def number(told: object) -> float | None:
    """Return a number of an answer."""
    return float(told) if isinstance(told, int | float) else None
