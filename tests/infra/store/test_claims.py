"""A key is held by one stream at a time; days of a period are both included."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.decider import Claim, Refused
from infra.command_handler import execute
from infra.store.recorded import Append
from infra.store.store import EventStore
from tests.infra.store.places import Place
from tests.infra.store.wards import NOW, REGION, TODAY, Clean, Left, Vacate, rent_bed, request

Take = Callable[..., None]


@pytest.fixture
def take(store: EventStore) -> Take:
    versions: dict[str, int] = {}

    def _take(holder: str, *periods: tuple[int, int], key: str = "k") -> None:
        claims = tuple(
            Claim(key=key, rule="taken", since=date(2026, 3, since), until=date(2026, 3, until))
            for since, until in periods
        )
        event = Left(nurse_id=holder)
        version = versions.get(holder, 0)
        store.append(
            Append(id=holder, stream=holder, version=version, actor="a", now=NOW, events=(event,), claims=claims)
        )
        versions[holder] = version + 1

    return _take


def held(store: EventStore) -> list[tuple[str, int, int]]:
    with store._database.cursor() as cursor:
        rows = cursor.execute("SELECT holder, since, until FROM claims ORDER BY key, since").fetchall()
    return [(holder, int(since[-2:]), int(until[-2:])) for holder, since, until in rows]


HELD_BY_WARD_A = {"key": "k", "held_by": "ward-a", "claimed": "", "holder": "a"}


@pytest.mark.parametrize("period", [(1, 5), (1, 10), (12, 14), (5, 5), (20, 25), (10, 20)])
def test_an_overlapping_claim_of_another_is_refused(store: EventStore, take: Take, period: tuple[int, int]) -> None:
    take("ward-a", (5, 20))
    with pytest.raises(Refused) as refused:
        take("ward-b", period)
    assert (refused.value.rule, refused.value.values) == ("taken", HELD_BY_WARD_A)
    assert held(store) == [("ward-a", 5, 20)]
    assert store.last_position() == 1


def test_streams_of_one_group_share_a_key_and_others_are_refused(store: EventStore) -> None:
    def take(holder: str, since: int, until: int, group: str = "", version: int = 0) -> None:
        claim = Claim(key="k", rule="taken", since=date(2026, 3, since), until=date(2026, 3, until), group=group)
        store.append(
            Append(
                id=holder, stream=holder, version=version, actor="a", now=NOW,
                events=(Left(nurse_id=holder),), claims=(claim,),
            )
        )  # fmt: skip

    take("ward-a", 5, 20, "east")
    take("ward-b", 5, 10, "east")
    for other in ("", "west"):
        with pytest.raises(Refused) as refused:
            take("ward-c", 10, 12, other)
        assert refused.value.values["held_by"] in {"ward-a", "ward-b"}
    take("ward-a", 5, 4, "east", version=1)
    with pytest.raises(Refused, match="taken"):
        take("ward-c", 10, 12)
    take("ward-c", 11, 12)
    assert held(store) == [("ward-c", 11, 12)]


def test_a_claim_of_one_day_is_held(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 5))
    assert held(store) == [("ward-a", 5, 5)]
    with pytest.raises(Refused, match="taken"):
        take("ward-b", (5, 5))


def test_a_claim_that_has_ended_is_taken_over(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    take("ward-b", (21, 25))
    assert held(store) == [("ward-b", 21, 25)]


def test_a_claim_before_a_later_one_stands_beside_it(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    take("ward-b", (1, 4))
    assert held(store) == [("ward-b", 1, 4), ("ward-a", 5, 20)]


def test_a_stream_replaces_its_own_period(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    take("ward-a", (7, 30))
    assert held(store) == [("ward-a", 7, 30)]


def test_a_period_that_ends_before_it_starts_gives_the_key_back(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    take("ward-a", (2, 1))
    assert held(store) == []
    take("ward-b", (5, 20))
    assert held(store) == [("ward-b", 5, 20)]


def test_of_several_claims_in_one_command_a_refused_one_leaves_none(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    with pytest.raises(Refused):
        take("ward-b", (21, 25), (4, 5))
    assert held(store) == [("ward-a", 5, 20)]


def test_other_keys_do_not_matter(store: EventStore, take: Take) -> None:
    take("ward-a", (5, 20))
    take("ward-b", (5, 20), key="other")
    assert held(store) == [("ward-a", 5, 20), ("ward-b", 5, 20)]


def test_what_a_decider_claims_is_claimed_and_given_back(store: EventStore) -> None:
    execute(store, request(rent_bed("w1")), region=REGION)
    with pytest.raises(Refused, match="bed-is-taken"):
        execute(store, request(rent_bed("w2")), region=REGION)
    execute(store, request(Vacate(ward_id="w1")), region=REGION)
    execute(store, request(rent_bed("w2")), region=REGION)
    assert store.last_position() == 3


def test_keys_under_a_prefix_are_counted_with_those_of_the_transaction_itself(store: EventStore, take: Take) -> None:
    take("a", (1, 9), key="beds:w1:a")
    take("b", (1, 5), key="beds:w1:b")
    take("c", (1, 9), key="beds:w10:c")

    def claim(holder: str, since: int, until: int) -> Append:
        period = Claim(key=f"beds:w1:{holder}", rule="taken", since=date(2026, 3, since), until=date(2026, 3, until))
        version = 0 if holder == "d" else 1
        event = Left(nurse_id=holder)
        return Append(id=holder, stream=holder, version=version, actor="a", now=NOW, events=(event,), claims=(period,))

    with store.writing() as transaction:
        assert transaction.held_under("beds:w1:", date(2026, 3, 5)) == 2
        assert transaction.held_under("beds:w1:", date(2026, 3, 6)) == 1
        assert transaction.held_under("beds:w1:", date(2026, 3, 9)) == 1
        transaction.append(claim("d", 8, 9))
        assert transaction.held_under("beds:w1:", date(2026, 3, 9)) == 2
        assert transaction.held_under("beds:w1:", date(2026, 3, 6)) == 2
        transaction.append(claim("a", 2, 1))
        assert transaction.held_under("beds:w1:", date(2026, 3, 6)) == 1
        assert transaction.held_under("beds:w1:", date(2026, 3, 1)) == 2
        assert transaction.held_under("beds:w2:", date(2026, 3, 1)) == 0
        assert transaction.endings_under("beds:w1:", date(2026, 3, 1)) == ("b", "d")
        assert transaction.held_under("beds:", date(2026, 3, 1)) == 3
        transaction.append(claim("b", 2, 1))
        assert transaction.held_under("beds:", date(2026, 3, 1)) == 2


def test_a_store_without_a_word_of_its_time_is_adopted_once(place: Place) -> None:
    with place.store() as store:
        assert not store.is_of_an_older_release()
        execute(store, request(Clean(ward_id="w1", rooms=1)), region=REGION)
        assert store.is_of_an_older_release()
        for holder in ("ward-w1", "ward-w2"):
            store.adopt([(holder, Claim(key="open:w1", rule="taken", since=TODAY, until=TODAY))])
            assert not store.is_of_an_older_release()
        assert store.lives() == "simulated"
        with store.writing() as transaction:
            rows = transaction.cursor.execute("SELECT holder FROM claims WHERE key = 'open:w1'").fetchall()
    assert [tuple(row) for row in rows] == [("ward-w1",)]
