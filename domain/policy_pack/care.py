"""How often people are seen (A5): one rule for each service, with its legal windows."""

from collections.abc import Iterator
from typing import Literal

from domain.event import value

DAYS_A_YEAR = 365

EVERYONE = "everyone"
"""The group of a rule for all signed residents, e.g. from an age on."""

CountedFrom = Literal["term", "start", "birth", "discharge"]
"""The day from which a rule counts: the contract's term; the anchor of the key group (first day of the last period,
notice, diagnosis), or the first day of the stay if it has none; a birth; the discharge after it, or the birth if none
is known."""

Unit = Literal["days", "weeks", "months"]


@value
class CareRule:
    """One service that a key group is owed: `minutes` long, in windows whose last day is the legal deadline.

    Counted from the term: `times` a year, each inside a window of `window_days`. Counted from another day: the
    `windows`, each from the beginning of its first unit to the end of its last one (weeks 16 to 20); or one window
    after the other of `every_days`, from `first_day` on for `for_days`. A rule that is `chained` has one window of
    `window_days` at first; each later one follows from what was found.

    `stages` are those in which it holds (empty text: none is known; no stages: always), `from_age` in years. Members of
    a group of `but_not` are seen by that group's rules. `roles` has one entry for each person who goes; a slash parts
    alternatives. The service is done at home where `at_home` says so and for residents who cannot come, otherwise at
    the centre; `by_phone` it is never at home. `priority` 1 to 9 is for the roster [GK]. After that many failed
    `attempts` (0: the pack's `visit_attempts`) the person is lost, which may be `reported` upward.
    """

    group: str
    kind: str
    minutes: int
    roles: tuple[str, ...]
    counted_from: CountedFrom = "term"
    times: int = 0
    window_days: int = 0
    windows: tuple[tuple[int, ...], ...] = ()
    unit: Unit = "days"
    every_days: int = 0
    first_day: int = 0
    for_days: int = 0
    chained: bool = False
    stages: tuple[str, ...] = ()
    from_age: int = 0
    but_not: tuple[str, ...] = ()
    at_home: bool = False
    by_phone: bool = False
    priority: int = 5
    attempts: int = 0
    reported: bool = False


def rule_faults(rule: CareRule, least_minutes: int) -> Iterator[str]:
    """Yield the faults of one rule."""
    if not rule.roles or not 1 <= rule.priority <= 9:
        yield f"{rule.kind}: roles, and a priority from 1 to 9"
    if rule.minutes < least_minutes:
        yield f"{rule.kind}: {rule.minutes} minutes are less than least_visit_minutes"
    if rule.times * rule.window_days > DAYS_A_YEAR:
        yield f"{rule.kind}: {rule.times} windows of {rule.window_days} days do not fit into a year"
    if rule.by_phone and rule.at_home:
        yield f"{rule.kind}: by phone is not at home"
    schedules = [bool(rule.times), bool(rule.windows), bool(rule.every_days), rule.chained]
    if schedules.count(True) != 1 or (rule.times > 0) != (rule.counted_from == "term"):
        yield f"{rule.kind}: either times a year in a term, or windows, days or a chain from another day"
    if ((rule.times or rule.chained) and rule.window_days < 1) or rule.every_days > rule.for_days:
        yield f"{rule.kind}: a window of a day at least"
    ends = [day for window in rule.windows for day in window]
    if any(len(window) != 2 for window in rule.windows) or ends != sorted(ends):
        yield f"{rule.kind}: windows are pairs, one after the other"
