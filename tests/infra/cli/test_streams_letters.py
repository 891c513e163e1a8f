"""Events that were not taken: made good by a mended program, in order, whatever a projector does meanwhile."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from click.testing import CliRunner, Result

from domain.contract.events import ContractSigned
from domain.visit.events import VisitRequested
from infra.bench.store.residents import with_key
from infra.cli.main import cli
from infra.command_handler import CommandRequest, execute
from infra.distributed.dead_letters import PostgresDeadLetters
from infra.distributed_system import Distributed
from infra.rows.postgres import PostgresRows
from infra.settings import Settings
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from projections.changes import Projection
from projections.registry import PROJECTIONS
from streams.dead_letters import RedriveResult, StoredDeadLetter
from tests.projections.histories import history
from tests.small_town import SEVEN, centre, signed
from tests.streams.logs import GrowingLog, recorded
from tests.streams.stream_workers import rows_of, straight, written
from tests.streams.without_kafka import PARTITIONS, project

NOBODY = "127.0.0.1:1"


def fallible(projection: Projection) -> Projection:
    """Return a projection whose handler fails on some events of every third stream."""

    def project(event: Any) -> Iterator[Any]:
        name = str(getattr(event, "visit_id", None) or getattr(event, "contract_id", ""))
        if isinstance(event, VisitRequested | ContractSigned) and sum(name.encode()) % 3 == 0:
            raise KeyError(name)
        yield from projection.project(event)

    return replace(projection, project=project)


YESTERDAY = {name: fallible(each) if name in {"visits", "caseload"} else each for name, each in PROJECTIONS.items()}


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    PostgresRows(database_url, partitions=PARTITIONS).close()
    Distributed(Settings(database_url=database_url, bootstrap_servers=NOBODY)).close()  # makes the tables of all parts
    with with_key(PostgresStore(database_url)) as opened:
        yield opened


def redriven(url: str, store: PostgresStore) -> list[RedriveResult]:
    with closing(PostgresDeadLetters(url, store, PROJECTIONS, region="SZ")) as dead_letters:
        return list(dead_letters.redrive(dead_letters.find()))


def waiting(url: str) -> list[StoredDeadLetter]:
    with Distributed(Settings(database_url=url, bootstrap_servers=NOBODY)) as system:
        return system.dead_letters.find()


def jiayi(url: str, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words], env={"DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": NOBODY})


def overwritten(url: str, stream: str, state: bytes, version: int = 1) -> bytes:
    """Change the stored bytes of an event, as no program of ours would, and return what they were."""
    with psycopg.connect(url) as link:
        where = "WHERE originator_id = %s AND originator_version = %s"
        row = link.execute(f"SELECT state FROM jiayi.stored_events {where}", (stream, version)).fetchone()
        link.execute(f"UPDATE jiayi.stored_events SET state = %s {where}", (state, stream, version))
    assert row is not None
    return bytes(row[0])


def test_what_a_mended_program_takes_after_all_are_the_rows_of_a_straight_build(
    database_url: str, store: PostgresStore, tmp_path: Path
) -> None:
    events = recorded(history(5, 12))
    written(store, events)
    project(database_url, events, YESTERDAY)
    letters = waiting(database_url)
    assert {each.projection for each in letters} == {"visits", "caseload"}
    assert {each.reason for each in letters} == {"poison", "parked"}
    answers = redriven(database_url, store)
    assert sum(each.taken for each in answers) == len(letters)
    assert {each.position for each in answers} == {None}
    assert waiting(database_url) == []
    with straight(GrowingLog(events), tmp_path) as expected:
        assert rows_of(database_url) == expected


def test_a_projector_goes_on_while_letters_are_taken(database_url: str, store: PostgresStore, tmp_path: Path) -> None:
    """A projector of yesterday sets events aside while today's program takes them: none is lost or taken twice."""
    events = recorded(history(6, 25))
    written(store, events)
    running = threading.Thread(target=project, args=(database_url, events, YESTERDAY, 3))
    running.start()
    taken = 0
    while running.is_alive():
        taken += sum(each.taken for each in redriven(database_url, store))
    running.join()
    last = sum(each.taken for each in redriven(database_url, store))
    assert taken > 0
    assert taken + last > 20
    assert waiting(database_url) == []
    with straight(GrowingLog(events), tmp_path) as expected:
        assert rows_of(database_url) == expected


@pytest.fixture
def broken(database_url: str, store: PostgresStore) -> list[StoredEvent]:
    """A log in which the bytes of two visits' first events are no JSON, and everything that could be taken was."""
    events = recorded(history(6, 10))
    written(store, events)
    for stream in broken_streams(events):
        overwritten(database_url, stream, b"{")
    project(database_url, store.after(0, 100_000))
    return events


def broken_streams(events: Sequence[StoredEvent]) -> list[str]:
    long = [event.stream for event in events if event.stream.startswith("visit-") and event.version == 3]
    return sorted(long)[:2]


