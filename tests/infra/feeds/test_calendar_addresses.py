"""Addresses of calendars: secret, revocable, kept as digests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.decider import Refused
from infra.feeds.calendar_addresses import CalendarAddresses, digest_of
from infra.feeds.tables import FeedTables, sqlite_tables
from tests.small_town import SEVEN


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[FeedTables]:
    opened = sqlite_tables(tmp_path / "feeds.db")
    yield opened
    opened.close()


def test_an_address_opens_one_members_calendar_until_it_is_revoked(tables: FeedTables) -> None:
    addresses = CalendarAddresses(tables)
    token, other = (addresses.add(member, at=SEVEN, by="leader") for member in ("nurse-1", "nurse-2"))
    assert (addresses.member_of(token), addresses.member_of(other)) == ("nurse-1", "nurse-2")
    assert addresses.revoke("nurse-1", at=SEVEN, by="leader") == 1
    assert (addresses.member_of(token), addresses.member_of(other)) == (None, "nurse-2")
    assert [(each.member_id, each.revoked_by) for each in addresses.all()] == [
        ("nurse-1", "leader"),
        ("nurse-2", None),
    ]


def test_of_a_token_only_the_digest_is_kept(tables: FeedTables, tmp_path: Path) -> None:
    token = CalendarAddresses(tables).add("nurse-1", at=SEVEN, by="leader")
    assert len(token) >= 43
    assert tables.ask("SELECT digest FROM access_calendar_feeds") == [(digest_of(token),)]
    tables.close()
    assert all(token.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_member_without_an_address_has_none_to_revoke(tables: FeedTables) -> None:
    with pytest.raises(Refused, match="calendar-not-shared"):
        CalendarAddresses(tables).revoke("nurse-1", at=SEVEN, by="leader")
