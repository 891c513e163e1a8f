"""A what-if over a range of days as people read it."""

from collections.abc import Iterator

from infra.cli.roster import views
from infra.cli.roster.days.results import WhatIfRange, WorkSums
from infra.cli.roster.results import WhatIfComparison
from infra.cli.roster.wording import amount, costs_in_words, length
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

COLUMNS = (
    "visits-placed",
    "visits-left-out",
    "hours-of-work",
    "hours-of-travel",
    "minutes-of-overtime",
    "minutes-late",
)


def compared(comparison: WhatIfComparison | WhatIfRange, words: Translator) -> Iterator[Block]:
    """Show one day compared, or a range of days."""
    return views.compared(comparison, words) if isinstance(comparison, WhatIfComparison) else days(comparison, words)


def days(result: WhatIfRange, words: Translator) -> Iterator[Block]:
    """Show a row for each day, now and as it would be, then the sums by tier."""
    yield words.say("what-if-range", {"team": result.team_id, "first": result.first, "last": result.last})
    table = Table(words.headings("day", *COLUMNS), numeric=range(1, 1 + len(COLUMNS)))
    for each in result.days:
        table.add(each.day.isoformat(), *_cells(each.present, each.other, words))
    table.add(words.say("sum-of-days"), *_cells(result.present, result.other, words))
    yield table
    tiers = Table(("", *words.headings("present", "what-if")), numeric=(1, 2))
    for tier, cost in result.present.costs.items():
        tiers.add(words.label("tier", tier), amount(tier, cost, words), amount(tier, result.other.costs[tier], words))
    yield tiers
    yield costs_in_words(result.difference.costs, words, signed=True)
    for key, listed in (
        ("days-without-roster", result.without_roster),
        ("days-unchanged", tuple(each.day for each in result.days if each.unchanged)),
    ):
        if listed:
            yield words.say(key, {"days": ", ".join(day.isoformat() for day in listed)})


def _cells(present: WorkSums, other: WorkSums, words: Translator) -> Iterator[str]:
    for now, then in (
        (str(present.visits), str(other.visits)),
        (str(present.left_out), str(other.left_out)),
        (_hours(present.service_seconds), _hours(other.service_seconds)),
        (_hours(present.travel_seconds), _hours(other.travel_seconds)),
        (length(present.overtime_seconds, words), length(other.overtime_seconds, words)),
        (length(present.late_seconds, words), length(other.late_seconds, words)),
    ):
        yield now if now == then else f"{now} → {then}"


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f}"
