"""How everybody stands, over the real Kafka and PostgreSQL: what is told, and what is called wrong."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from domain.local_time import at_local
from domain.webhook import AddWebhook
from infra.bench.store.residents import with_key
from infra.cli.main import cli
from infra.cli.streams.views import duration
from infra.database.advisory_locks import AdvisoryLock, try_lock
from infra.database.tables import SCHEMA
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed_system import Distributed
from infra.edges.phrases import Translator
from infra.monitoring.health import (
    HealthProblem,
    LagDetails,
    PlanningHealth,
    ProgressMark,
    RelayHealth,
    Status,
    TimerHealth,
    stalled_parts,
)
from infra.settings import Settings
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from infra.system import DEBOUNCE
from projections.registry import PROJECTIONS
from streams.lag import Backlog
from streams.topics import partition_of
from tests.projections.histories import history
from tests.small_town import MONDAY, SEVEN, centre, signed
from tests.streams.logs import NOON, GrowingLog, recorded
from tests.streams.reaction_days import give_all
from tests.streams.stream_workers import PARTITIONS, PATIENCE, ROOT, StreamWorkers, until, written
from tests.streams.without_kafka import project

LATER = (NOON + timedelta(seconds=90)).isoformat()


@pytest.fixture
def store(workers: StreamWorkers) -> Iterator[PostgresStore]:
    with with_key(PostgresStore(workers.url, DEBOUNCE)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody moves in these tests between two looks: there is nothing to wait for."""
    monkeypatch.setattr("infra.monitoring.collect.SECOND_LOOK_SECONDS", 0.0)


def settings(workers: StreamWorkers, **other: str) -> dict[str, str]:
    return {
        "DATABASE_URL": workers.url,
        "KAFKA_BOOTSTRAP_SERVERS": workers.services.bootstrap_servers,
        "JIAYI_TOPIC": workers.topic.name,
        "JIAYI_PARTITIONS": str(PARTITIONS),
        **other,
    }


def jiayi(workers: StreamWorkers, *words: str, **other: str) -> Result:
    return CliRunner().invoke(cli, [*words], env=settings(workers, **other))


def status(workers: StreamWorkers, *words: str, now: str | None = LATER, **other: str) -> Any:
    clock = [] if now is None else ["--now", now]
    result = jiayi(workers, "streams", "status", "--json", *clock, *words, **other)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def rules(health: Any) -> list[tuple[str, Any]]:
    return [(each["rule"], each["values"]) for each in health["troubles"]]


