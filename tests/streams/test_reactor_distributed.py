"""The reactor as a process of its own, over the real Kafka and PostgreSQL: the same follows as in one process."""

import random
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from domain.contract.commands import TransferContract
from domain.team.commands import FormTeam
from infra.distributed.dead_letters import PostgresDeadLetters
from infra.reactions import RefusedReaction
from infra.store.postgres import PostgresStore
from infra.wiring import DEBOUNCE
from projections.registry import PROJECTIONS
from streams.dead_letters import REACTIONS
from tests.small_town import SEVEN, member, signed
from tests.streams.city import City, until
from tests.streams.logs import GrowingLog
from tests.streams.townsfolk import REGION, Came, give_all, in_one_process, steps, told


@pytest.fixture
def store(city: City) -> Iterator[PostgresStore]:
    with PostgresStore(city.url, DEBOUNCE) as opened:
        yield opened


def came(city: City, store: PostgresStore) -> Came:
    names = ("command_id", "event_id", "reaction", "command", "rule", "detail")
    rows = city.ask(f"SELECT {', '.join(names)} FROM refused_reactions ORDER BY 2, 3, 1")
    refused = [RefusedReaction(**{name: str(each) for name, each in zip(names, row, strict=True)}) for row in rows]
    return Came(told(store), refused)


def killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def test_the_same_follows_as_in_one_process_whoever_is_killed_and_whatever_comes_twice(
    city: City, store: PostgresStore, tmp_path: Path
) -> None:
    luck = random.Random(11)
    days = steps([f"r{number}" for number in range(24)])
    relay, *reactors = city.relay(), city.reactor(0), city.reactor(1)
    for step in days:
        before = store.last_position()
        dies_at = before + give_all(store, step) + luck.randrange(1, 20)
        until(lambda least=dies_at: store.last_position() >= least, relay, *reactors)  # type: ignore[misc]
        slot = luck.randrange(2)
        killed(reactors[slot])
        reactors[slot] = city.reactor(slot)
        until(city.reacted, relay, *reactors)
    expected = in_one_process(tmp_path, days)
    assert {each.rule for each in expected.refused} == {"visit-unknown"}
    assert came(city, store) == expected

    last = store.last_position()
    for process in (relay, *reactors):
        process.terminate()
        assert process.wait(20) == 0
    city.send_all_again()
    with psycopg.connect(city.url) as link:
        link.execute("DELETE FROM jiayi.reactor_marks")
    relay, reactor = city.relay(), city.reactor()
    until(city.reacted, relay, reactor)
    assert (store.last_position(), came(city, store)) == (last, expected)
    assert city.ask("SELECT * FROM reaction_letters") == []


def moved(resident: str) -> list[object]:
    """Return the move of a contract to another team."""
    west = FormTeam(
        team_id="west", institution_id="centre", base_x=0, base_y=0, members=(member("gp", 8), member("nurse", 9))
    )
    return [west, TransferContract(contract_id=f"contract-of-{resident}", team_id="west", consent=True)]


def test_an_event_that_cannot_be_reacted_to_parks_its_stream_until_it_is_redriven(
    city: City, store: PostgresStore, tmp_path: Path
) -> None:
    signings, *_ = steps(["r0", "r1", "r2", "r3"])
    day = (SEVEN, [*signings[1], *moved("r1")])
    give_all(store, day)
    # the reactions to r2's contract and to its key group read the resident
    broken, unreadable = (
        "contract-contract-of-r1",
        "resident-r2",
    )
    kept = {stream: overwritten(city, stream, b"{") for stream in (broken, unreadable)}
    relay, reactor = city.relay(), city.reactor()
    until(city.reacted, relay, reactor)
    letters = city.ask("SELECT stream, version, reason, split_part(error, ' ', 1) FROM reaction_letters ORDER BY 1, 2")
    assert letters == [
        (broken, 1, "poison", "CorruptEvent"),
        (broken, 2, "parked", ""),
        ("contract-contract-of-r2", 1, "poison", "CorruptEvent"),
        (unreadable, 2, "poison", "CorruptEvent"),
    ]
    assert {each.stream for each in store.after(0) if each.name.startswith("care_plan")} == {
        "care_plan-r0",
        "care_plan-r3",
    }
    assert redriven(store, city.url, broken) == 0
    assert len(city.ask("SELECT FROM reaction_letters")) == 4

    for stream, state in kept.items():
        overwritten(city, stream, state)
    assert redriven(store, city.url, broken) == 2
    for stream in ("contract-contract-of-r2", unreadable):
        assert redriven(store, city.url, stream) == 1
    until(city.reacted, relay, reactor)
    assert came(city, store) == in_one_process(tmp_path, [day])
    assert city.ask("SELECT FROM reaction_letters") == []


def redriven(store: PostgresStore, url: str, stream: str) -> int:
    """Redrive the reactions' letters of a stream and return how many were taken."""
    with closing(PostgresDeadLetters(url, store, PROJECTIONS, region=REGION)) as dead_letters:
        (result,) = dead_letters.redrive(dead_letters.find(REACTIONS, stream))
    return result.taken


def overwritten(city: City, stream: str, state: bytes) -> bytes:
    """Change the stored bytes of a stream's first event, as no program of ours would, and return what they were."""
    with psycopg.connect(city.url) as link:
        where = "WHERE originator_id = %s AND originator_version = 1"
        (before,) = link.execute(f"SELECT state FROM jiayi.stored_events {where}", (stream,)).fetchall()[0]
        link.execute(f"UPDATE jiayi.stored_events SET state = %s {where}", (state, stream))
    return bytes(before)


def test_what_the_topic_no_longer_holds_is_reacted_to_from_the_store(
    city: City, store: PostgresStore, tmp_path: Path
) -> None:
    """Also in partitions in which nothing comes any more."""
    first, *_ = steps(["r0", "r1", "r2", "r3"])
    days = [first, (SEVEN + timedelta(hours=1), [*signed("s0", ["diabetes"]), *signed("s1", ["diabetes"])])]
    give_all(store, days[0])
    city.relay_here(GrowingLog(store.after(0)))
    city.take_another_topic()
    give_all(store, days[1])
    relay, reactor = city.relay(), city.reactor(patience=4.0)
    until(city.reacted, relay, reactor)
    assert came(city, store) == in_one_process(tmp_path, days)
