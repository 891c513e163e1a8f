"""Cells are made regular: each way in which people write a day, a number or a phone, and nothing is guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.importing.words import normalise
from tests.infra.importing.clerk_files import number

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
WAYS = (
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%Y%m%d}",
    "{0:%Y-%m-%d} 0:00:00",
    "{0:%Y-%m-%d}T00:00:00",
    " {0:%Y/%m/%d} ",
)


@given(day=DAYS, way=st.sampled_from(WAYS))
def test_each_way_of_writing_a_day_is_that_day(day: date, way: str) -> None:
    written = way.format(day)
    assert normalise.day(written) == day.isoformat()
    assert normalise.day(written.translate(FULL_WIDTH)) == day.isoformat()


@given(day=st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_a_day_as_a_spreadsheet_counts_it_is_that_day(day: date) -> None:
    assert normalise.day(str((day - date(1899, 12, 30)).days)) == day.isoformat()


@pytest.mark.parametrize(
    "written", ["52/3/8", "3/8/1952", "1952-13-08", "1952/2/30", "1952", "1952年3月", "9999", "99999"]
)
def test_a_day_that_is_not_sure_stays_as_it_is_written(written: str) -> None:
    assert normalise.day(written) == written


@given(text=st.text(max_size=30))
def test_what_is_regular_stays_regular(text: str) -> None:
    for make in (normalise.day, normalise.phone, normalise.whole, normalise.folded):
        assert make(make(text)) == make(text)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("+86 138 0000 0002", "13800000002"),
        ("0086-138-0000-0003", "13800000003"),
        ("13800000001.0", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("(0755)26000005", "0755-26000005"),
        ("+86 755 26000005", "0755-26000005"),
        ("010 62000000", "010-62000000"),
        ("13800000001/13900000001", "13800000001/13900000001"),
    ],
)
def test_a_phone_is_regular(written: str, phone: str) -> None:
    assert normalise.phone(written) == phone


PEOPLE = st.tuples(DAYS, st.integers(1, 999)).map(lambda one: (one[0], number("440305", f"{one[0]:%Y%m%d}", one[1])))


@given(person=PEOPLE)
def test_an_identity_number_is_the_same_in_every_way_of_writing_it(person: tuple[date, str]) -> None:
    day, right = person
    for written in (
        right,
        right.lower(),
        right.translate(FULL_WIDTH),
        f" {right} ",
        f"{right[:6]} {right[6:14]} {right[14:]}",
    ):
        made = normalise.identity_number(written, is_number=False, born_on=day.isoformat())
        assert (made.text, made.state) == (right, "as-written")
    for written in (f"'{right}", f'="{right}"'):
        made = normalise.identity_number(written, is_number=False, born_on=day.isoformat())
        assert (made.text, made.state) == (right, "unwrapped")


@given(person=PEOPLE)
def test_a_rounded_number_is_never_taken_for_a_right_one(person: tuple[date, str]) -> None:
    day, right = person
    made = normalise.identity_number(right[:15] + "000", is_number=True, born_on=day.isoformat())
    assert (made.state, made.kept) == ("rounded", 15)
    exponent = f"{right[0]}.{right[1:6]}E+17"
    assert normalise.identity_number(exponent, is_number=False, born_on=None).state == "exponent"


@given(person=PEOPLE)
def test_fifteen_digits_are_converted_where_they_hold_the_birthday(person: tuple[date, str]) -> None:
    day, right = person
    old = right[:6] + right[8:17]
    assert normalise.identity_number(old, is_number=True, born_on=day.isoformat()) == normalise.IdentityNumber(
        right, "converted"
    )
    other = (day + timedelta(days=1)).isoformat()
    assert normalise.identity_number(old, is_number=False, born_on=other).state == "old"