def test_lags_are_counted_event_by_event_and_told_in_the_domains_words(
    workers: StreamWorkers, store: PostgresStore
) -> None:
    events = recorded(history(5, 12))
    written(store, events)
    health = status(workers)
    kinds = Counter(event.stream.partition("-")[0] for event in events)
    assert (health["idle"], health["fine"], health["last"]) == (False, False, len(events))
    assert (health["relay"]["lag"], health["relay"]["age"]) == (len(events), 90.0)
    assert (health["relay"]["categories"], health["rows"], health["reactions"]) == (kinds, [], [])

    workers.relay_here(GrowingLog(events))
    half = events[: len(events) // 2]
    project(workers.url, half)
    health = status(workers)
    assert health["relay"]["lag"] == 0
    assert {(each["projection"], each["partition"]) for each in health["rows"]} == {
        (name, number) for name in PROJECTIONS for number in range(PARTITIONS)
    }
    for each in health["rows"]:
        assert_is_lag_of(events, len(half), each)
    for each in health["reactions"]:
        assert_is_lag_of(events, 0, each)
    still = ("partitions-do-not-move", {"part": "projector", "partitions": "0, 1, 2, 3"})
    assert still in rules(health)

    people = jiayi(workers, "streams", "status", "--now", LATER).stdout
    rest = len(events) - len(half)
    assert f"{', '.join(sorted(PROJECTIONS))}: {rest} events behind, the oldest for 90 s: " in people
    visits = sum(event.stream.startswith("visit-") for event in events[len(half) :])
    assert f"visits {visits}" in people
    chinese = jiayi(workers, "streams", "status", "--now", LATER, "--language", "zh").stdout
    assert f"上门服务 {visits} 个" in chinese

    project(workers.url, events)
    health = status(workers)
    assert {each["lag"] for each in health["rows"]} == {0}
    assert {each["age"] for each in health["rows"]} == {None}


def assert_is_lag_of(events: list[StoredEvent], taken: int, mark: Any) -> None:
    """Assert that a mark tells of its partition all that is past the first `taken` events of the log."""
    mine = [event for event in events if partition_of(event.stream, PARTITIONS) == mark["partition"]]
    left = [event for event in mine if event.position > taken]
    assert mark["end"] == mine[-1].position
    assert (mark["lag"], mark["at_least"]) == (len(left), False)
    assert mark["categories"] == Counter(event.stream.partition("-")[0] for event in left)
    assert mark["age"] == 90.0


def test_receivers_to_whom_nobody_sends_are_a_trouble_of_the_webhooks(
    workers: StreamWorkers, store: PostgresStore
) -> None:
    nobody_sends = ("part-without-leader", {"part": "webhooks"})
    assert nobody_sends not in rules(status(workers))
    added = AddWebhook(webhook_id="gateway", address="https://city.example/events", reason="set-up")
    give_all(store, (SEVEN, (added,)))
    project(workers.url, store.after(0))
    health = status(workers)
    assert nobody_sends in rules(health)
    assert "jiayi run webhooks" in jiayi(workers, "streams", "status", "--now", LATER).stdout
    with psycopg.connect(workers.url, autocommit=True) as leader:
        leader.execute(try_lock(SCHEMA, AdvisoryLock.WEBHOOKS_LEADER).encode())
        assert nobody_sends not in rules(status(workers))
    assert jiayi(workers, "streams", "status", "--check", "--part", "webhooks", "--now", LATER).exit_code == 1


def test_it_is_idle_when_everybody_has_done_everything_and_says_who_leads(
    workers: StreamWorkers, store: PostgresStore
) -> None:
    give_all(store, (SEVEN, centre()))
    now = (SEVEN + timedelta(seconds=5)).isoformat()
    assert ("part-without-leader", {"part": "relay"}) in rules(status(workers, now=now))
    running = workers.relay(), workers.projector(), workers.reactor()
    until(lambda: bool(status(workers, now=now)["idle"]), *running)
    health = status(workers, now=now)
    assert (health["relay"]["leader"], health["timers"]["leader"], health["dead_letters"]) == (True, False, [])
    assert rules(health) == [("part-without-leader", {"part": "timers"})]
    assert "Idle" in jiayi(workers, "streams", "status", "--now", now).stdout
    relay, *_ = running
    relay.kill()
    relay.wait()
    until(lambda: not status(workers, now=now)["relay"]["leader"])


def test_what_is_wrong_with_kafka_is_told_and_the_rest_nevertheless(workers: StreamWorkers) -> None:
    for other, rule in (
        ({"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "kafka-unreachable"),
        ({"JIAYI_TOPIC": "nobody-made-it"}, "topic-missing"),
        ({"JIAYI_PARTITIONS": "5"}, "topic-partitions-frozen"),
    ):
        health = status(workers, now=None, **other)
        assert health["idle"]
        assert rule in {name for name, _ in rules(health)}
        assert jiayi(workers, "streams", "status", "--check", **other).exit_code == 1
        assert jiayi(workers, "streams", "status", **other).exit_code == 0


def test_a_database_that_is_away_is_one_line(workers: StreamWorkers) -> None:
    away = jiayi(workers, "streams", "status", "--check", DATABASE_URL="postgresql://jiayi@127.0.0.1:1/jiayi")
    assert (away.exit_code, away.stdout, away.stderr.count("\n")) == (2, "", 1)
    assert "[store-failed]" in away.stderr


def test_a_check_fails_when_something_waits_for_too_long(workers: StreamWorkers, store: PostgresStore) -> None:
    give_all(store, (SEVEN, centre()))
    with psycopg.connect(workers.url, autocommit=True) as leading:
        for part in (0x6A690000 + 16, 0x6A690000 + 18):
            leading.execute("SELECT pg_advisory_lock(%s, hashtext('jiayi'))", (part,))
        now = ["--now", (SEVEN + timedelta(seconds=30)).isoformat()]
        codes = [
            jiayi(workers, "streams", "status", "--check", "--older-than", seconds, *now).exit_code
            for seconds in ("29", "31")
        ]
    assert codes == [1, 0]


def test_timers_team_days_and_letters_are_told(workers: StreamWorkers, store: PostgresStore) -> None:
    give_all(store, (SEVEN, [*centre(), *signed("li", ["hypertension"])]))
    now = at_local(MONDAY + timedelta(days=800))
    with Distributed(Settings(database_url=workers.url, bootstrap_servers="127.0.0.1:1")) as system:
        project(workers.url, store.after(0))
        standing = ProgressWaiter(system.connections).progress(now)
    health = status(workers, now=now.isoformat())
    assert health["timers"]["due"] == standing.timers_due == 1
    (due_at,) = workers.ask("SELECT due_at FROM timers_v1 ORDER BY due_at")[0]
    assert health["timers"]["age"] == (now - datetime.fromisoformat(str(due_at))).total_seconds()
    with psycopg.connect(workers.url) as link:
        link.execute(
            """INSERT INTO jiayi.fired_timers SELECT timer_id, due_at, 'a-rule' FROM jiayi_rows.timers_v1
            ORDER BY due_at LIMIT 1"""
        )
        link.execute("INSERT INTO jiayi.team_days VALUES ('east', '2026-03-02', 7, 3, 0, 0, %s)", (micros(SEVEN),))
        link.execute(
            """INSERT INTO jiayi_rows.dead_letters
            SELECT 'visits', n, 0, 'visit-1', n, 'x', CASE n WHEN 1 THEN 'poison' ELSE 'parked' END, ''
            FROM generate_series(1, 3) n"""
        )
    health = status(workers, now=now.isoformat())
    assert (health["timers"]["due"], health["timers"]["refused"]) == (0, {"a-rule": 1})
    assert health["dead_letters"] == [{"projection": "visits", "poison": 1, "parked": 2}]
    assert health["team_days"] == {"undone": 0, "since": None, "longest_wait": None}
    that_day = SEVEN + timedelta(seconds=12)
    health = status(workers, now=that_day.isoformat())
    assert health["team_days"] == {"undone": 1, "since": "2026-03-01T23:00:00Z", "longest_wait": 12.0}
    people = jiayi(workers, "streams", "status", "--now", that_day.isoformat()).stdout
    assert "team-days: 1 to plan, the oldest for 12 s" in people
    assert "dead letters of visits: 1 could not be processed, 2 wait behind them" in people


def micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def test_a_clock_that_somebody_moves_is_shown_and_released(workers: StreamWorkers) -> None:
    def clock(*words: str) -> Any:
        return json.loads(jiayi(workers, "streams", "clock", "--json", *words).stdout)

    assert clock()["moved"] is False
    with Distributed(Settings(database_url=workers.url, bootstrap_servers="127.0.0.1:1")) as system:
        system.clock.set(SEVEN)
    assert clock() == {"now": "2026-03-01T23:00:00Z", "moved": True, "plans": False}
    assert "2026-03-02 07:00:00" in jiayi(workers, "streams", "clock").stdout
    assert status(workers, now=None)["moved"] is True
    assert "is set to 2026-03-02 07:00:00" in jiayi(workers, "streams", "status").stdout
    assert clock("--release")["moved"] is False
    assert clock()["moved"] is False


def test_the_topic_tells_the_same_events_as_the_store_each_once(workers: StreamWorkers, store: PostgresStore) -> None:
    events = recorded(history(7, 6))
    written(store, events)
    relayed = GrowingLog(store.after(0, 100_000))
    workers.relay_here(relayed)
    workers.send_all_again()
    workers.relay_here(relayed)
    for words in (
        ["--after", "0"],
        ["--after", "0", "--json"],
        ["--limit", "7"],
        ["--category", "visit"],
        ["--actor", events[5].metadata.actor, "--from", "2026-01-01"],
        ["--after", "20", "--limit", "5", "--name", "resident.registered.v1"],
        ["--stream", events[0].stream, "--json", "--personal"],
    ):
        from_store = jiayi(workers, "events", "tail", *words)
        from_kafka = jiayi(workers, "events", "tail", "--source", "kafka", *words)
        assert (from_kafka.exit_code, from_store.exit_code) == (0, 0), from_kafka.output
        assert from_kafka.stdout == from_store.stdout
        assert from_store.stdout
    assert "sealed" in jiayi(workers, "events", "tail", "--source", "kafka", "--category", "resident").stdout

    missing = jiayi(workers, "events", "tail", "--source", "kafka", "--json", JIAYI_TOPIC="nobody-made-it")
    assert (missing.exit_code, json.loads(missing.stderr)["rule"]) == (2, "topic-missing")


def test_whoever_follows_the_topic_sees_what_is_sent_next(workers: StreamWorkers) -> None:
    events = recorded(history(7, 2))
    workers.relay_here(GrowingLog(events, upto=10))
    command = [
        sys.executable,
        "-m",
        "infra.cli.main",
        "events",
        "tail",
        "--source",
        "kafka",
        "--limit",
        "1",
        "--follow",
    ]
    with subprocess.Popen(
        [*command, "--json"], cwd=ROOT, env=settings(workers), stdout=subprocess.PIPE, text=True
    ) as following:
        overdue = threading.Timer(PATIENCE, following.kill)
        overdue.start()
        assert following.stdout is not None
        assert json.loads(following.stdout.readline())["position"] == 10
        workers.relay_here(GrowingLog(events, upto=12))
        assert {json.loads(following.stdout.readline())["position"] for _ in range(2)} == {11, 12}
        overdue.cancel()
        following.terminate()


def test_the_topic_is_that_of_the_settings_unless_another_is_named(workers: StreamWorkers) -> None:
    def made(*words: str, **other: str) -> Any:
        result = jiayi(workers, "streams", "create-topics", "--json", *words, **other)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert made() == {"topic": workers.topic.name, "partitions": PARTITIONS, "made": False}
    other = f"{workers.topic.name}-other"
    assert made("--partitions", "2", JIAYI_TOPIC=other) == {"topic": other, "partitions": 2, "made": True}
    assert made("--topic", other, JIAYI_PARTITIONS="2") == {"topic": other, "partitions": 2, "made": False}
    nowhere = CliRunner().invoke(cli, ["streams", "create-topics"])
    assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (2, 1)


def test_the_embedded_system_has_a_status_too(tmp_path: Path) -> None:
    words = ["--data", str(tmp_path), "--now", "2026-03-02T07:00", "--json"]
    health = json.loads(CliRunner().invoke(cli, ["streams", "status", *words]).stdout)
    assert (health["system"], health["idle"], health["fine"], health["relay"]) == ("embedded", True, True, None)
    assert {each["projection"] for each in health["rows"]} == set(PROJECTIONS)
    for line in (["streams", "clock"], ["events", "tail", "--source", "kafka"]):
        refused = CliRunner().invoke(cli, [*line, *words])
        assert (refused.exit_code, json.loads(refused.stderr)["rule"]) == (2, "settings-not-distributed")


def test_beyond_what_was_read_a_lag_is_a_least_one() -> None:
    streams = [f"visit-{number}" for number in range(40)]
    log = list(enumerate(streams, 1))
    mine = [position for position, stream in log if partition_of(stream, 2) == 0]
    whole, cut = Backlog(log, 2), Backlog(log[:20], 2, upto=20)
    assert (whole.lag(0, 0, mine[-1]).events, whole.lag(0, mine[-1], mine[-1]).events) == (len(mine), 0)
    assert (whole.lag(0, mine[3], mine[-1]).oldest, whole.lag(0, 0, mine[-1]).at_least) == (mine[4], False)
    read = [position for position in mine if position <= 20]
    lag = cut.lag(0, 0, mine[-1])
    assert (lag.events, lag.at_least, lag.categories) == (len(read) + 1, True, {"visit": len(read)})
    beyond = cut.lag(0, 20, mine[-1])
    assert (beyond.events, beyond.oldest, beyond.at_least) == (1, 0, True)


def stands(watermark: int, relayed: int = 9, fired: int = 0, planned: int = 0) -> Status:
    behind = LagDetails(lag=3, age=70.0, categories={})
    unsent = LagDetails(lag=9 - relayed, age=80.0 if relayed < 9 else None, categories={})
    return Status(
        idle=False,
        now=NOON,
        moved=False,
        plans=True,
        last=9,
        relay=RelayHealth(position=relayed, last=9, leader=True, behind=unsent),
        rows=[ProgressMark(projection="visits", partition=2, watermark=watermark, end=9, behind=behind)],
        reactions=[],
        timers=TimerHealth(due=1, since=NOON + timedelta(seconds=fired), age=90.0, refused={}, leader=True),
        team_days=PlanningHealth(undone=1, since=NOON + timedelta(seconds=planned), longest_wait=100.0),
    )


def test_who_has_much_to_do_and_moves_does_not_stand_still() -> None:
    before = stands(1, 7)
    assert list(stalled_parts(before, stands(2, 8, 1, 1), 60)) == []
    assert list(stalled_parts(before, stands(1, 7), 60)) == [
        HealthProblem("relay-does-not-move", {"position": 7}),
        HealthProblem("partitions-do-not-move", {"part": "projector", "partitions": "2"}),
        HealthProblem("timers-do-not-fire", {"count": 1}),
        HealthProblem("days-are-not-planned", {"count": 1}),
    ]
    assert [each.rule for each in stalled_parts(before, stands(1, 7), 85)] == [
        "timers-do-not-fire",
        "days-are-not-planned",
    ]
    assert (before.longest_wait(), before.fine(99), before.fine(101)) == (100.0, False, True)


def test_of_one_part_only_its_own_trouble_counts() -> None:
    troubles = [
        *stalled_parts(stands(1), stands(1), 60),
        HealthProblem("part-without-leader", {"part": "relay"}),
        HealthProblem("kafka-unreachable", {"servers": "kafka:9092"}),
    ]
    health = stands(1).also(troubles)
    at_fault = [part for part in ("relay", "projector", "reactor", "timers", "planner") if not health.fine(60, part)]
    assert at_fault == ["relay", "projector", "timers", "planner"]


def test_a_length_of_time_is_told_in_one_unit() -> None:
    lengths = (0.4, 90, 200, 7300, 200_000)
    assert [duration(each, Translator("en")) for each in lengths] == ["0 s", "90 s", "3 min", "2 h", "2 d"]
    assert [duration(each, Translator("zh")) for each in lengths] == ["0 秒", "90 秒", "3 分钟", "2 小时", "2 天"]
