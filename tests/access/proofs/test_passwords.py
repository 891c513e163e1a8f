"""Which passwords are refused, and how they are kept."""

import threading
import time

import pytest
from argon2 import PasswordHasher, Type

from domain.decider import Refused
from infra.access import passwords
from infra.access.accounts import Access
from infra.access.passwords import LEAST_COMMON, Passwords, common_passwords, require_fit
from tests.access.proofs.people import NOW, PASSWORD


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("elf zeichen", "password-too-short"),
        ("x" * 129, "password-too-long"),
        ("qwerty123456", "password-common"),
        ("password!!!!!", "password-common"),
        ("Superman2026!", "password-common"),
        ("aaaaaaaaaaaaaa", "password-common"),
        ("my Nurse-Li password", "password-has-name"),
        ("I plan with Jiayi", "password-has-name"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str, rule: str) -> None:
    with pytest.raises(Refused, match=rule):
        require_fit(password, "nurse-li")


@pytest.mark.parametrize(
    "password", ["zwoelf-worte", "四匹马在草地上慢慢地走着呢吧", "only small letters and spaces", "7" * 3 + "Ä€ ß" * 31]
)
def test_letters_of_any_kind_make_a_password(password: str) -> None:
    require_fit(password, "nurse-li")


def test_more_than_three_thousand_common_passwords_are_known() -> None:
    assert len(common_passwords()) >= LEAST_COMMON == 3000


def test_hashes_are_argon2id_with_64_mib() -> None:
    hasher = PasswordHasher()
    assert (hasher.type, hasher.memory_cost, hasher.time_cost) == (Type.ID, 65536, 3)


def test_the_hash_is_kept_and_not_the_password(access: Access) -> None:
    access.passwords.set("nurse-li", PASSWORD, NOW, temporary=False)
    with access._database.reading() as cursor:
        cursor.execute("SELECT * FROM access_passwords")
        (row,) = cursor.fetchall()
    assert row[1].startswith("$argon2id$v=19$")
    assert PASSWORD not in str(row)


def test_two_hashes_are_made_at_once_at_most(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    class Slow(PasswordHasher):
        def hash(self, *_: object, **__: object) -> str:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            time.sleep(0.01)
            with lock:
                running[0] -= 1
            return "hash"

    slow = Passwords(access._database, Slow())
    monkeypatch.setattr(passwords, "require_fit", lambda *_: None)
    threads = [
        threading.Thread(target=slow.set, args=(f"a{number}", "p", NOW), kwargs={"temporary": False})
        for number in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == [2]
