"""A team's day as it happens, as people read it."""

from collections.abc import Iterator
from datetime import datetime

from infra.cli.roster.day.results import DayNow, PartNow, VisitNow
from infra.cli.roster.wording import revision_number
from infra.edges.moments import shown
from infra.edges.phrases import Translator
from infra.edges.reports import Block, Table

UNCLOSED = {
    "never-started": "visit-never-started",
    "never-left": "visit-never-left",
    "part-never-started": "part-never-started",
}
"""The words for what is missing of a visit after the day's work."""


def day_now(day: DayNow, words: Translator) -> Iterator[Block]:
    """Show each part of a visit as planned, forecast and done; then what was not closed."""
    revision = f" · {revision_number(day.revision, words)}" if day.revision else ""
    yield f"{day.team_id} {day.day} · {words.say('as-of', {'time': shown(day.as_of, seconds=False)})}{revision}"
    if not day.visits:
        yield words.say("no-visits-that-day")
        return
    table = Table(words.headings("planned", "forecast", "done", "member", "visit", "resident", "note"))
    for visit in day.visits:
        for number, part in enumerate(visit.parts):
            notes = list(_notes(visit, words)) if number == 0 else []
            if part.minutes_late:
                values = {"time": _clock(part.starts_at), "minutes": part.minutes_late}
                notes.append(words.say("expected-late", values))
            table.add(
                _clock(part.planned_starts_at),
                _forecast(visit, part),
                _done(part),
                part.member_id,
                " · ".join(text for text in (visit.visit_id, words.label("care-task", visit.purpose)) if text),
                visit.name or visit.resident_id,
                " · ".join(notes),
            )
    yield table
    for visit in day.visits:
        if visit.unclosed is not None:
            yield words.say(UNCLOSED[visit.unclosed], {"visit": visit.visit_id})


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else shown(moment, seconds=False)[11:]


def _forecast(visit: VisitNow, part: PartNow) -> str:
    if visit.status == "missed" or part.left_at is not None:
        return ""
    starts = "" if part.entered_at is not None else _clock(part.starts_at)
    return f"{starts}–{_clock(part.ends_at)}"


def _done(part: PartNow) -> str:
    return "" if part.entered_at is None else f"{_clock(part.entered_at)}–{_clock(part.left_at)}"


def _notes(visit: VisitNow, words: Translator) -> Iterator[str]:
    """Yield what the leader should know of a visit: its state, lateness, whom to call, and what is strange."""
    yield words.label("status", visit.status)
    if visit.reason is not None:
        yield words.label("miss-reason", visit.reason)
    first = min(visit.parts, key=lambda part: part.starts_at)
    if visit.late:
        values = {"time": _clock(first.starts_at), "minutes": visit.minutes_late}
        yield words.say("expected-late" if first.entered_at is None else "began-late", values)
    if visit.alarm:
        yield words.say("nobody-has-left", {"time": _clock(first.entered_at)})
    if visit.far_shorter or visit.short:
        yield words.say("far-shorter-than-planned")
    if visit.phone:
        yield words.say("call-phone", {"phone": visit.phone})
