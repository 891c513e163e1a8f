"""Numbers of residents of an earlier release are claimed once, in small commits; twins keep theirs and are listed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.decider import Refused
from domain.resident.commands import CorrectPersonalDetails, RegisterResident
from infra.access.key_file import Keys
from infra.settings import Settings
from infra.store.claims import earlier
from infra.store.claims.personal import PersonalKeys
from infra.wiring import Embedded
from tests.small_town import centre, personal, signed

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def register(resident_id: str, number: str) -> RegisterResident:
    (command,) = (each for each in signed(resident_id) if isinstance(each, RegisterResident))
    return RegisterResident(
        resident_id=resident_id,
        institution_id=command.institution_id,
        evidence=command.evidence,
        resident_since=command.resident_since,
        personal=personal(number=number),
    )


def give(system: Embedded, *commands: object) -> None:
    for each in commands:
        system.execute(each, actor="desk")


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as file:
        for each in statements:
            file.execute(each)


NO_CLAIMS = "DELETE FROM claims WHERE key LIKE 'person:%'"
"""Leaves the events as an earlier program did, which claimed no numbers."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", now=NOW, key_file=tmp_path / "key")


@pytest.fixture
def old(settings: Settings) -> Iterator[Embedded]:
    """Open a store of an earlier release, with five residents: `b` corrected their number, `d` and `e` share one."""
    with Embedded(settings) as system:
        give(system, *centre(), *(register(each, each) for each in "abcd"))
        give(system, CorrectPersonalDetails(resident_id="b", personal=personal(number="b2")))
        change(settings.data, NO_CLAIMS)
        give(system, register("e", "d"))
    change(settings.data, NO_CLAIMS, "DROP TABLE personal_claims")
    with Embedded(settings) as system:
        yield system


def holders(system: Embedded) -> list[str]:
    with system.store.reading() as view:
        rows = view.cursor.execute("SELECT holder FROM claims WHERE key LIKE 'person:%' ORDER BY holder").fetchall()
    return [str(holder) for (holder,) in rows]


def test_opening_alone_claims_nothing_and_reads_no_key(old: Embedded) -> None:
    assert holders(old) == []


@pytest.mark.parametrize("number", ["a", "b2", "c", "d"])
def test_nobody_is_registered_under_the_number_of_somebody_of_an_earlier_release(old: Embedded, number: str) -> None:
    with pytest.raises(Refused, match="person-already-registered"):
        give(old, register("new", number))
    assert len(holders(old)) == 5


def test_a_number_that_was_corrected_before_is_free(old: Embedded) -> None:
    give(old, register("new", "b"))
    assert holders(old) == [f"resident-{each}" for each in ("a", "b", "c", "d", "e", "new")]


def test_twins_are_told_and_keep_their_number(old: Embedded) -> None:
    assert earlier.twins(old.store) == [("d", "e")]


def test_a_twin_whose_number_is_corrected_is_none_any_more(old: Embedded) -> None:
    give(old, CorrectPersonalDetails(resident_id="e", personal=personal(number="e2")))
    assert earlier.twins(old.store) == []
    with pytest.raises(Refused, match="person-already-registered"):
        give(old, register("new", "d"))


def test_claims_that_were_interrupted_go_on(old: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "CHUNK", 2)
    with old.store.writing() as transaction:
        assert not earlier._claim_some(transaction)
    assert len(holders(old)) == 2
    with pytest.raises(Refused, match="person-already-registered"):
        give(old, register("new", "d"))
    assert len(holders(old)) == 5


def test_claims_under_another_key_file_are_raised_again_from_the_events(old: Embedded) -> None:
    give(old, register("new", "f"))
    old.store.personal_keys = PersonalKeys(lambda: Keys(b"k" * 32))
    with pytest.raises(Refused, match="wrong-key-file"):
        give(old, register("other", "g"))
    earlier.claim_again(old.store)
    assert len(holders(old)) == 6
    with pytest.raises(Refused, match="person-already-registered"):
        give(old, register("other", "f"))
    give(old, register("other", "g"))
