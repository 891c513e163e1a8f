"""A member's calendar as iCalendar (RFC 5545): times and districts, no name, no address, no purpose.

The purpose of a visit may tell a diagnosis, so the title says only that it is a visit, and in which district.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from infra.edges.phrases import Translator
from infra.feeds.calendar_entries import CalendarEntry

ZONE: Final = "Asia/Shanghai"

FETCH_AGAIN: Final = timedelta(minutes=15)
"""How often a calendar should look for changes."""


def calendar_of(entries: Iterable[CalendarEntry], words: Translator) -> bytes:
    """Return the calendar in one language; the same entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Jiayi//Jiayi//{words.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", words.say("calendar-name"))
    calendar.add("x-wr-calname", words.say("calendar-name"))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", FETCH_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry, words))
    body: bytes = calendar.to_ical()
    return body


def _zone() -> Timezone:
    """Return the zone: one offset all year. Some programs know no zone that the calendar does not describe."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001 -- the standard wants a local time here
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(standard)
    return zone


def _event(entry: CalendarEntry, words: Translator) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("created", entry.made_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(ZoneInfo(ZONE)))
    event.add("dtend", entry.ends_at.astimezone(ZoneInfo(ZONE)))
    event.add("summary", words.say("calendar-visit"))
    if entry.district:
        event.add("location", entry.district)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    return event