def test_what_still_cannot_be_taken_stays_and_all_behind_it(
    database_url: str, broken: list[StoredEvent], tmp_path: Path
) -> None:
    mended, hopeless = broken_streams(broken)
    before = [each for each in waiting(database_url) if each.stream == hopeless]
    overwritten(database_url, mended, next(event.state for event in broken if event.stream == mended))
    result = jiayi(database_url, "streams", "dead-letters", "redrive", "--json")
    assert result.exit_code == 1, result.output
    answers = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert "visits" in {each["projection"] for each in answers if each["stream"] == mended}
    assert all(each["position"] is None for each in answers if each["stream"] == mended)
    stays = [each for each in answers if each["stream"] == hopeless]
    assert all(each["taken"] == 0 and "CorruptEvent" in each["error"] for each in stays)
    after = waiting(database_url)
    assert [replace(each, error="") for each in after] == [replace(each, error="") for each in before]

    overwritten(database_url, hopeless, next(event.state for event in broken if event.stream == hopeless))
    result = jiayi(database_url, "streams", "dead-letters", "redrive", str(after[0].position))
    assert (result.exit_code, result.stderr) == (0, "")
    assert waiting(database_url) == []
    with straight(GrowingLog(broken), tmp_path) as expected:
        assert rows_of(database_url) == expected


def test_letters_are_listed_and_shown_without_what_the_events_say(database_url: str, broken: list[StoredEvent]) -> None:
    stream, _ = broken_streams(broken)
    result = jiayi(
        database_url, "streams", "dead-letters", "list", "--stream", stream, "--projection", "visits", "--json"
    )
    listed = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert [each["version"] for each in listed] == [event.version for event in broken if event.stream == stream]
    assert [each["reason"] for each in listed] == ["poison"] + ["parked"] * (len(listed) - 1)
    first = str(listed[0]["position"])
    (shown,) = [
        each
        for each in orjson.loads(jiayi(database_url, "streams", "dead-letters", "show", first, "--json").stdout)
        if each["projection"] == "visits"
    ]
    assert (shown["behind"], shown["last_behind"]) == (len(listed) - 1, listed[-1]["position"])
    assert shown["recorded"].startswith("2026-03-02T04:00:00")
    assert "data" not in shown
    people = jiayi(database_url, "streams", "dead-letters", "list").stdout
    assert "CorruptEvent" in people
    assert people.count(stream) >= len(listed)
    parked = orjson.loads(
        jiayi(database_url, "streams", "dead-letters", "show", str(listed[1]["position"]), "--json").stdout
    )
    assert {each["waits_for"] for each in parked} == {listed[0]["position"]}


def test_a_row_that_the_database_does_not_take_stays(database_url: str, store: PostgresStore) -> None:
    opened, *_ = centre()
    execute(store, CommandRequest(opened, "1", "test", SEVEN), region="SZ")
    (event,) = store.after(0)
    nul = event.state.replace("东社康".encode(), b"a\\u0000b")
    overwritten(database_url, event.stream, nul)
    project(database_url, store.after(0))
    assert [each.error for each in waiting(database_url)] == ["rows refused by the database"]
    (answer,) = redriven(database_url, store)
    assert (answer.taken, answer.position, answer.error) == (0, 1, "rows refused by the database")
    assert len(waiting(database_url)) == 1


def test_the_letters_of_reactions_are_in_the_same_list(database_url: str, store: PostgresStore) -> None:
    for number, command in enumerate([*centre(), *signed("li", ["hypertension"])]):
        execute(store, CommandRequest(command, str(number), "test", SEVEN), region="SZ")
    tagged = next(event for event in store.after(0) if event.name == "contract.signed.v1")
    assert waiting(database_url) == []
    with psycopg.connect(database_url) as link:
        link.execute("INSERT INTO jiayi.reactor_marks VALUES (0, %s)", (tagged.position,))
        link.execute(
            "INSERT INTO jiayi.reaction_letters VALUES (0, %s, %s, %s, %s, 'poison', 'KeyError')",
            (tagged.stream, tagged.version, tagged.position, tagged.name),
        )
    assert [(each.projection, each.stream) for each in waiting(database_url)] == [("reactions", tagged.stream)]
    result = jiayi(database_url, "streams", "dead-letters", "redrive", "--projection", "reactions", "--json")
    assert (result.exit_code, orjson.loads(result.stdout)["taken"]) == (0, 1)
    assert store.after(0, category="care_plan") != []
    assert waiting(database_url) == []


def test_what_is_not_there_is_refused(database_url: str) -> None:
    for words, rule in (
        (["show", "7"], "letter-unknown"),
        (["redrive", "7"], "letter-unknown"),
        (["list", "--projection", "gossip"], "projection-unknown"),
    ):
        result = jiayi(database_url, "streams", "dead-letters", *words, "--json")
        assert (result.exit_code, orjson.loads(result.stderr)["rule"]) == (2, rule)
    assert jiayi(database_url, "streams", "dead-letters", "redrive").exit_code == 0


def test_a_projection_waits_as_long_as_its_letters_are_taken(database_url: str, store: PostgresStore) -> None:
    """The lock is that of the projector: whoever holds it keeps the other out."""
    events = recorded(history(5, 4))
    written(store, events)
    project(database_url, events, YESTERDAY)
    first = waiting(database_url)[0]
    dead_letters = PostgresDeadLetters(database_url, store, PROJECTIONS, region="SZ")
    done: list[RedriveResult] = []
    with psycopg.connect(database_url) as projector:
        projector.execute(
            "SELECT FROM jiayi_rows.positions WHERE projection = %s AND partition = %s FOR UPDATE",
            (first.projection, first.partition + 1),
        )
        taking = threading.Thread(target=lambda: done.extend(dead_letters.redrive([first])))
        taking.start()
        taking.join(0.5)
        assert taking.is_alive()
        assert dead_letters.find(first.projection, first.stream) != []
    taking.join(20)
    assert [each.position for each in done] == [None]
    dead_letters.close()
