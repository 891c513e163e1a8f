"""Who is told what: a start that moved by more than the pack's minutes, another member, nobody, or somebody late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.local_time import at_local
from domain.planning.notices import Appointment, VisitNow, first_place, notice_due, permission, phone_of
from domain.planning.offers import offer_gap
from domain.policy_pack import pack_of
from tests.rules import holds

SZ = pack_of("SZ-2018")
NINE = at_local(date(2026, 3, 2), 9 * 60)
KNOWN = Appointment(starts_at=NINE, member_ids=("li",))
NOBODY = Appointment()


def later(minutes: float) -> Appointment:
    return replace(KNOWN, starts_at=NINE + timedelta(minutes=minutes))


def due(visit: VisitNow, known: Appointment = KNOWN, departed=None, pack=SZ):
    return notice_due(known, visit, departed, pack)


@holds("A10.9")
@pytest.mark.parametrize(("minutes", "kind"), [(0, None), (30, None), (-30, None), (31, "new-time"), (-31, "new-time")])
def test_a_start_is_told_that_moved_by_more_than_half_an_hour(minutes, kind):
    assert due(VisitNow(status="assigned", appointment=later(minutes))) == kind


@holds("A10.9")
def test_the_minutes_are_those_of_the_pack():
    visit = VisitNow(status="assigned", appointment=later(16))
    assert due(visit, pack=replace(SZ, notice_minutes=15)) == "new-time"


@holds("A10.9")
def test_another_member_is_told_at_any_time():
    visit = VisitNow(status="assigned", appointment=replace(later(5), member_ids=("he",)))
    assert due(visit) == "other-member"
    assert due(VisitNow(status="assigned", appointment=replace(later(45), member_ids=("he",)))) == "new-time"


@holds("A10.9")
def test_it_is_told_that_nobody_comes_unless_the_resident_knows():
    cancelled = VisitNow(status="cancelled", appointment=NOBODY, cancel_reason="no-longer-needed")
    assert due(cancelled) == "cancelled"
    assert due(cancelled, known=NOBODY) is None
    assert due(replace(cancelled, cancel_reason="resident-asked")) is None
    left_out = VisitNow(status="requested", appointment=NOBODY)
    assert due(left_out) == "not-that-day"
    assert due(replace(left_out, tried=True)) is None
    assert due(VisitNow(status="assigned", appointment=KNOWN), known=NOBODY) == "new-time"


@holds("A10.9")
def test_a_late_forecast_is_told():
    visit = VisitNow(status="assigned", appointment=KNOWN, expected_at=NINE + timedelta(minutes=31))
    assert due(visit) == "late"
    assert due(replace(visit, expected_at=NINE + timedelta(minutes=30))) is None
    assert due(replace(visit, expected_at=NINE - timedelta(minutes=90))) is None
    assert due(visit, known=later(31)) is None
    assert due(replace(visit, expected_at=NINE + timedelta(minutes=90)), known=later(31)) == "late"
    assert due(replace(visit, appointment=later(60), expected_at=NINE + timedelta(minutes=65))) == "new-time"


@holds("A10.9")
@pytest.mark.parametrize("status", ["started", "completed", "missed"])
def test_nobody_is_told_of_a_visit_that_has_begun_or_is_over(status):
    assert due(VisitNow(status=status, appointment=later(120))) is None


def test_nobody_calls_the_home_of_somebody_who_died():
    visit = VisitNow(status="cancelled", appointment=NOBODY, cancel_reason="other")
    assert due(visit, departed="died") is None
    assert due(visit, departed="moved-out") == "cancelled"


@holds("A10.9")
def test_who_was_told_nothing_knows_the_first_published_time():
    revisions = [(1, None), (2, KNOWN), (3, None), (4, later(60))]
    assert first_place(revisions, 1) == KNOWN
    assert first_place(revisions, 3) == later(60)
    assert first_place([(1, None)], 1) is None


@holds("A10.8")
def test_a_call_needs_consent_and_a_phone():
    assert permission(consents=True, phone="138") == "allowed"
    assert permission(consents=False, phone="138") == "no-consent"
    assert permission(consents=True, phone=None) == "no-phone"


@holds("A10.10")
def test_offered_times_lie_as_far_apart_as_the_pack_says():
    assert [offer_gap(replace(SZ, offer_gap_minutes=minutes)) for minutes in (30, 15)] == [1800, 900]
    assert offer_gap(SZ) == 1800


@holds("A10.8")
def test_the_family_is_called_on_their_own_phone():
    assert [phone_of(channel, "138", "139") for channel in ("call", "message", "family")] == ["138", "138", "139"]
