"""The capacity forecast: what was goes on, and more practitioners change it."""

from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

import pytest

from domain.contract.events import ContractSigned, ContractTerminated
from domain.team.commands import Shift
from domain.team.events import MemberJoined, MemberLeft, ShiftsChanged
from infra.rows.sqlite import SqliteRows
from projections.resources.capacity import CapacityForecast
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.test_care_and_visits import COMPLETED
from tests.projections.test_contracts_and_people import TERMINATED

DAY = date(2026, 4, 2)
FIVE_DAYS = tuple(Shift(weekday=day, starts=480, ends=1020, break_starts=720, break_ends=780) for day in range(5))
TEAM = replace(b.TEAM_1, members=tuple(replace(each, shifts=FIVE_DAYS) for each in b.TEAM_1.members))
VISITS = 40

MAY_DAYS = 19
"""Working days of May 2026: 21 weekdays without 1, 4 and 5 May, and Saturday 9 May instead of one."""


def contract(number: int, ends_on: date = date(2027, 3, 1)) -> ContractSigned:
    return replace(b.SIGNED, contract_id=f"c{number}", resident_id=f"r{number}", ends_on=ends_on)


def forecast(rows: SqliteRows, **arguments: Any) -> list[dict[str, Any]]:
    months: list[dict[str, Any]] = answer(CapacityForecast(day=DAY, **arguments), rows)["months"]
    return months


def test_a_forecast_begins_with_the_next_whole_month_and_has_twelve(rows_of: RowsOf) -> None:
    months = [each["month"] for each in forecast(rows_of(b.CENTRE, TEAM))]
    assert (months[0], months[-1], len(months)) == ("2026-05", "2027-04", 12)
    first = answer(CapacityForecast(day=date(2026, 4, 1), months=1), rows_of(b.CENTRE, TEAM))["months"]
    assert [each["month"] for each in first] == ["2026-04"]


def test_residents_a_practitioner_and_what_two_more_would_change(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, TEAM, *(contract(number) for number in range(9)))
    may = forecast(rows, more_gps=2)[0]
    assert (may["contracts"], may["gps"], may["residents_a_gp"]) == (9, 1, 9)
    assert may["shift_hours"] == 2 * 8 * MAY_DAYS
    assert may["with_more"] == {"gps": 3, "residents_a_gp": 3, "shift_hours": 4 * 8 * MAY_DAYS, "visit_share": None}
    assert forecast(rows)[0]["with_more"] is None


def test_more_residents_than_one_practitioner_should_have_want_another(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, TEAM, *(contract(number) for number in range(1501)))
    assert forecast(rows, months=1)[0]["gps_wanted"] == 2


def test_contracts_that_run_out_are_renewed_by_a_share(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, TEAM, *(contract(n, date(2026, 6, 30)) for n in range(4)), contract(9))
    by_month = {each["month"]: each for each in forecast(rows, renewed_percent=50)}
    assert (by_month["2026-06"]["contracts"], by_month["2026-06"]["running_out"]) == (5, 4)
    assert (by_month["2026-07"]["contracts"], by_month["2026-07"]["if_none_renew"]) == (3, 1)
    assert forecast(rows)[2]["contracts"] == 5


def test_a_contract_that_was_ended_early_is_not_renewed(rows_of: RowsOf) -> None:
    ended: ContractTerminated = TERMINATED
    by_month = {each["month"]: each for each in forecast(rows_of(b.CENTRE, TEAM, b.SIGNED, ended))}
    assert [by_month[each]["contracts"] for each in ("2026-08", "2026-09")] == [1, 0]
    assert by_month["2026-08"]["running_out"] == 1


def test_seats_and_hours_count_from_their_day_to_their_last(rows_of: RowsOf) -> None:
    joined = MemberJoined(team_id="team-1", member=replace(b.CHEN, shifts=FIVE_DAYS), from_day=date(2026, 6, 1))
    left = MemberLeft(team_id="team-1", member_id="li", last_day=date(2026, 7, 31))
    short = ShiftsChanged(team_id="team-1", member_id="he", shifts=FIVE_DAYS[:1], from_day=date(2026, 6, 1))
    months = forecast(rows_of(b.CENTRE, TEAM, joined, left, short), months=4)
    assert [each["gps"] for each in months] == [1, 2, 2, 1]
    assert months[0]["shift_hours"] == 2 * 8 * MAY_DAYS
    assert months[1]["shift_hours"] == 2 * 8 * 21 + 8 * 5  # Dragon boat, Friday 19 June, is a day off


def test_visits_go_on_as_in_the_last_year_and_take_their_share_of_the_shifts(rows_of: RowsOf) -> None:
    visits = [(replace(b.REQUESTED, visit_id=f"v{n}"), replace(COMPLETED, visit_id=f"v{n}")) for n in range(VISITS)]
    rows = rows_of(b.CENTRE, TEAM, b.SIGNED, *chain(*visits))
    answered = answer(CapacityForecast(day=DAY, more_gps=1), rows)
    days, may = (DAY - b.TODAY).days, answered["months"][0]
    assert answered["basis"]["visits_a_contract_year"] == pytest.approx(VISITS * 365 / days, abs=0.01)
    assert may["visits"] == round(VISITS * 31 / days)
    hours = VISITS * 31 / days * answered["basis"]["minutes_a_visit"] / 60
    assert may["visit_share"] == pytest.approx(hours / may["shift_hours"], abs=0.002)
    assert may["with_more"]["visit_share"] < may["visit_share"]


def test_a_team_and_an_institution_count_their_own(rows_of: RowsOf) -> None:
    elsewhere = replace(b.TEAM_2, team_id="team-9", institution_id="other")
    theirs = replace(contract(2), team_id="team-9", institution_id="other")
    rows = rows_of(b.CENTRE, TEAM, elsewhere, contract(1), theirs)
    assert forecast(rows)[0]["contracts"] == 2
    assert forecast(rows, team_id="team-9")[0]["contracts"] == 1
    assert (forecast(rows, institution_id="fuhai")[0]["contracts"], forecast(rows)[0]["gps"]) == (1, 2)


def test_months_whose_days_off_nobody_knows_are_marked(rows_of: RowsOf) -> None:
    known = {each["month"]: each["calendar_known"] for each in forecast(rows_of(b.CENTRE, TEAM))}
    assert (known["2026-12"], known["2027-01"]) == (True, False)


def test_the_ends_of_all_dates_have_an_answer(rows_of: RowsOf) -> None:
    rows = rows_of(b.CENTRE, TEAM, contract(1))
    assert answer(CapacityForecast(day=date.max), rows)["months"] == []
    assert answer(CapacityForecast(day=date.min), rows)["months"][0]["contracts"] == 0
