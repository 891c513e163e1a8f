"""Warnings of an answer: what a person should know of a command that was done, from the events to which it led."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.contract.events import ContractSigned, ContractTransferred
from domain.event import stored_name
from domain.family_bed.events import BedOpened
from domain.policy_pack import in_force
from domain.team.working_days import NO_CALENDAR
from domain.team_week import VisitDayChosen
from domain.visit.events import VisitCompleted, VisitHandedOver, VisitRequested, VisitRescheduled
from domain.working_calendar import working_calendar
from infra.edges.results import Result
from infra.store.recorded import Answer

if TYPE_CHECKING:
    from infra.edges.phrases import Translator
    from infra.system import System

WARNED = frozenset(
    map(
        stored_name,
        (
            ContractSigned,
            ContractTransferred,
            BedOpened,
            VisitRequested,
            VisitRescheduled,
            VisitHandedOver,
            VisitCompleted,
            VisitDayChosen,
        ),
    )
)
"""Events that may carry a warning, by their stored names."""


Values = Mapping[str, str | int | None]
"""Values of a sentence; days as 2026-02-17."""


@dataclass(frozen=True, slots=True)
class Warned(Result):
    """A warning: its rule in kebab case, and the values of its sentence."""

    rule: str
    values: Values = field(default_factory=dict)


def warning_in_words(warning: Warned, words: "Translator") -> str:
    """Return the sentence of a warning."""
    holiday = warning.values.get("holiday")
    return words.why(warning.rule, None if holiday is None else str(holiday), warning.values)


def warnings_of_answer(system: "System", answer: Answer) -> tuple[Warned, ...]:
    """Return the warnings of a command's events."""
    if WARNED.isdisjoint(answer.events):
        return ()
    newest = system.store.read(answer.stream)[answer.version - len(answer.events) : answer.version]
    return tuple(warning for each in newest for warning in warnings_of(each.event, system.settings.packs))


def warnings_of(event: object, region: str) -> Iterator[Warned]:
    """Yield the warnings of an event; `region` names the calendar's holidays."""
    match event:
        case ContractSigned() | ContractTransferred() if event.load_warning:
            yield Warned("team-load-high", {"team": event.team_id})
        case BedOpened(crowded=True):
            yield Warned("team-beds-crowded", {"team": event.team_id, "beds": event.beds_of_team})
        case VisitRequested() | VisitRescheduled() | VisitHandedOver():
            yield from _of_window(event, event.plan_from, event.window_to, region)
        case VisitCompleted() if event.short or event.far_shorter:
            minutes = int((event.left_at - event.entered_at).total_seconds()) // 60
            yield Warned("visit-far-shorter", {"visit": event.visit_id, "minutes": minutes})
        case VisitDayChosen():
            yield from _of_window(event, event.day, event.day, region)


def _of_window(
    event: VisitRequested | VisitRescheduled | VisitHandedOver | VisitDayChosen, first: date, last: date, region: str
) -> Iterator[Warned]:
    about: Values = {
        "visit": event.visit_id,
        "team": event.team_id,
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    for rule in event.warnings:
        values = unknown_year(first, last, region) if rule == NO_CALENDAR else day_values(first, region)
        yield Warned(rule, {**about, **values})


def day_warnings(day: date, region: str) -> Iterator[Warned]:
    """Yield the warning of a day that is planned although the days off of its year are not known."""
    if not working_calendar(in_force(region, day).calendar).covers(day):
        yield Warned(NO_CALENDAR, {"year": day.year})


def day_values(day: date, region: str) -> Values:
    """Return what the sentence of a day off needs: the day, and the code of its holiday, None if it is none."""
    return {"day": day.isoformat(), "holiday": holiday_of(day, region)}


def holiday_of(day: date, region: str) -> str | None:
    """Return the code of the holiday for which a day is off in a region, None if it is not."""
    return working_calendar(in_force(region, day).calendar).days_off.get(day)


def unknown_year(first: date, last: date, region: str) -> Values:
    """Return the first year between two days whose days off are not known."""
    known = working_calendar(in_force(region, first).calendar)
    return {"year": last.year if known.covers(first) else first.year}
