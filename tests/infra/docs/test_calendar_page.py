"""The page of the working calendar says of every number of days whether it counts working days."""

from dataclasses import fields
from pathlib import Path

from domain.policy_pack.pack import PolicyPack
from domain.working_calendar import YEARS

PAGE = (Path(__file__).parents[3] / "docs" / "calendar.md").read_text(encoding="utf-8")


def test_every_number_of_days_hours_and_months_says_what_it_counts():
    numbers = [each.name for each in fields(PolicyPack) if each.name.endswith(("_days", "_hours", "_months"))]
    assert [name for name in numbers if f"`{name}`" not in PAGE] == []


def test_the_source_of_every_year_stands_there():
    sources = {each.source.removeprefix("package ").replace("chinesecalendar", "`chinesecalendar`") for each in YEARS}
    assert [source for source in sources if source.removeprefix("notice ") not in PAGE] == []
