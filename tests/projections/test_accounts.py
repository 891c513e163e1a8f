"""Questions about accounts: who could see what on a day, and which records were opened in an emergency."""

from datetime import date, timedelta
from typing import Any

from domain.account.events import AccountOpened, RoleGranted
from projections.accounts import (
    AccessOn,
    Accounts,
    BreakGlassUses,
    GrantsOf,
    account_named,
    account_with_identity,
    grants_at,
    records_open_to,
)
from tests.domain import builders as b
from tests.projections.conftest import RowsOf, answer
from tests.projections.histories.accounts import account

LIFE = account("nurse-he")
"""Opened yesterday at 8, disabled today from 9 to 11; a member of team-1 until 12, and again from 13 until midnight."""

LEADER: list[Any] = [
    AccountOpened(
        account_id="dr-chen",
        member_id="chen",
        resident_id=None,
        hospital_id=None,
        reason="set-up",
        by="admin",
        opened_at=b.at(b.YESTERDAY, 7),
    ),
    RoleGranted(
        account_id="dr-chen",
        role="leader",
        scope="team",
        scope_id="team-2",
        until=None,
        reason="set-up",
        by="admin",
        granted_at=b.at(b.TODAY, 7),
    ),
]


def held(rows: Any, **question: Any) -> list[tuple[str, str, str | None, str]]:
    return [
        (row["account_id"], row["role"], row["resident_id"] or row["scope_id"], row["from_at"])
        for row in answer(AccessOn(**question), rows)
    ]


def test_accounts_say_for_whom_they_stand_and_how_they_prove_themselves(rows_of: RowsOf) -> None:
    rows = rows_of(*LIFE[:9], *LEADER)
    assert [row["account_id"] for row in answer(Accounts(), rows)] == ["dr-chen", "nurse-he"]
    assert [row["account_id"] for row in answer(Accounts(enabled_only=True), rows)] == ["dr-chen"]
    row = account_named(rows, "nurse-he")
    assert row is not None
    assert (row["member_id"], row["totp"], row["recovery_codes"], row["password_temporary"]) == ("he", 1, 1, 0)
    assert account_named(rows, "nobody") is None


def test_roles_are_listed_with_their_begin_and_end_and_who_decided(rows_of: RowsOf) -> None:
    first, second = answer(GrantsOf(account_id="nurse-he"), rows_of(*LIFE))
    assert (first["granted_at"], first["until"]) == ("2026-03-01T00:00:00Z", "2026-03-02T04:00:00Z")
    assert (first["granted_by"], first["revoked_by"], first["revoke_reason"]) == ("admin", "admin", "new-duty")
    assert (second["until"], second["revoked_by"]) == ("2026-03-02T16:00:00Z", None)


def test_who_could_see_what_on_a_day(rows_of: RowsOf) -> None:
    rows = rows_of(*LIFE, *LEADER)
    yesterday = ("nurse-he", "member", "team-1", "2026-03-01T00:00:00Z")
    broken = ("nurse-he", "break-glass", "p0", "2026-03-01T14:00:00Z")
    again = ("nurse-he", "member", "team-1", "2026-03-02T05:00:00Z")
    leader = ("dr-chen", "leader", "team-2", "2026-03-01T23:00:00Z")
    assert held(rows, day=b.YESTERDAY) == [yesterday, broken]
    assert held(rows, day=b.TODAY) == [leader, yesterday, again, broken]
    assert held(rows, day=b.TOMORROW) == [leader]
    assert held(rows, day=b.TODAY, scope_id="team-2") == [leader]
    assert held(rows, day=b.TODAY, role="member") == [yesterday, again]
    assert held(rows, day=date(2026, 2, 1)) == []


def test_a_disabled_account_sees_nothing(rows_of: RowsOf) -> None:
    disabled = LIFE[:9]
    assert held(rows_of(*disabled), day=b.TODAY, role="member") != []
    assert held(rows_of(*disabled), day=b.TOMORROW) == []


def test_records_that_were_opened_in_an_emergency(rows_of: RowsOf) -> None:
    rows = rows_of(*LIFE)
    (use,) = answer(BreakGlassUses(), rows)
    assert (use["account_id"], use["resident_id"], use["reason"]) == ("nurse-he", "p0", "emergency-care")
    assert answer(BreakGlassUses(account_id="nurse-he", resident_id="p0", since=b.YESTERDAY), rows) == [use]
    for nothing in (BreakGlassUses(account_id="x"), BreakGlassUses(resident_id="p1"), BreakGlassUses(since=b.TODAY)):
        assert answer(nothing, rows) == []
    assert records_open_to(rows, "nurse-he", b.at(b.TODAY, 1)) == {"p0"}
    assert records_open_to(rows, "nurse-he", b.at(b.TODAY, 2)) == frozenset()
    assert records_open_to(rows, "nurse-he", b.at(b.YESTERDAY, 21)) == frozenset()


def test_the_roles_of_a_moment_and_the_account_of_an_identity(rows_of: RowsOf) -> None:
    rows = rows_of(*LIFE[:13])
    issuer = "https://sign-in.example"
    assert account_with_identity(rows, issuer, "nurse-he") == "nurse-he"
    assert account_with_identity(rows, "https://other.example", "nurse-he") is None
    assert account_with_identity(rows_of(*LIFE), issuer, "nurse-he") is None
    member = {"role": "member", "scope": "team", "scope_id": "team-1"}
    assert grants_at(rows, "nurse-he", b.at(b.TODAY, 11)) == [member]
    assert grants_at(rows, "nurse-he", b.at(b.TODAY, 12)) == []
    assert grants_at(rows, "nurse-he", b.at(b.TODAY, 13)) == [member]
    assert grants_at(rows, "nurse-he", b.at(b.TOMORROW, 0)) == []
    assert grants_at(rows, "nurse-he", b.at(b.YESTERDAY, 8) - timedelta(seconds=1)) == []
