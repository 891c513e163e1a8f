"""Keys of personal values stand in no row: keyed digests are compared and kept in their place."""

import pytest

from domain.decider import FOREVER, Claim, Refused
from infra.access.key_file import Keys
from infra.store.claims.personal import PersonalKeys
from infra.store.recorded import Append
from infra.store.store import EventStore
from tests.infra.store.wards import NOW, Left

NUMBER = "440301194001010028"
HERS = Claim(key=f"person:identity-card:{NUMBER}", rule="taken", since=NOW.date(), until=FOREVER, personal=True)
RETURNED = Claim(key=HERS.key, rule="taken", since=FOREVER, until=NOW.date(), personal=True)


def under(store: EventStore, key: bytes) -> EventStore:
    store.personal_keys = PersonalKeys(lambda: Keys(key * 32))
    return store


@pytest.fixture
def keyed(store: EventStore) -> EventStore:
    return under(store, b"a")


def append(store: EventStore, stream: str, *claims: Claim, version: int = 0) -> None:
    event = Left(nurse_id=stream)
    store.append(Append(id=stream, stream=stream, version=version, actor="a", now=NOW, events=(event,), claims=claims))


def rows(store: EventStore) -> list[tuple[str, str]]:
    with store._database.cursor() as cursor:
        return cursor.execute("SELECT key, holder FROM claims").fetchall()


def test_a_second_holder_is_refused_and_told_who_holds_it_but_never_the_key(keyed: EventStore) -> None:
    append(keyed, "ward-a", HERS)
    with pytest.raises(Refused) as refused:
        append(keyed, "ward-b", HERS)
    assert (refused.value.rule, refused.value.values) == (
        "taken",
        {"claimed": "identity-card", "holder": "a", "held_by": "ward-a"},
    )


def test_the_key_stands_in_no_row(keyed: EventStore) -> None:
    append(keyed, "ward-a", HERS)
    ((key, holder),) = rows(keyed)
    assert NUMBER not in key
    assert (key.partition(":")[0], len(key), holder) == ("person", len("person:") + 32, "ward-a")


def test_who_gives_it_back_lets_another_have_it(keyed: EventStore) -> None:
    append(keyed, "ward-a", HERS)
    append(keyed, "ward-a", RETURNED, version=1)
    append(keyed, "ward-b", HERS)
    assert [holder for _, holder in rows(keyed)] == ["ward-b"]


def test_two_claims_of_one_commit_are_compared(keyed: EventStore) -> None:
    with keyed.writing() as transaction:
        for stream in ("ward-a", "ward-b"):
            one = Append(
                id=stream, stream=stream, version=0, actor="a", now=NOW, events=(Left(nurse_id=stream),), claims=(HERS,)
            )
            if stream == "ward-a":
                transaction.append(one)
            else:
                with pytest.raises(Refused, match="taken"):
                    transaction.append(one)
    assert [holder for _, holder in rows(keyed)] == ["ward-a"]


def test_another_key_file_is_refused(keyed: EventStore) -> None:
    append(keyed, "ward-a", HERS)
    with pytest.raises(Refused, match="wrong-key-file"):
        append(under(keyed, b"b"), "ward-b", HERS)
    append(under(keyed, b"a"), "ward-a", RETURNED, version=1)


def test_a_refused_claim_of_another_key_file_leaves_nothing(keyed: EventStore) -> None:
    append(keyed, "ward-a", HERS)
    with pytest.raises(Refused, match="wrong-key-file"):
        append(under(keyed, b"b"), "ward-b", HERS)
    assert [holder for _, holder in rows(keyed)] == ["ward-a"]
    assert keyed.last_position() == 1


def test_what_needs_no_key_reads_none(store: EventStore) -> None:
    def unreadable() -> Keys:
        raise AssertionError("the key file is read")

    store.personal_keys = PersonalKeys(unreadable)
    append(store, "ward-a", Claim(key="bed:1", rule="taken", since=NOW.date(), until=FOREVER))
    assert rows(store) == [("bed:1", "ward-a")]
