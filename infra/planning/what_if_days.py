"""What-if over a range of days: each day compared with the same day changed, and the sums of all.

A day that is over is taken from the stored problem of its newest roster in which no visit was fixed yet: what was known
before its work began. Today and later days are taken as they are now.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local, local_day
from domain.policy_pack import in_force
from infra.planning.other_pack import purposes_of, with_other_pack
from infra.planning.published_roster import PublishedRoster, read_published
from infra.planning.solver_pool import WORKERS, Solvers, pool
from infra.planning.what_if import Changes, change, what_if_problems
from schedulers.problem import Problem
from schedulers.tiers import TIERS
from schedulers.what_if import Comparison, RosterTotals, compare, totals_of

if TYPE_CHECKING:
    from infra.system import System

MOST_DAYS = 366

NOT_THAT_DAY = frozenset({"nobody-works-that-day", "member-not-in-team", "visit-not-on-the-day"})
"""Refusals of a change that a day does not have: it stays as it is."""

OnProgress = Callable[[int, int], None]
"""Called with the days that are compared and all days."""


@value
class DaySums:
    """Costs by the names of their tiers, visits and what was left out, and the seconds of work, ways and overtime."""

    costs: Mapping[str, int]
    work: RosterTotals

    def plus(self, other: "DaySums") -> "DaySums":
        """Return the sums of two days."""
        costs = {tier: self.costs[tier] + other.costs[tier] for tier in TIERS}
        work = {
            each.name: getattr(self.work, each.name) + getattr(other.work, each.name) for each in fields(RosterTotals)
        }
        return DaySums(costs=costs, work=RosterTotals(**work))

    def minus(self, other: "DaySums") -> "DaySums":
        """Return how much more this is than another day, or sum of days."""
        costs = {tier: self.costs[tier] - other.costs[tier] for tier in TIERS}
        work = {
            each.name: getattr(self.work, each.name) - getattr(other.work, each.name) for each in fields(RosterTotals)
        }
        return DaySums(costs=costs, work=RosterTotals(**work))


NOTHING = DaySums(costs=dict.fromkeys(TIERS, 0), work=RosterTotals())


@value
class ComparedDay:
    """A day as it is and as it would be. `unchanged`: none of the changes is possible on it."""

    day: date
    stored: bool
    revision: int | None
    unchanged: bool
    present: DaySums
    other: DaySums


@value
class WhatIfDays:
    """Days of a team compared, by day, and their sums; days without a roster are left out."""

    team_id: str
    first: date
    last: date
    days: tuple[ComparedDay, ...]
    without_roster: tuple[date, ...]

    @property
    def present(self) -> DaySums:
        """The sums of the days as they are."""
        return reduce(DaySums.plus, (each.present for each in self.days), NOTHING)

    @property
    def other(self) -> DaySums:
        """The sums of the days as they would be."""
        return reduce(DaySums.plus, (each.other for each in self.days), NOTHING)


@value
class _PastDay:
    """A day that is over: what was published, the problem and the changed one."""

    published: PublishedRoster
    problem: Problem
    changed: Problem
    unchanged: bool


def what_if_days(
    system: "System",
    team_id: str,
    first: date,
    last: date,
    changes: Changes,
    *,
    solvers: Solvers = pool,
    on_progress: OnProgress | None = None,
) -> WhatIfDays:
    """Compare each day between two, both included, with the same day changed.

    Refused `range-ends-before-it-begins`, `range-too-long`, `no-rosters-in-the-range`, or by the rule of a change that
    is possible on none of the days.
    """
    if last < first:
        raise Refused("range-ends-before-it-begins", first=first, last=last)
    if (last - first).days >= MOST_DAYS:
        raise Refused("range-too-long", days=MOST_DAYS)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    today = local_day(system.now())
    refused: dict[str, Refused] = {}
    done: set[str] = set()
    compared: list[ComparedDay] = []
    missing: list[date] = []
    with solvers(WORKERS) as executor:
        pending = list(
            _past_days(system, executor, team_id, [day for day in days if day < today], changes, refused, done)
        )
        for number, (day, past, answer) in enumerate(pending, start=1):
            if past is None or answer is None:
                missing.append(day)
            else:
                compared.append(_compared(day, past, answer.result()))
            if on_progress is not None:
                on_progress(number, len(days))
    for number, day in enumerate([day for day in days if day >= today], start=len(pending) + 1):
        compared.append(_day_to_come(system, TeamDay(team_id, day), changes, refused, done))
        if on_progress is not None:
            on_progress(number, len(days))
    if not compared:
        raise Refused("no-rosters-in-the-range", team=team_id, first=first, last=last)
    for name, refusal in refused.items():
        if name not in done:
            raise refusal
    return WhatIfDays(team_id=team_id, first=first, last=last, days=tuple(compared), without_roster=tuple(missing))


def single_changes(changes: Changes) -> Iterator[tuple[str, Changes]]:
    """Yield each change by itself, with a name of its own."""
    for role in changes.add:
        yield f"add {role}", Changes(add=(role,))
    for member_id in changes.ill:
        yield f"ill {member_id}", Changes(ill=(member_id,))
    for visit_id in changes.without:
        yield f"without {visit_id}", Changes(without=(visit_id,))
    for window in changes.windows:
        yield f"window {window[0]}", Changes(windows=(window,))


def _past_days(
    system: "System",
    executor: Executor,
    team_id: str,
    days: list[date],
    changes: Changes,
    refused: dict[str, Refused],
    done: set[str],
) -> Iterator[tuple[date, _PastDay | None, "Future[Comparison] | None"]]:
    for day in days:
        try:
            published = before_anything_was_fixed(system, TeamDay(team_id, day))
        except Refused as refusal:
            if refusal.rule != "roster-not-published":
                raise
            yield day, None, None
            continue
        past = _changed(system, published, changes, refused, done)
        yield day, past, executor.submit(compare, past.problem, published.roster, past.changed, fresh=True)


def before_anything_was_fixed(system: "System", team_day: TeamDay) -> PublishedRoster:
    """Return the newest roster of a day in whose problem no visit is fixed, or the first one.

    Refused `roster-not-published`, or because the problem cannot be used.
    """
    newest = read_published(system.store, team_day)
    for revision in range(newest.revision, 1, -1):
        published = newest if revision == newest.revision else read_published(system.store, team_day, revision)
        if not any(demand.pins for demand in published.problem().demands):
            return published
    return read_published(system.store, team_day, 1)


def _changed(
    system: "System", published: PublishedRoster, changes: Changes, refused: dict[str, Refused], done: set[str]
) -> _PastDay:
    team_day, problem = published.team_day, published.problem()
    ruling = in_force(system.settings.packs, team_day.day)
    pack = changes.pack or ruling
    changed = problem
    if changes.pack is not None:
        changed = with_other_pack(problem, purposes_of(system.rows, problem), ruling, changes.pack)
    for name, each in single_changes(changes):
        try:
            changed = change(changed, each, team_day, at_local(team_day.day), replace(pack, freeze_minutes=0))
        except Refused as refusal:
            if refusal.rule not in NOT_THAT_DAY:
                raise
            refused.setdefault(name, refusal)
        else:
            done.add(name)
    return _PastDay(published=published, problem=problem, changed=changed, unchanged=changed == problem)


def _compared(day: date, past: _PastDay, comparison: Comparison) -> ComparedDay:
    return ComparedDay(
        day=day,
        stored=True,
        revision=past.published.revision,
        unchanged=past.unchanged,
        present=_sums(past.problem, comparison, other=False),
        other=_sums(past.problem, comparison, other=False)
        if past.unchanged
        else _sums(past.changed, comparison, other=True),
    )


def _sums(problem: Problem, comparison: Comparison, *, other: bool) -> DaySums:
    roster = comparison.other if other else comparison.present
    return DaySums(costs=dict(zip(TIERS, roster.costs, strict=True)), work=totals_of(problem, roster))


def _day_to_come(
    system: "System", team_day: TeamDay, changes: Changes, refused: dict[str, Refused], done: set[str]
) -> ComparedDay:
    possible = Changes(pack=changes.pack)
    for name, each in single_changes(changes):
        try:
            what_if_problems(system, team_day, each)
        except Refused as refusal:
            if refusal.rule not in NOT_THAT_DAY:
                raise
            refused.setdefault(name, refusal)
        else:
            done.add(name)
            possible = with_more(possible, each)
    before = what_if_problems(system, team_day, possible)
    unchanged = before.changed == before.problem
    comparison = compare(before.problem, before.present, before.changed, fresh=before.fresh)
    return ComparedDay(
        day=team_day.day,
        stored=before.stored,
        revision=before.revision,
        unchanged=unchanged,
        present=_sums(before.problem, comparison, other=False),
        other=_sums(before.problem if unchanged else before.changed, comparison, other=not unchanged),
    )


def with_more(changes: Changes, more: Changes) -> Changes:
    """Return two sets of changes together."""
    return replace(
        changes,
        add=(*changes.add, *more.add),
        ill=(*changes.ill, *more.ill),
        without=(*changes.without, *more.without),
        windows=(*changes.windows, *more.windows),
    )
