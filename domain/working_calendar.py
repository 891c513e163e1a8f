"""The working calendar: days off and make-up working days, one file a region and year in the folder `calendars`.

The nation's files are named CN and the year. A region's file adds its own days to the nation's of that year, and one of
its days replaces the nation's. A policy pack names the region whose calendar it keeps. Years without a file have
weekends only, and whatever falls into them is warned of (`covers`).
"""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from domain.event import value
from domain.policy_pack.reading import BadPack, value_from

FOLDER = Path(__file__).parent / "calendars"
NATION = "CN"
SATURDAY = 5


@value
class DaysOff:
    """Days off in a row for one holiday (a code), weekends among them included."""

    holiday: str
    first: date
    last: date


@value
class MakeUpDay:
    """A day of a weekend that is worked because of a holiday."""

    holiday: str
    day: date


@value
class CalendarYear:
    """One file: the days of a region in a year, and the document that orders them."""

    region: str
    year: int
    source: str
    days_off: tuple[DaysOff, ...]
    make_up: tuple[MakeUpDay, ...] = ()


@value
class WorkingCalendar:
    """The days off and make-up working days of a region, each with the code of its holiday."""

    years: frozenset[int]
    days_off: Mapping[date, str]
    make_up: Mapping[date, str]

    def covers(self, day: date) -> bool:
        """Say whether the days off of the day's year are known."""
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """Say whether offices work on a day: no day off, and no weekend that nobody makes up for."""
        return day in self.make_up or (day.weekday() < SATURDAY and day not in self.days_off)

    def last_working_day(self, day: date) -> date:
        """Return the last working day up to a day; the day itself where the fortnight before it has none."""
        earlier = (day - timedelta(days=back) for back in range(15))
        return next((each for each in earlier if self.is_working_day(each)), day)

    def from_working_day(self, day: date) -> date:
        """Return the first working day from a day on; the day itself where the fortnight after it has none."""
        later = (day + timedelta(days=ahead) for ahead in range(15))
        return next((each for each in later if self.is_working_day(each)), day)


def load(folder: Path = FOLDER) -> tuple[CalendarYear, ...]:
    """Return the years of a folder; BadPack says which file and field is wrong."""
    years = []
    for path in sorted(folder.glob("*.toml")):
        try:
            each = value_from(CalendarYear, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
        except tomllib.TOMLDecodeError as error:
            raise BadPack(f"{path.name}: {error}") from error
        check(each, path)
        years.append(each)
    return tuple(years)


def check(year: CalendarYear, path: Path) -> None:
    """Refuse a file under another name, days of another year, and a day that is both off and worked; BadPack."""
    if path.stem != f"{year.region}-{year.year}":
        raise BadPack(f"{path.name}: it is {year.region}-{year.year}; the file must be called so")
    off = [day for span in year.days_off for day in days_of(span)]
    worked = [each.day for each in year.make_up]
    for day in (*off, *worked, *(span.first for span in year.days_off), *(span.last for span in year.days_off)):
        if day.year != year.year:
            raise BadPack(f"{path.name}: {day} is a day of another year")
    if any(span.last < span.first for span in year.days_off):
        raise BadPack(f"{path.name}: days off end before they begin")
    for day in (*off, *worked):
        if (*off, *worked).count(day) > 1:
            raise BadPack(f"{path.name}: {day} stands there twice")


def days_of(span: DaysOff) -> list[date]:
    """Return the days of a span."""
    return [span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1)]


def calendar_from(years: tuple[CalendarYear, ...], region: str) -> WorkingCalendar:
    """Return the calendar of a region: the nation's days, and its own in their place."""
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    for wanted in dict.fromkeys((NATION, region)):
        for year in (each for each in years if each.region == wanted):
            for span in year.days_off:
                for day in days_of(span):
                    worked.pop(day, None)
                    off[day] = span.holiday
            for each in year.make_up:
                off.pop(each.day, None)
                worked[each.day] = each.holiday
    known = frozenset(each.year for each in years if each.region in {NATION, region})
    return WorkingCalendar(years=known, days_off=off, make_up=worked)


YEARS = load()


@cache
def working_calendar(region: str) -> WorkingCalendar:
    """Return the calendar of a region."""
    return calendar_from(YEARS, region)
