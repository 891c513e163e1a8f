"""Writes the nation's working calendars of past years into `domain/calendars`, from the package `chinesecalendar`.

`python -m infra.docs.calendars 2025` writes one year. A year whose notice was read is written by hand instead and names
the notice (docs/calendar.md); a test compares every day of all years with the package.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from itertools import groupby

from chinese_calendar.constants import holidays, workdays

from domain.working_calendar import FOLDER, NATION

CODES = {
    "New Year's Day": "new-year",
    "Spring Festival": "spring-festival",
    "Tomb-sweeping Day": "tomb-sweeping",
    "Labour Day": "labour-day",
    "Dragon Boat Festival": "dragon-boat",
    "Mid-autumn Festival": "mid-autumn",
    "National Day": "national-day",
}
"""Codes of holidays by the package's names."""


def year_file(year: int) -> str:
    """Return the file of a year."""
    return "".join(_year_file(year))


def _year_file(year: int) -> Iterator[str]:
    yield f'region = "{NATION}"\nyear = {year}\nsource = "package chinesecalendar {version("chinesecalendar")}"\n'
    for code, first, last in spans(year):
        yield f'\n[[days_off]]\nholiday = "{code}"\nfirst = {first}\nlast = {last}\n'
    for day, name in sorted(workdays.items()):
        if day.year == year:
            yield f'\n[[make_up]]\nholiday = "{CODES[name]}"\nday = {day}\n'


def spans(year: int) -> Iterator[tuple[str, date, date]]:
    """Yield the days off of a year: the code of the holiday, the first and the last day."""
    days = [(CODES[name], day) for day, name in sorted(holidays.items()) if day.year == year]
    numbered = enumerate(days)
    for _, group in groupby(numbered, key=lambda each: (each[1][0], each[1][1] - timedelta(days=each[0]))):
        row = [day for _, day in group]
        yield row[0][0], row[0][1], row[-1][1]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        (FOLDER / f"{NATION}-{int(argument)}.toml").write_text(year_file(int(argument)), encoding="utf-8")
