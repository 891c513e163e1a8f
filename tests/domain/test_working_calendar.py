"""The working calendar is what the notices say, day by day; a region adds its own days, a later year is not known."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from chinese_calendar import get_holiday_detail, is_holiday

from domain.policy_pack import PACKS
from domain.policy_pack.reading import BadPack
from domain.working_calendar import FOLDER, NATION, YEARS, CalendarYear, calendar_from, load, working_calendar
from infra.docs.calendars import CODES, year_file

CALENDAR = working_calendar(NATION)
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

LOCAL = """region = "GX"
year = 2026
source = "an example"

[[days_off]]
holiday = "third-of-march"
first = 2026-04-20
last = 2026-04-21

[[make_up]]
holiday = "third-of-march"
day = 2026-02-15
"""


def test_every_day_of_seven_years_is_worked_or_off_as_the_package_says():
    assert [day for day in DAYS if CALENDAR.is_working_day(day) == is_holiday(day)] == []


def test_every_day_off_and_make_up_day_has_the_name_of_its_holiday():
    ours = {day: code for days in (CALENDAR.days_off, CALENDAR.make_up) for day, code in days.items()}
    names = {day: get_holiday_detail(day)[1] for day in DAYS}
    assert ours == {day: CODES[name] for day, name in names.items() if name is not None}


def test_the_year_2026_has_33_days_off_and_six_make_up_days_by_its_notice():
    of_2026 = next(each for each in YEARS if each.year == 2026)
    assert of_2026.source.startswith("notice of 2025-11-04")
    assert len([day for day in CALENDAR.days_off if day.year == 2026]) == 33
    assert len(of_2026.make_up) == 6


@pytest.mark.parametrize("year", range(2020, 2026))
def test_the_years_before_are_written_from_the_package(year):
    assert (FOLDER / f"CN-{year}.toml").read_text(encoding="utf-8") == year_file(year)


def test_a_year_without_a_notice_has_weekends_only_and_is_not_covered():
    assert not CALENDAR.covers(date(2027, 1, 1))
    assert CALENDAR.is_working_day(date(2027, 1, 1))
    assert not CALENDAR.is_working_day(date(2027, 1, 2))
    assert CALENDAR.covers(LAST)


def with_local_days(folder: Path, text: str = LOCAL, name: str = "GX-2026") -> tuple[CalendarYear, ...]:
    for path in FOLDER.glob("*.toml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load(folder)


def test_a_region_adds_its_days_to_those_of_the_nation_and_replaces_them(tmp_path):
    years = with_local_days(tmp_path)
    here, nation = calendar_from(years, "GX"), calendar_from(years, NATION)
    assert [each.days_off.get(date(2026, 4, 20)) for each in (here, nation)] == ["third-of-march", None]
    assert [each.is_working_day(date(2026, 2, 15)) for each in (here, nation)] == [True, False]
    assert [each.days_off.get(date(2026, 2, 15)) for each in (here, nation)] == [None, "spring-festival"]
    assert here.days_off[date(2026, 2, 17)] == "spring-festival"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("year = 2026", "year = 2027", "must be called so"),
        ("first = 2026-04-20", "first = 2025-04-20", "a day of another year"),
        ("last = 2026-04-21", "last = 2026-04-19", "end before they begin"),
        ("day = 2026-02-15", "day = 2026-04-20", "stands there twice"),
        ("holiday =", "holliday =", "nothing is called holliday"),
        ("year = 2026", "year =", "GX-2026.toml"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_by_name(tmp_path, old, new, fault):
    with pytest.raises(BadPack, match=fault):
        with_local_days(tmp_path, LOCAL.replace(old, new))


def test_every_pack_keeps_a_calendar_that_is_there():
    assert {pack.calendar for pack in PACKS} <= {each.region for each in YEARS}


def test_deadlines_look_for_the_working_days_around_them():
    new_year = date(2026, 2, 17)
    assert CALENDAR.last_working_day(new_year) == date(2026, 2, 14)
    assert CALENDAR.from_working_day(new_year) == date(2026, 2, 24)
    assert (
        CALENDAR.last_working_day(date(2026, 3, 2)) == CALENDAR.from_working_day(date(2026, 3, 2)) == date(2026, 3, 2)
    )
