"""The reactor as a process of its own, over the real Kafka and PostgreSQL: the same follows as in one process."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from domain.contract.commands import TransferContract
from domain.team.commands import FormTeam
from infra.bench.store.residents import with_key
from infra.distributed.dead_letters import PostgresDeadLetters
from infra.reactions import RefusedReaction
from infra.store.postgres import PostgresStore
from infra.system import DEBOUNCE
from projections.registry import PROJECTIONS
from streams.dead_letters import REACTIONS
from tests.small_town import SEVEN, member, signed
from tests.streams.logs import GrowingLog
from tests.streams.reaction_days import REGION, ReactionOutcome, events_of, give_all, in_one_process, steps
from tests.streams.stream_workers import StreamWorkers, until


@pytest.fixture
def store(workers: StreamWorkers) -> Iterator[PostgresStore]:
    with with_key(PostgresStore(workers.url, DEBOUNCE)) as opened:
        yield opened


def outcome(workers: StreamWorkers, store: PostgresStore) -> ReactionOutcome:
    names = ("command_id", "event_id", "reaction", "command", "rule", "detail")
    rows = workers.ask(f"SELECT {', '.join(names)} FROM refused_reactions ORDER BY 2, 3, 1")
    refused = [RefusedReaction(**{name: str(each) for name, each in zip(names, row, strict=True)}) for row in rows]
    return ReactionOutcome(events_of(store), refused)


def killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def catches(process: "subprocess.Popen[bytes]", number: int) -> bool:
    """Say whether a process has a handler for a signal: one that was begun a moment ago has none yet."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (number - 1) & 1)


def test_the_same_follows_as_in_one_process_whoever_is_killed_and_whatever_comes_twice(
    workers: StreamWorkers, store: PostgresStore, tmp_path: Path
) -> None:
    luck = random.Random(11)
    days = steps([f"r{number}" for number in range(24)])
    relay, *reactors = workers.relay(), workers.reactor(0), workers.reactor(1)
    for step in days:
        before = store.last_position()
        dies_at = before + give_all(store, step) + luck.randrange(1, 20)
        until(lambda least=dies_at: store.last_position() >= least, relay, *reactors)  # type: ignore[misc]
        slot = luck.randrange(2)
        killed(reactors[slot])
        reactors[slot] = workers.reactor(slot)
        until(workers.reacted, relay, *reactors)
    expected = in_one_process(tmp_path, days)
    assert {each.rule for each in expected.refused} == {"visit-unknown"}
    assert outcome(workers, store) == expected

    last = store.last_position()
    for process in (relay, *reactors):
        until(lambda begun=process: catches(begun, signal.SIGTERM), process)  # type: ignore[misc]
        process.terminate()
        assert process.wait(20) == 0
    workers.send_all_again()
    with psycopg.connect(workers.url) as link:
        link.execute("DELETE FROM jiayi.reactor_marks")
    relay, reactor = workers.relay(), workers.reactor()
    until(workers.reacted, relay, reactor)
    assert (store.last_position(), outcome(workers, store)) == (last, expected)
    assert workers.ask("SELECT * FROM reaction_letters") == []


def moved(resident: str) -> list[object]:
    """Return the move of a contract to another team."""
    west = FormTeam(
        team_id="west", institution_id="centre", base_x=0, base_y=0, members=(member("gp", 8), member("nurse", 9))
    )
    return [west, TransferContract(contract_id=f"contract-of-{resident}", team_id="west", consent=True)]


def test_an_event_that_cannot_be_reacted_to_parks_its_stream_until_it_is_redriven(
    workers: StreamWorkers, store: PostgresStore, tmp_path: Path
) -> None:
    signings, *_ = steps(["r0", "r1", "r2", "r3"])
    day = (SEVEN, [*signings[1], *moved("r1")])
    give_all(store, day)
    # the reactions to r2's contract and to its key group read the resident
    broken, unreadable = (
        "contract-contract-of-r1",
        "resident-r2",
    )
    kept = {stream: overwritten(workers, stream, b"{") for stream in (broken, unreadable)}
    relay, reactor = workers.relay(), workers.reactor()
    until(workers.reacted, relay, reactor)
    letters = workers.ask(
        "SELECT stream, version, reason, split_part(error, ' ', 1) FROM reaction_letters ORDER BY 1, 2"
    )
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
    assert redriven(store, workers.url, broken) == 0
    assert len(workers.ask("SELECT FROM reaction_letters")) == 4

    for stream, state in kept.items():
        overwritten(workers, stream, state)
    assert redriven(store, workers.url, broken) == 2
    for stream in ("contract-contract-of-r2", unreadable):
        assert redriven(store, workers.url, stream) == 1
    until(workers.reacted, relay, reactor)
    assert outcome(workers, store) == in_one_process(tmp_path, [day])
    assert workers.ask("SELECT FROM reaction_letters") == []


def redriven(store: PostgresStore, url: str, stream: str) -> int:
    """Redrive the reactions' letters of a stream and return how many were taken."""
    with closing(PostgresDeadLetters(url, store, PROJECTIONS, region=REGION)) as dead_letters:
        (result,) = dead_letters.redrive(dead_letters.find(REACTIONS, stream))
    return result.taken


def overwritten(workers: StreamWorkers, stream: str, state: bytes) -> bytes:
    """Change the stored bytes of a stream's first event, as no program of ours would, and return what they were."""
    with psycopg.connect(workers.url) as link:
        where = "WHERE originator_id = %s AND originator_version = 1"
        (before,) = link.execute(f"SELECT state FROM jiayi.stored_events {where}", (stream,)).fetchall()[0]
        link.execute(f"UPDATE jiayi.stored_events SET state = %s {where}", (state, stream))
    return bytes(before)


def test_what_the_topic_no_longer_holds_is_reacted_to_from_the_store(
    workers: StreamWorkers, store: PostgresStore, tmp_path: Path
) -> None:
    """Also in partitions in which nothing comes any more."""
    first, *_ = steps(["r0", "r1", "r2", "r3"])
    days = [first, (SEVEN + timedelta(hours=1), [*signed("s0", ["diabetes"]), *signed("s1", ["diabetes"])])]
    give_all(store, days[0])
    workers.relay_here(GrowingLog(store.after(0)))
    workers.take_another_topic()
    give_all(store, days[1])
    relay, reactor = workers.relay(), workers.reactor(patience=4.0)
    until(workers.reacted, relay, reactor)
    assert outcome(workers, store) == in_one_process(tmp_path, days)
