"""Residents are looked up by their numbers, and no row but their own events holds one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.decider import Refused
from domain.institution import OpenInstitution
from domain.resident.commands import CorrectPersonalDetails, Personal, RegisterResident
from infra.access.key_file import Keys
from infra.bench.store.residents import with_key
from infra.command_handler import CommandRequest, execute
from infra.store.claims import numbers
from infra.store.claims.earlier import claim_again
from infra.store.claims.numbers import phone_digits, residents_with_paper, residents_with_phone
from infra.store.claims.personal import PersonalKeys
from infra.store.store import EventStore
from tests.infra.store import places
from tests.infra.store.places import KINDS, Kind
from tests.small_town import SEVEN, centre, personal, signed

FAMILY = "0755-26000005"
NOW = SEVEN


def give(store: EventStore, *commands: object) -> None:
    for each in commands:
        execute(store, CommandRequest(each, None, "desk", NOW), region="SZ")


def register(resident_id: str, **changed: Any) -> RegisterResident:
    (command,) = (each for each in signed(resident_id) if isinstance(each, RegisterResident))
    return replace(command, personal=replace(command.personal, **changed))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    kind: Kind = request.param
    for place in places.place(kind, tmp_path):
        with place.store() as opened:
            yield opened


@pytest.fixture
def registered(store: EventStore) -> EventStore:
    """Return a store with `a` and `b`, who share a phone, and `c`, whose family has one, too."""
    give(with_key(store), *(each for each in centre() if isinstance(each, OpenInstitution)))
    give(store, register("a"), register("b"), register("c", phone="13912345678", family_phone=FAMILY))
    return store


@contextmanager
def all_rows(store: EventStore) -> Iterator[str]:
    """Yield all rows but the events, as text."""
    with store._database.cursor() as cursor:
        yield str(
            [
                cursor.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("claims", "commands", "documents", "personal_claims", "personal_phones")
            ]
        )


@pytest.mark.parametrize("written", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_all_who_share_a_phone_are_found_however_it_is_written(registered: EventStore, written: str) -> None:
    assert residents_with_phone(registered, written) == ["a", "b"]


@pytest.mark.parametrize("written", ["0755-26000005", "075526000005", "+86 755 2600 0005"])
def test_a_resident_is_found_by_the_phone_of_the_family(registered: EventStore, written: str) -> None:
    assert residents_with_phone(registered, written) == ["c"]


def test_a_corrected_phone_is_found_and_the_one_before_is_not(registered: EventStore) -> None:
    assert residents_with_phone(registered, "13912345678") == ["c"]
    other: Personal = replace(personal(number="c"), phone="13700000001")
    give(registered, CorrectPersonalDetails(resident_id="c", personal=other))
    assert residents_with_phone(registered, "13700000001") == ["c"]
    assert residents_with_phone(registered, "13912345678") == []
    assert residents_with_phone(registered, FAMILY) == []


def test_a_part_of_a_phone_finds_nobody(registered: EventStore) -> None:
    assert residents_with_phone(registered, "8000") == []
    assert residents_with_phone(registered, "0013800") == []


def test_a_resident_is_found_by_the_number_of_whichever_paper(registered: EventStore) -> None:
    assert residents_with_paper(registered, "ｅ-a") == ["a"]
    assert residents_with_paper(registered, "E-z") == []


def test_digests_are_made_in_small_commits(registered: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "CHUNK", 1)
    assert residents_with_phone(registered, "13800138000") == ["a", "b"]
    assert residents_with_phone(registered, "13912345678") == ["c"]


def test_under_another_key_file_nobody_is_looked_up_and_after_claiming_again_everybody_is(
    registered: EventStore,
) -> None:
    assert residents_with_phone(registered, "13912345678") == ["c"]
    registered.personal_keys = PersonalKeys(lambda: Keys(b"b" * 32))
    for look in (residents_with_phone, residents_with_paper):
        with pytest.raises(Refused, match="wrong-key-file"):
            look(registered, "13912345678")
    claim_again(registered)
    assert residents_with_phone(registered, "13912345678") == ["c"]
    assert residents_with_paper(registered, "E-c") == ["c"]


def test_no_row_beside_the_events_holds_a_number_a_phone_a_name_or_an_address(registered: EventStore) -> None:
    assert residents_with_phone(registered, "13912345678") == ["c"]
    person = personal(number="c")
    with all_rows(registered) as rows:
        assert rows.count("'c'") == 2  # the own phone and the family's
        for secret in ("13912345678", "13800138000", "26000005", "E-C", "E-c", person.name, person.address):
            assert secret not in rows


def test_a_phone_is_compared_by_its_digits() -> None:
    assert {phone_digits(each) for each in ("13800138000", "0086 138 0013 8000", "86-13800138000")} == {"13800138000"}
    assert phone_digits("86123456") == "86123456"
