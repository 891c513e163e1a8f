"""The legal windows of a pack's rules for one resident in one term (A5), as days."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.care_plan.events import ContractTakenUp
from domain.local_time import months_later
from domain.policy_pack import EVERYONE, CareRule
from domain.policy_pack.care import DAYS_A_YEAR
from domain.resident.events import KeyGroupTagged
from domain.resident.state import Resident

Days = tuple[date, date]
"""The first day and the last day of a window, both included."""

Window = tuple[int, Days]
"""A window with its number, counted from 1."""

CHILD = "child"
"""A child's birth is its own birthday; a mother's is the first day of childbed."""


def windows_of(rule: CareRule, resident: Resident, term: ContractTakenUp, today: date) -> Iterator[Window]:
    """Yield the windows in which a rule owes a resident a service in a term; a window is cut where the term ends.

    Only a chained service depends on today: its first window opens when it becomes owed.
    """
    tag = next((tag for tag in resident.tags if tag.group == rule.group), None)
    if (tag is None and rule.group != EVERYONE) or not set(rule.but_not).isdisjoint(resident.groups):
        return
    if rule.stages and ((tag.stage if tag else None) or "") not in rule.stages:
        return
    for number, (first, last) in whole_windows(rule, tag, resident, term, today):
        begins, ends = max(first, term.starts_on), min(last, term.ends_on)
        if begins <= ends and has_age_of(rule, resident, begins):
            yield number, (begins, ends)


def whole_windows(
    rule: CareRule, tag: KeyGroupTagged | None, resident: Resident, term: ContractTakenUp, today: date
) -> Iterator[Window]:
    """Yield the windows of a rule, wherever the term ends."""
    if tag is None or rule.counted_from == "term":
        yield from windows_over_term(rule, term)
        return
    day = counted_from(rule, tag, resident)
    if rule.chained:
        first = max(day, term.starts_on, today)
        yield 1, (first, first + timedelta(days=rule.window_days - 1))
    for number, (begins, ends) in enumerate(rule.windows, start=1):
        yield number, (day_later(day, begins, rule.unit), day_later(day, ends + 1, rule.unit) - timedelta(days=1))
    if rule.every_days:
        for number in range(1, rule.for_days // rule.every_days + 1):
            first = day + timedelta(days=rule.first_day + (number - 1) * rule.every_days)
            yield number, (first, first + timedelta(days=rule.every_days - 1))


def windows_over_term(rule: CareRule, term: ContractTakenUp) -> Iterator[Window]:
    """Yield windows spread over a term, each in the middle of its share of the year."""
    share = DAYS_A_YEAR / rule.times
    lead = timedelta(days=max(0, round((share - rule.window_days) / 2)))
    number = 0
    while (first := term.starts_on + timedelta(days=round(share * number)) + lead) <= term.ends_on:
        number += 1
        yield number, (first, first + timedelta(days=rule.window_days - 1))


def counted_from(rule: CareRule, tag: KeyGroupTagged, resident: Resident) -> date:
    """Return the day from which a rule counts."""
    birth = resident.personal.born_on if tag.group == CHILD and resident.personal else tag.since
    match rule.counted_from:
        case "birth":
            return birth
        case "discharge":
            return tag.anchor or birth
        case _:
            return tag.anchor or tag.since


def day_later(day: date, units: int, unit: str) -> date:
    """Return the day `units` days, weeks or months later."""
    if unit == "months":
        return months_later(day, units)
    return day + timedelta(days=units * (7 if unit == "weeks" else 1))


def has_age_of(rule: CareRule, resident: Resident, day: date) -> bool:
    """Return whether a resident has the rule's age on a day; an unknown age counts as reached."""
    return not rule.from_age or resident.personal is None or resident.age_on(day) >= rule.from_age
