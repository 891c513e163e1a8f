"""Attempts are throttled by account, by address and by both, and success takes them back."""

import threading

import pytest

from domain.decider import Refused
from infra.access.accounts import Access
from infra.access.throttle import Attempts
from tests.access.proofs.people import ADDRESS, NOW, OTHER, PASSWORD, Person, later


def attempt(access: Access, login: str = "nurse-li", address: str = ADDRESS, **time: float) -> str:
    """Return the rule by which a wrong password is refused."""
    with pytest.raises(Refused) as refused:
        access.sign_in(login, OTHER, None, address, later(**time))
    return refused.value.rule


@pytest.mark.usefixtures("nurse")
def test_the_sixth_wrong_password_from_an_address_waits(access: Access) -> None:
    assert [attempt(access, seconds=each) for each in range(6)] == ["sign-in-refused"] * 5 + ["too-many-attempts"]
    with pytest.raises(Refused, match="too-many-attempts") as refused:
        access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(minutes=1))
    assert refused.value.values == {"seconds": 240}
    access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(minutes=5, seconds=1))


@pytest.mark.usefixtures("nurse")
def test_a_stranger_does_not_lock_the_owner_out(access: Access) -> None:
    for each in range(6):
        attempt(access, address="198.51.100.1", seconds=each)
    access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(seconds=7))


@pytest.mark.usefixtures("nurse")
def test_success_takes_the_wrong_ones_from_the_same_address_back(access: Access) -> None:
    for round_ in range(3):
        for each in range(4):
            assert attempt(access, seconds=10 * round_ + each) == "sign-in-refused"
        access.sign_in("nurse-li", PASSWORD, None, ADDRESS, later(seconds=10 * round_ + 5))


@pytest.mark.usefixtures("nurse")
def test_many_addresses_do_not_help_against_one_account(access: Access) -> None:
    rules = [attempt(access, address=f"198.51.100.{each}", seconds=each) for each in range(51)]
    assert rules == ["sign-in-refused"] * 50 + ["too-many-attempts"]


def test_many_accounts_do_not_help_from_one_address(access: Access) -> None:
    rules = [attempt(access, login=f"a{each}", seconds=each) for each in range(61)]
    assert rules == ["sign-in-refused"] * 60 + ["too-many-attempts"]


@pytest.mark.usefixtures("nurse")
def test_attempts_at_once_are_counted_before_they_are_tried(access: Access) -> None:
    rules: list[str] = []
    threads = [threading.Thread(target=lambda: rules.append(attempt(access))) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(rules) == ["sign-in-refused"] * 5 + ["too-many-attempts"] * 7


def test_a_wrong_password_of_somebody_signed_in_is_throttled_too(access: Access, nurse: Person) -> None:
    for rule in ["password-wrong"] * 5 + ["too-many-attempts"]:
        with pytest.raises(Refused, match=rule):
            access.begin_factor(nurse.token, OTHER, ADDRESS, NOW)


@pytest.mark.usefixtures("nurse")
def test_attempts_name_neither_accounts_nor_addresses_and_go_with_time(access: Access) -> None:
    attempt(access)
    with access._database.reading() as cursor:
        cursor.execute("SELECT * FROM access_attempts")
        kept = str(cursor.fetchall())
    assert "nurse-li" not in kept
    assert ADDRESS not in kept
    attempts = Attempts(access._database, later(days=1))
    assert attempts.check()
    assert attempts.incr("key", 60) == 1
    assert attempts.get_expiry("key") == later(days=1, seconds=60).timestamp()
    assert attempts.reset() == 1
