"""The command line makes, lists and revokes addresses of calendars."""

import json
from collections.abc import Callable

from click.testing import Result

from tests.infra.cli.desk import Desk


def test_an_address_is_made_listed_and_revoked(desk: Desk, refused: Callable[[Result, str], None]):
    made = json.loads(desk("calendar", "add", "nurse-li", "--json").stdout)
    assert made["address"].startswith("http://localhost:8600/calendar/")
    listed = desk("calendar", "list", "--json").stdout
    assert json.loads(listed)["member_id"] == "nurse-li"
    assert made["address"].rpartition("/")[2].removesuffix(".ics") not in listed
    assert "nurse-li" in desk("calendar", "list").stdout
    assert json.loads(desk("calendar", "revoke", "nurse-li", "--json").stdout)["revoked"] == 1
    refused(desk("calendar", "revoke", "nurse-li"), "calendar-not-shared")
    refused(desk("calendar", "add", "nobody"), "calendar-of-nobody")
