"""A member's calendar over HTTP, under its secret address."""

import pytest
from icalendar import Calendar

from infra.feeds.calendar_addresses import CalendarAddresses
from infra.feeds.tables import feed_tables
from infra.http import calendar
from tests.http.served import Served
from tests.small_town import SEVEN


@pytest.fixture
def token(door: Served) -> str:
    return CalendarAddresses(feed_tables(door.system)).add("nurse-1", at=SEVEN, by="leader")


def test_who_has_the_address_reads_the_calendar_without_signing_in(door: Served, token: str) -> None:
    answered = door.get(f"/calendar/{token}.ics?language=zh", account=None)
    assert (answered.status_code, answered.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert str(Calendar.from_ical(answered.content)["x-wr-calname"]) == "家医上门"
    again = door.get(f"/calendar/{token}.ics?language=zh", None, headers={"If-None-Match": answered.headers["ETag"]})
    assert again.status_code == 304


def test_a_revoked_address_and_one_that_never_was_are_answered_alike(door: Served, token: str) -> None:
    CalendarAddresses(feed_tables(door.system)).revoke("nurse-1", at=SEVEN, by="leader")
    answers = [door.get(f"/calendar/{each}.ics", account=None) for each in (token, "x" * 43)]
    assert [each.status_code for each in answers] == [404, 404]
    first, second = ({**each.json(), "instance": ""} for each in answers)
    assert first == second


def test_an_address_that_is_fetched_too_often_is_refused(
    door: Served, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "CALENDAR_FETCHES_AN_HOUR", 2)
    statuses = [door.get(f"/calendar/{token}.ics", account=None) for _ in range(3)]
    assert [each.status_code for each in statuses] == [200, 200, 429]
    assert statuses[-1].headers["Retry-After"] == "1800"


def test_the_secret_stands_in_no_log(door: Served, token: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        door.get(f"/calendar/{token}.ics", account=None)
    assert "/calendar/{token}.ics" in caplog.text
    assert all(token not in record.getMessage() for record in caplog.records if record.name != "httpx")


def test_members_and_their_leader_make_and_revoke_addresses_and_others_do_not(door: Served) -> None:
    own = "/api/members/nurse-1/calendar"
    for account in ("member", "leader"):
        made = door.post(own, account=account).json()
        path = made["address"].removeprefix(door.system.settings.public_url)
        assert door.get(path, account=None).status_code == 200
        listed = door.get(own, account=account).json()
        assert account in {each["made_by"] for each in listed if each["revoked_at"] is None}
        assert made["address"].rpartition("/")[2].removesuffix(".ics") not in str(listed)
        assert door.post(f"{own}/revoke", account=account).json()["revoked"] >= 1
        assert door.get(path, account=None).status_code == 404
    refused = door.post(f"{own}/revoke")
    assert (refused.status_code, refused.json()["rule"]) == (409, "calendar-not-shared")
    for account, path in (("member", "/api/members/nurse-2/calendar"), ("leader", "/api/members/nobody/calendar")):
        refused = door.post(path, account=account)
        assert (refused.status_code, refused.json()["rule"]) == (403, "outside-scope")
