"""What is documented of failures, with every part a process of its own: nothing is lost, and the status says it."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.institution import InstitutionOpened
from infra.codec import encode
from infra.dev.local import Services
from infra.distributed_system import Distributed
from infra.processes.parts import Part
from streams.exit_codes import AWAY, BROKEN
from streams.topics import LARGEST_MESSAGE
from tests.chaos import invariants
from tests.small_town import signed
from tests.streams.full_system import PARTS, PATIENCE, ROOT, FullSystem
from tests.streams.kafka_topics import delete_topic, send, take_messages_of
from tests.streams.logs import METADATA
from tests.streams.reaction_days import Step, give_all, steps
from tests.streams.stream_workers import until

UNFIT = 2

STEPS = steps(["li", "wang", "zhou"])
NEWCOMERS: Step = (
    STEPS[2][0] + timedelta(minutes=30),
    [each for number in range(6) for each in signed(f"new-{number}", ["hypertension"])],
)
"""Events in every partition."""

NOW = STEPS[-1][0] + timedelta(hours=1)


def jiayi(full_system: FullSystem, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    command = [sys.executable, "-m", "infra.cli.main", *words]
    environment = full_system.environment
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def troubles(full_system: FullSystem, *words: str) -> dict[str, Any]:
    result = jiayi(full_system, "streams", "status", "--json", *words)
    assert result.returncode == 0, result.stderr
    return {each["rule"]: each["values"] for each in json.loads(result.stdout)["troubles"]}


def ends_with(full_system: FullSystem, code: int, *parts: Part) -> None:
    """Let parts begin, and assert how they end."""
    for process in [full_system.begin(part) for part in parts]:
        assert process.wait(PATIENCE) == code


def delete(full_system: FullSystem) -> None:
    _, servers = full_system.settings.addresses()
    asyncio.run(delete_topic(servers, full_system.settings.topic))


def quiet(system: Distributed) -> bool:
    return system.follower.progress(NOW).quiet


def test_a_topic_that_is_deleted_is_made_again_and_costs_a_rebuild_at_most(full_system: FullSystem) -> None:
    with full_system.system() as system:
        give_all(system.store, STEPS[0])
        relay, projector, reactor = (full_system.begin(part) for part in ("relay", "projector", "reactor"))
        until(lambda: quiet(system), relay, projector, reactor)

        delete(full_system)
        assert relay.wait(PATIENCE) == UNFIT
        assert "[topic-missing]" in full_system.log.read_text()
        assert troubles(full_system)["topic-missing"] == {"topic": full_system.settings.topic}
        assert jiayi(full_system, "streams", "create-topics").returncode == 0
        relay = full_system.begin("relay")
        give_all(system.store, STEPS[1])
        until(lambda: quiet(system), relay, projector, reactor)  # whoever had taken everything goes on

        full_system.kill("projector")
        full_system.kill("reactor")
        give_all(system.store, STEPS[2])
        until(lambda: system.follower.progress(NOW).relayed == system.store.last_position(), relay)
        delete(full_system)
        assert relay.wait(PATIENCE) == UNFIT
        assert jiayi(full_system, "streams", "create-topics").returncode == 0
        relay = full_system.begin("relay")
        give_all(system.store, NEWCOMERS)
        reactor = full_system.begin("reactor")
        until(lambda: not system.follower.progress(NOW).reactions_behind, relay, reactor)  # the store has what is gone
        assert full_system.begin("projector").wait(PATIENCE) == BROKEN
        assert jiayi(full_system, "projections", "rebuild").returncode == 0
        projector = full_system.begin("projector")
        give_all(system.store, STEPS[3])
        until(lambda: quiet(system), relay, projector, reactor)
        events = invariants.log_of(system)
        invariants.every_reaction_was_run(system, events)
        invariants.rows_equal_a_replay(system)


def test_a_message_of_a_newer_program_is_not_taken_and_a_foreign_one_is_passed_over(full_system: FullSystem) -> None:
    _, servers = full_system.settings.addresses()
    with full_system.system() as system:
        give_all(system.store, STEPS[0])
        running = [full_system.begin(part) for part in ("relay", "projector", "reactor")]
        foreign = [("content-type", b"text/plain")]
        asyncio.run(send(servers, full_system.settings.topic, 0, b"hello", foreign))
        give_all(system.store, STEPS[1])
        passes_over = "projector: passes over a message without `jiayi_after` in partition 0"
        until(lambda: quiet(system) and passes_over in full_system.log.read_text(), *running)

        newer = [("content-type", b"application/vnd.jiayi.envelope.v2+msgpack"), ("jiayi_after", b"0")]
        asyncio.run(send(servers, full_system.settings.topic, 0, b"?", newer))
        relay, *readers = running
        assert [each.wait(PATIENCE) for each in readers] == [BROKEN, BROKEN]
        ends_with(full_system, BROKEN, "projector", "reactor")  # what was not taken comes again
        assert (
            "reactor: a message of the unknown kind b'application/vnd.jiayi.envelope.v2" in full_system.log.read_text()
        )
        give_all(system.store, NEWCOMERS)
        until(lambda: system.follower.progress(NOW).relayed == system.store.last_position(), relay)
        standing = troubles(full_system, "--older-than", "0")["partitions-do-not-move"]
        assert "0" in standing["partitions"].split(", ")


def test_an_event_of_a_newer_program_waits_for_the_program_that_knows_it(full_system: FullSystem) -> None:
    opened = InstitutionOpened(
        institution_id="new", name="New", kind="hospital", sector="public", tier=1, district="Futian"
    )
    with full_system.system() as system:
        give_all(system.store, STEPS[0])
        relay, *readers = [full_system.begin(part) for part in ("relay", "projector", "reactor")]
        until(lambda: quiet(system), relay, *readers)
        with system.store.writing() as transaction:
            at = transaction.insert("institution-new", 1, "institution.opened.v9", encode(opened)[1], METADATA)
        assert [each.wait(PATIENCE) for each in readers] == [BROKEN, BROKEN]
        ends_with(full_system, BROKEN, "projector", "reactor")
        reason = f"the event at position {at} is a institution.opened.v9: start the program that knows it"
        assert f"projector: {reason}" in full_system.log.read_text()
        assert f"reactor: {reason}" in full_system.log.read_text()
        rebuilt = jiayi(full_system, "projections", "rebuild")
        assert (rebuilt.returncode, rebuilt.stderr.count("\n")) == (UNFIT, 1)
        assert "[store-newer-than-program]" in rebuilt.stderr

        knowing = [full_system.run_knowing(part, "institution.opened.v9") for part in ("projector", "reactor")]
        until(lambda: quiet(system), relay, *knowing)


def test_a_database_of_a_newer_program_ends_every_part_for_good_with_one_line(full_system: FullSystem) -> None:
    with full_system.system() as system, system.connections.cursor() as cursor:
        cursor.execute("UPDATE jiayi.layout SET version = 99")
    ends_with(full_system, UNFIT, *PARTS)
    result = full_system.log.read_text().splitlines()
    assert len(result) == len(PARTS)
    assert all("[store-newer-than-program]" in line and "layout 99" in line for line in result)
    assert jiayi(full_system, "streams", "status").returncode == UNFIT
    assert jiayi(full_system, "run").returncode == UNFIT


def test_an_event_that_kafka_does_not_take_stops_the_relay_before_it_until_the_topic_is_wider(
    full_system: FullSystem,
) -> None:
    _, servers = full_system.settings.addresses()
    huge = InstitutionOpened(
        institution_id="huge",
        name="x" * LARGEST_MESSAGE,
        kind="hospital",
        sector="public",
        tier=1,
        district="Futian",
    )
    name, state = encode(huge)
    with full_system.system() as system:
        give_all(system.store, STEPS[0])
        with system.store.writing() as transaction:  # as a program wrote it that knew no limit
            at = transaction.insert("institution-huge", 1, name, state, METADATA)
        for _ in range(2):
            ends_with(full_system, BROKEN, "relay")
        result = re.findall(
            rf"relay: the event at position {at} makes a message of (\d+) bytes", full_system.log.read_text()
        )
        assert len(result) == 2
        assert all(len(state) < int(size) < len(state) + 1000 for size in result)
        assert troubles(full_system, "--older-than", "0")["relay-does-not-move"] == {"position": at - 1}

        asyncio.run(take_messages_of(servers, full_system.settings.topic, 2 * LARGEST_MESSAGE))
        running = [full_system.begin(part) for part in ("relay", "projector", "reactor")]
        until(lambda: quiet(system), *running)
        invariants.rows_equal_a_replay(system)


def test_who_begins_while_the_broker_is_away_ends_to_be_tried_again_and_the_relay_waits(
    database_url: str, tmp_path: Path
) -> None:
    full_system = FullSystem(database_url, "127.0.0.1:1", tmp_path)
    try:
        relay = full_system.begin("relay")
        ends_with(full_system, AWAY, "projector", "reactor")
        said = full_system.log.read_text()
        assert [said.count(f"CRITICAL {part}: kafka-unreachable") for part in ("projector", "reactor")] == [1, 1]
        assert "Traceback" not in said
        until(lambda: "relay: Kafka does not answer" in full_system.log.read_text(), relay)
    finally:
        full_system.close()


def test_who_begins_where_there_is_no_topic_ends_for_good(
    services: Services, database_url: str, tmp_path: Path
) -> None:
    full_system = FullSystem(database_url, services.bootstrap_servers, tmp_path)
    ends_with(full_system, UNFIT, "relay", "projector", "reactor")
    said = full_system.log.read_text().splitlines()
    assert sum("[topic-missing]" in line for line in said) == 3
    assert troubles(full_system)["topic-missing"] == {"topic": full_system.settings.topic}
