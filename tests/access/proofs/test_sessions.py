"""Sessions end: idle, after the longest time, by sign-out, by hand, and with the account."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.account.commands import DisableAccount, EnableAccount
from domain.decider import Refused
from infra.access.accounts import Access
from infra.command_handler import CommandRequest, execute
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.access.proofs.conftest import CHEAP
from tests.access.proofs.people import (
    ADDRESS,
    NOW,
    OTHER,
    PASSWORD,
    Person,
    disable,
    later,
    signed_in,
    started,
)


def again(access: Access) -> str:
    return access.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW).token


def test_a_session_ends_when_it_was_idle_for_half_an_hour(access: Access, nurse: Person) -> None:
    assert access.principal_of_token(nurse.token, later(minutes=29)) is not None
    assert access.principal_of_token(nurse.token, later(minutes=58)) is not None
    assert access.principal_of_token(nurse.token, later(minutes=88)) is None


def test_a_session_ends_after_half_a_day_however_busy_it_is(access: Access, nurse: Person) -> None:
    for quarter in range(1, 48):
        assert access.principal_of_token(nurse.token, later(minutes=15 * quarter)) is not None
    assert access.principal_of_token(nurse.token, later(hours=12)) is None


def test_who_signs_out_is_nobody_and_may_say_so_twice(access: Access, nurse: Person) -> None:
    other = again(access)
    access.sign_out(nurse.token, NOW)
    access.sign_out(nurse.token, NOW)
    assert access.principal_of_token(nurse.token, NOW) is None
    assert access.principal_of_token(other, NOW) is not None


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
@pytest.mark.usefixtures("nurse")
def test_a_token_that_was_never_issued_is_nobodys(access: Access, token: str) -> None:
    assert access.principal_of_token(token, NOW) is None


def test_tokens_are_long_random_and_kept_as_digests(access: Access, nurse: Person) -> None:
    tokens = {nurse.token, *(again(access) for _ in range(4))}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)
    with access._database.reading() as cursor:
        cursor.execute("SELECT * FROM access_sessions")
        kept = str(cursor.fetchall())
    assert not any(token in kept for token in tokens)


@pytest.mark.usefixtures("nurse")
def test_open_sessions_are_listed_and_end_together_or_one_by_one(access: Access) -> None:
    second, third = again(access), again(access)
    listed = access.sessions.of_account("nurse-li", NOW)
    assert len(listed) == 3
    assert all(each.methods == ("pwd",) for each in listed)
    one = access.holder_of_token(second, NOW)
    assert one is not None
    assert access.sessions.end("nurse-li", one.session.session_id) == 1
    assert access.principal_of_token(second, NOW) is None
    assert access.principal_of_token(third, NOW) is not None
    assert access.sessions.end("worker") == 0
    assert access.sessions.end("nurse-li") == 2
    assert access.sessions.of_account("nurse-li", NOW) == []


def test_who_gives_their_password_again_ends_their_other_sessions(access: Access, nurse: Person) -> None:
    others = [again(access), again(access)]
    with pytest.raises(Refused, match="password-wrong"):
        access.end_sessions_again_proved(nurse.token, OTHER, None, ADDRESS, NOW)
    assert access.end_sessions_again_proved(nurse.token, PASSWORD, None, ADDRESS, NOW) == 2
    assert [access.principal_of_token(each, NOW) for each in others] == [None, None]
    assert access.principal_of_token(nurse.token, NOW) is not None


def test_a_new_password_ends_every_session_and_opens_one(access: Access, nurse: Person) -> None:
    other = again(access)
    renewed = access.change_password(nurse.token, PASSWORD, OTHER, ADDRESS, NOW)
    assert [access.principal_of_token(each, NOW) for each in (nurse.token, other)] == [None, None]
    assert access.principal_of_token(renewed.token, NOW) is not None


def test_a_disabled_account_is_out_at_once(access: Access, nurse: Person, system: System) -> None:
    disable(system)
    assert access.principal_of_token(nurse.token, NOW) is None


def test_a_session_from_before_its_account_was_disabled_stays_over(tmp_path: Path) -> None:
    with (
        Embedded(Settings(data=tmp_path / "data", key_file=tmp_path / "key")) as system,
        Access.open(system, second_factor=False, hasher=CHEAP) as access,
    ):
        started(system)
        assert system.lives == "live"
        now = datetime.now(UTC)
        before = signed_in(access, now)
        for seconds, each in (
            (20, DisableAccount(account_id="nurse-li", reason="incident")),
            (30, EnableAccount(account_id="nurse-li", reason="cover")),
        ):
            request = CommandRequest(command=each, command_id=None, actor="admin", now=now + timedelta(seconds=seconds))
            execute(system.store, request, region="SZ")
        system.follow_command(now)
        after = now + timedelta(minutes=1)
        assert access.principal_of_token(before.token, after) is None
        again = access.sign_in("nurse-li", PASSWORD, None, ADDRESS, after)
        assert access.principal_of_token(again.token, after) is not None


@pytest.mark.usefixtures("nurse")
def test_sessions_that_are_over_leave_the_table(access: Access) -> None:
    access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(hours=13))
    with access._database.reading() as cursor:
        cursor.execute("SELECT count(*) FROM access_sessions")
        assert cursor.fetchone()[0] == 1
