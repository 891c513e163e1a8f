"""Signing in: one refusal for all that is wrong, first passwords, and half sessions."""

import logging

import pytest

from domain.account.events import PasswordChanged
from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.passwords import TEMPORARY_DAYS
from infra.access.principal import Grant
from infra.system import System
from projections.accounts import Accounts
from projections.registry import answer
from tests.access.proofs.conftest import CHEAP, OpenAccess
from tests.access.proofs.people import ADDRESS, NOW, OTHER, PASSWORD, Person, disable, later, signed_in


def test_who_signs_in_holds_their_roles_and_says_how_they_proved_themselves(access: Access, nurse: Person) -> None:
    principal = access.principal_of_token(nurse.token, NOW)
    assert principal is not None
    assert (principal.account_id, principal.member_id, principal.methods) == ("nurse-li", "nurse-1", ("pwd",))
    assert principal.grants == (Grant(role="member", scope="team", scope_id="east"),)
    assert principal.session_id not in {None, nurse.token}


@pytest.mark.usefixtures("nurse")
def test_a_login_name_is_read_without_regard_to_capitals_and_spaces(access: Access) -> None:
    assert access.sign_in(" Nurse-Li ", PASSWORD, None, ADDRESS, NOW).principal.account_id == "nurse-li"


@pytest.mark.parametrize("password", ["", PASSWORD.lower(), f"{PASSWORD} ", PASSWORD * 100])
@pytest.mark.usefixtures("nurse")
def test_a_password_is_compared_exactly_as_it_was_given(access: Access, password: str) -> None:
    with pytest.raises(Refused, match="sign-in-refused"):
        access.sign_in("nurse-li", password, None, ADDRESS, NOW)


@pytest.mark.usefixtures("nurse")
def test_unknown_disabled_and_wrong_are_one_refusal(access: Access, system: System) -> None:
    refusals = set()
    for login, password in (("nobody", PASSWORD), ("nurse-li", OTHER), ("worker", PASSWORD)):
        with pytest.raises(Refused) as refused:
            access.sign_in(login, password, None, ADDRESS, NOW)
        refusals.add(str(refused.value))
    disable(system)
    with pytest.raises(Refused) as refused:
        access.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW)
    assert {*refusals, str(refused.value)} == {"sign-in-refused"}


@pytest.mark.usefixtures("nurse")
def test_an_unknown_account_costs_as_much_work_as_a_known_one(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def verify(_: object, known: str, __: str) -> bool:
        hashed.append(known)
        return True

    monkeypatch.setattr(type(CHEAP), "verify", verify)
    for login in ("nobody", "nurse-li", "worker"):
        access.passwords.verify(login, PASSWORD, NOW)
    assert len(hashed) == 3
    assert len({each.rsplit("$", 2)[0] for each in hashed}) == 1


def test_every_sign_in_is_logged_with_who_and_how_and_no_name_that_is_not_known(
    access: Access, nurse: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="infra.access")
    session = access.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW).principal.session_id
    for login in ("nurse-li", OTHER):
        with pytest.raises(Refused):
            access.sign_in(login, OTHER, None, ADDRESS, NOW)
    assert nurse.session.principal.session_id != session
    assert [record.getMessage() for record in caplog.records] == [
        f"signed in: account nurse-li, session {session}, pwd",
        "sign-in refused: sign-in-refused, account nurse-li",
        "sign-in refused: sign-in-refused, account unknown",
    ]


def test_a_first_password_must_be_changed_before_anything_else(access: Access) -> None:
    first = access.set_first_password("nurse-li", "admin", NOW)
    half = access.sign_in("nurse-li", first, None, ADDRESS, NOW)
    assert half.must_change_password
    with pytest.raises(Refused, match="password-temporary"):
        access.principal_of_token(half.token, NOW)
    holder = access.holder_of_token(half.token, NOW)
    assert holder is not None
    assert holder.must_change_password
    whole = access.change_password(half.token, first, PASSWORD, ADDRESS, NOW)
    assert not whole.must_change_password
    assert access.principal_of_token(whole.token, NOW) is not None
    assert access.holder_of_token(half.token, NOW) is None
    with pytest.raises(Refused, match="sign-in-refused"):
        access.sign_in("nurse-li", first, None, ADDRESS, NOW)


def test_a_first_password_is_random_and_over_after_a_week(access: Access) -> None:
    first = access.set_first_password("nurse-li", "admin", NOW)
    assert access.set_first_password("nurse-li", "admin", NOW) != first
    second = access.set_first_password("nurse-li", "admin", NOW)
    access.sign_in("nurse-li", second, None, ADDRESS, later(days=TEMPORARY_DAYS, seconds=-1))
    with pytest.raises(Refused, match="sign-in-refused"):
        access.sign_in("nurse-li", second, None, ADDRESS, later(days=TEMPORARY_DAYS))


@pytest.mark.usefixtures("nurse")
def test_a_password_stays_valid_until_it_is_changed(access: Access) -> None:
    access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(days=3650))


def test_a_changed_password_asks_for_the_old_one_and_is_another(access: Access, nurse: Person) -> None:
    for old, new, rule in (
        (OTHER, OTHER, "password-wrong"),
        (PASSWORD, PASSWORD, "password-unchanged"),
        (PASSWORD, "short", "password-too-short"),
    ):
        with pytest.raises(Refused, match=rule):
            access.change_password(nurse.token, old, new, ADDRESS, NOW)
    with pytest.raises(Refused, match="not-signed-in"):
        access.change_password("no token", PASSWORD, OTHER, ADDRESS, NOW)
    access.change_password(nurse.token, PASSWORD, OTHER, ADDRESS, NOW)
    access.sign_in("nurse-li", OTHER, None, ADDRESS, NOW)


def test_a_change_of_a_password_is_recorded_with_who_did_it(access: Access, system: System) -> None:
    signed_in(access)
    recorded = [
        (event.by, event.temporary)
        for each in system.store.select_notifications(1, 100)
        if isinstance(event := each.event, PasswordChanged)
    ]
    assert recorded == [("admin", True), ("nurse-li", False)]
    rows = answer(Accounts(), system.rows)
    assert isinstance(rows, list)
    assert [row["password_temporary"] for row in rows if row["account_id"] == "nurse-li"] == [0]


def test_nobody_gets_a_first_password_for_an_account_that_is_not_there(access: Access) -> None:
    with pytest.raises(Refused, match="account-unknown"):
        access.set_first_password("nobody", "admin", NOW)


def test_a_service_has_a_session_without_a_password(access: Access) -> None:
    signed = access.open_service_session("worker", NOW, days=90)
    principal = access.principal_of_token(signed.token, later(days=89))
    assert principal is not None
    assert principal.roles == {"service"}
    assert access.principal_of_token(signed.token, later(days=90)) is None
    with pytest.raises(Refused, match="not-a-service"):
        access.open_service_session("nurse-li", NOW, days=90)


def test_a_hash_of_lower_cost_is_made_again_at_the_next_sign_in(open_access: OpenAccess) -> None:
    cheap = open_access()
    signed_in(cheap)
    dearer = open_access(hasher=type(CHEAP)(time_cost=2, memory_cost=8, parallelism=1))
    dearer.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW)
    with cheap._database.reading() as cursor:
        cursor.execute("SELECT hash FROM access_passwords WHERE account_id = 'nurse-li'")
        assert "t=2" in cursor.fetchone()[0]
    dearer.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW)
