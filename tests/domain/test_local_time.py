from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.local_time import at_local, local_day, local_text, months_later, whole_minutes

DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


def test_the_local_day_begins_eight_hours_before_the_day_of_utc():
    assert local_day(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert local_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert at_local(date(2026, 3, 2)) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert at_local(date(2026, 3, 2), -1) == datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    assert at_local(date(2026, 3, 2), 90).tzinfo is UTC


def test_people_read_a_moment_in_local_time_with_seconds_where_it_has_some():
    assert local_text(datetime(2026, 3, 1, 16, 5, tzinfo=UTC)) == "2026-03-02 00:05"
    assert local_text(datetime(2026, 3, 1, 16, 5, 30, tzinfo=UTC)) == "2026-03-02 00:05:30"


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (119, 1), (120, 2), (3600, 60)])
def test_people_are_told_the_whole_minutes_that_are_over_and_one_for_anything_shorter(seconds, minutes):
    assert whole_minutes(seconds) == minutes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-01T13:00:00+00:00", "2026-03-01 21:00"),
        ("2026-03-01T13:00:00Z", "2026-03-01 21:00"),
        ("2026-03-01T13:00:01.250000+00:00", "2026-03-01 21:00:01"),
        ("2026-03-01", "2026-03-01"),
        ("2026-13-01T13:00:00Z", "2026-13-01T13:00:00Z"),
        ("V1", "V1"),
    ],
)
def test_a_text_is_read_as_a_moment_only_if_it_is_one(text, shown):
    assert local_text(text) == shown


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_later(day, months) == later


@settings(derandomize=True, deadline=None, max_examples=100)
@given(DAYS, st.integers(0, 1439))
def test_every_minute_of_a_day_falls_in_that_day(day, minute):
    assert local_day(at_local(day, minute)) == day


@settings(derandomize=True, deadline=None, max_examples=100)
@given(DAYS, st.integers(0, 120))
def test_more_months_are_never_earlier(day, months):
    assert months_later(day, months) < months_later(day, months + 1) <= months_later(day, months) + timedelta(days=34)
