"""The second factor: codes by time, each taken once, and recovery codes."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from domain.account.events import SecondFactorAdded, SecondFactorRemoved
from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.sessions import SignedIn
from infra.settings import Settings
from infra.system import System
from infra.wiring import Embedded
from tests.access.proofs.conftest import CHEAP, OpenAccess
from tests.access.proofs.people import (
    ADDRESS,
    NOW,
    OTHER,
    PASSWORD,
    Person,
    code,
    later,
    signed_in,
    with_factor,
)


@pytest.fixture
def proved(access: Access, nurse: Person) -> Person:
    return with_factor(access, nurse)


def enter(access: Access, entered: str | None, **time: float) -> tuple[str, ...]:
    return access.sign_in("nurse-li", PASSWORD, entered, ADDRESS, later(**time)).principal.methods


def app(person: Person, **time: float) -> str:
    assert person.enrolment is not None
    return code(person.enrolment, later(**time))


def test_an_account_with_a_second_factor_signs_in_with_a_code(access: Access, proved: Person) -> None:
    with pytest.raises(Refused, match="code-needed"):
        enter(access, None, minutes=1)
    assert enter(access, app(proved, minutes=1), minutes=1) == ("pwd", "otp")


@pytest.mark.usefixtures("proved")
def test_a_code_is_asked_for_only_where_the_password_is_right(access: Access) -> None:
    with pytest.raises(Refused, match="sign-in-refused"):
        access.sign_in("nurse-li", OTHER, None, ADDRESS, NOW)


def test_each_code_is_taken_once_and_none_before_it(access: Access, proved: Person) -> None:
    with pytest.raises(Refused, match="sign-in-refused"):
        enter(access, app(proved))  # confirmed the seed
    newer, older = app(proved, minutes=2), app(proved, minutes=1, seconds=30)
    assert enter(access, newer, minutes=2)
    for used in (newer, older):
        with pytest.raises(Refused, match="sign-in-refused"):
            enter(access, used, minutes=2)


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_code_lasts_for_its_step_and_the_ones_next_to_it(
    access: Access, proved: Person, seconds: int, taken: bool
) -> None:
    entered = app(proved, minutes=10, seconds=seconds)
    if taken:
        assert enter(access, entered, minutes=10)
    else:
        with pytest.raises(Refused, match="sign-in-refused"):
            enter(access, entered, minutes=10)


def test_a_recovery_code_is_taken_once_written_either_way(access: Access, proved: Person) -> None:
    first, second = proved.recovery_codes[:2]
    assert len(set(proved.recovery_codes)) == 10
    assert enter(access, first, minutes=1) == ("pwd", "rec")
    with pytest.raises(Refused, match="sign-in-refused"):
        enter(access, first, minutes=1)
    assert enter(access, second.replace("-", "").upper(), minutes=1) == ("pwd", "rec")


def test_recovery_codes_have_120_random_bits_and_are_kept_as_keyed_digests(access: Access, proved: Person) -> None:
    plain = [each.replace("-", "") for each in proved.recovery_codes]
    assert all(len(each) * 5 >= 112 for each in plain)
    with access._database.reading() as cursor:
        cursor.execute("SELECT digest FROM access_recovery_codes")
        digests = [row[0] for row in cursor.fetchall()]
    assert len(digests) == 10
    assert access.factors._digest("nurse-li", plain[0]) in digests
    assert access.factors._digest("worker", plain[0]) not in digests


def test_the_seed_is_sealed_for_its_account(access: Access, proved: Person) -> None:
    assert proved.enrolment is not None
    with access._database.reading() as cursor:
        cursor.execute("SELECT seed FROM access_factors")
        (sealed,) = cursor.fetchone()
    assert access.factors._keys.unseal("second-factor seed", sealed, "nurse-li")
    for purpose, owner in (("second-factor seed", "worker"), ("recovery codes", "nurse-li")):
        with pytest.raises(Refused, match="key-file-other"):
            access.factors._keys.unseal(purpose, sealed, owner)


def test_a_seed_counts_only_after_a_code_of_it(access: Access, nurse: Person) -> None:
    first = access.begin_factor(nurse.token, PASSWORD, ADDRESS, NOW)
    second = access.begin_factor(nurse.token, PASSWORD, ADDRESS, NOW)
    assert first.seed != second.seed
    assert second.uri.startswith("otpauth://totp/Jiayi:nurse-li?")
    assert enter(access, None) == ("pwd",)
    with pytest.raises(Refused, match="code-wrong"):
        access.confirm_factor(nurse.token, code(first, NOW), ADDRESS, NOW)
    access.confirm_factor(nurse.token, code(second, NOW), ADDRESS, NOW)
    with pytest.raises(Refused, match="second-factor-there"):
        access.begin_factor(nurse.token, PASSWORD, ADDRESS, NOW)
    with pytest.raises(Refused, match="second-factor-there"):
        access.confirm_factor(nurse.token, code(second, later(minutes=1)), ADDRESS, later(minutes=1))


def test_a_second_factor_asks_for_the_password_again_and_ends_other_sessions(access: Access, nurse: Person) -> None:
    other = access.sign_in("nurse-li", PASSWORD, None, ADDRESS, NOW)
    with pytest.raises(Refused, match="password-wrong"):
        access.begin_factor(nurse.token, OTHER, ADDRESS, NOW)
    with_factor(access, nurse)
    assert access.principal_of_token(other.token, NOW) is None
    assert access.principal_of_token(nurse.token, NOW) is not None


def test_in_a_simulated_store_a_password_is_enough(open_access: OpenAccess) -> None:
    access = open_access(second_factor=None)
    assert access.principal_of_token(signed_in(access).token, NOW) is not None


def test_in_a_live_store_nobody_goes_on_without_a_second_factor(settings: Settings, store: Path) -> None:
    copytree(store, settings.data)
    with Embedded(replace(settings, now=None)) as live:
        live.store.go_live(live.now(), clocks=False)
        with Access.open(live, hasher=CHEAP) as access:
            needs_a_second_factor(access)


def needs_a_second_factor(access: Access) -> None:
    nurse = signed_in(access)
    assert nurse.session.must_add_factor
    with pytest.raises(Refused, match="second-factor-missing"):
        access.principal_of_token(nurse.token, NOW)
    with_factor(access, nurse)
    assert access.principal_of_token(nurse.token, NOW) is not None


def test_a_first_password_leaves_the_second_factor_in_place(access: Access, proved: Person) -> None:
    first = access.set_first_password("nurse-li", "admin", NOW)
    with pytest.raises(Refused, match="code-needed"):
        access.sign_in("nurse-li", first, None, ADDRESS, later(minutes=1))
    half = access.sign_in("nurse-li", first, app(proved, minutes=1), ADDRESS, later(minutes=1))
    assert half.must_change_password


def test_a_lost_second_factor_is_removed_by_somebody_else_and_recorded(
    access: Access, proved: Person, system: System
) -> None:
    with pytest.raises(Refused, match="access-for-oneself"):
        access.remove_factor("nurse-li", "nurse-li", "request")
    access.remove_factor("nurse-li", "admin", "request")
    assert access.principal_of_token(proved.token, NOW) is None
    assert enter(access, None) == ("pwd",)
    events = [each.event for each in system.store.select_notifications(1, 100)]
    added = [(each.factor, each.by) for each in events if isinstance(each, SecondFactorAdded)]
    removed = [(each.factor, each.by) for each in events if isinstance(each, SecondFactorRemoved)]
    assert added == [("totp", "nurse-li"), ("recovery-codes", "nurse-li")]
    assert removed == [("totp", "admin"), ("recovery-codes", "admin")]


def test_another_password_needs_a_code_again_unless_one_was_just_given(access: Access, proved: Person) -> None:
    def change(session: str, old: str, new: str, entered: str | None, **time: float) -> SignedIn:
        return access.change_password(session, old, new, ADDRESS, later(**time), code=entered)

    for entered, rule in ((None, "code-needed"), ("000000", "code-wrong")):
        with pytest.raises(Refused, match=rule):
            change(proved.token, PASSWORD, OTHER, entered, minutes=10)
    changed = change(proved.token, PASSWORD, OTHER, app(proved, minutes=10), minutes=10)
    assert changed.principal.methods == ("pwd",)
    entering = access.sign_in("nurse-li", OTHER, app(proved, minutes=12), ADDRESS, later(minutes=12))
    assert change(entering.token, OTHER, PASSWORD, None, minutes=13).principal.methods == ("pwd", "otp")
