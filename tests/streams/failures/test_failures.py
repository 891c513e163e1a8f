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
from infra.processes.parts import Part
from infra.wiring import Distributed
from streams.exit_codes import AWAY, BROKEN
from streams.topics import LARGEST_MESSAGE
from tests.chaos import verdict
from tests.small_town import signed
from tests.streams.city import until
from tests.streams.district import PARTS, PATIENCE, ROOT, District
from tests.streams.kafka_topics import delete_topic, send, take_messages_of
from tests.streams.logs import METADATA
from tests.streams.townsfolk import Step, give_all, steps

UNFIT = 2

STEPS = steps(["li", "wang", "zhou"])
NEWCOMERS: Step = (
    STEPS[2][0] + timedelta(minutes=30),
    [each for number in range(6) for each in signed(f"new-{number}", ["hypertension"])],
)
"""Events in every partition."""

NOW = STEPS[-1][0] + timedelta(hours=1)


def jiayi(district: District, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    command = [sys.executable, "-m", "infra.cli.main", *words]
    environment = district.environment
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def troubles(district: District, *words: str) -> dict[str, Any]:
    told = jiayi(district, "streams", "status", "--json", *words)
    assert told.returncode == 0, told.stderr
    return {each["rule"]: each["values"] for each in json.loads(told.stdout)["troubles"]}


def ends_with(district: District, code: int, *parts: Part) -> None:
    """Let parts begin, and assert how they end."""
    for process in [district.begin(part) for part in parts]:
        assert process.wait(PATIENCE) == code


def delete(district: District) -> None:
    _, servers = district.settings.addresses()
    asyncio.run(delete_topic(servers, district.settings.topic))


def quiet(system: Distributed) -> bool:
    return system.follower.progress(NOW).quiet


def test_a_topic_that_is_deleted_is_made_again_and_costs_a_rebuild_at_most(district: District) -> None:
    with district.system() as system:
        give_all(system.store, STEPS[0])
        relay, projector, reactor = (district.begin(part) for part in ("relay", "projector", "reactor"))
        until(lambda: quiet(system), relay, projector, reactor)

        delete(district)
        assert relay.wait(PATIENCE) == UNFIT
        assert "[topic-missing]" in district.log.read_text()
        assert troubles(district)["topic-missing"] == {"topic": district.settings.topic}
        assert jiayi(district, "streams", "create-topics").returncode == 0
        relay = district.begin("relay")
        give_all(system.store, STEPS[1])
        until(lambda: quiet(system), relay, projector, reactor)  # whoever had taken everything goes on

        district.kill("projector")
        district.kill("reactor")
        give_all(system.store, STEPS[2])
        until(lambda: system.follower.progress(NOW).relayed == system.store.last_position(), relay)
        delete(district)
        assert relay.wait(PATIENCE) == UNFIT
        assert jiayi(district, "streams", "create-topics").returncode == 0
        relay = district.begin("relay")
        give_all(system.store, NEWCOMERS)
        reactor = district.begin("reactor")
        until(lambda: not system.follower.progress(NOW).reactions_behind, relay, reactor)  # the store has what is gone
        assert district.begin("projector").wait(PATIENCE) == BROKEN
        assert jiayi(district, "projections", "rebuild").returncode == 0
        projector = district.begin("projector")
        give_all(system.store, STEPS[3])
        until(lambda: quiet(system), relay, projector, reactor)
        events = verdict.log_of(system)
        verdict.every_reaction_was_run(system, events)
        verdict.rows_equal_a_replay(system)


def test_a_message_of_a_newer_program_is_not_taken_and_a_foreign_one_is_passed_over(district: District) -> None:
    _, servers = district.settings.addresses()
    with district.system() as system:
        give_all(system.store, STEPS[0])
        running = [district.begin(part) for part in ("relay", "projector", "reactor")]
        foreign = [("content-type", b"text/plain")]
        asyncio.run(send(servers, district.settings.topic, 0, b"hello", foreign))
        give_all(system.store, STEPS[1])
        until(lambda: quiet(system), *running)
        assert "projector: passes over a message without `jiayi_after` in partition 0" in district.log.read_text()

        newer = [("content-type", b"application/vnd.jiayi.envelope.v2+msgpack"), ("jiayi_after", b"0")]
        asyncio.run(send(servers, district.settings.topic, 0, b"?", newer))
        relay, *readers = running
        assert [each.wait(PATIENCE) for each in readers] == [BROKEN, BROKEN]
        ends_with(district, BROKEN, "projector", "reactor")  # what was not taken comes again
        assert "reactor: a message of the unknown kind b'application/vnd.jiayi.envelope.v2" in district.log.read_text()
        give_all(system.store, NEWCOMERS)
        until(lambda: system.follower.progress(NOW).relayed == system.store.last_position(), relay)
        standing = troubles(district, "--older-than", "0")["partitions-do-not-move"]
        assert "0" in standing["partitions"].split(", ")


def test_an_event_of_a_newer_program_waits_for_the_program_that_knows_it(district: District) -> None:
    opened = InstitutionOpened(
        institution_id="new", name="New", kind="hospital", sector="public", tier=1, district="Futian"
    )
    with district.system() as system:
        give_all(system.store, STEPS[0])
        relay, *readers = [district.begin(part) for part in ("relay", "projector", "reactor")]
        until(lambda: quiet(system), relay, *readers)
        with system.store.writing() as transaction:
            at = transaction.insert("institution-new", 1, "institution.opened.v9", encode(opened)[1], METADATA)
        assert [each.wait(PATIENCE) for each in readers] == [BROKEN, BROKEN]
        ends_with(district, BROKEN, "projector", "reactor")
        told = f"the event at position {at} is a institution.opened.v9: start the program that knows it"
        assert f"projector: {told}" in district.log.read_text()
        assert f"reactor: {told}" in district.log.read_text()
        rebuilt = jiayi(district, "projections", "rebuild")
        assert (rebuilt.returncode, rebuilt.stderr.count("\n")) == (UNFIT, 1)
        assert "[store-newer-than-program]" in rebuilt.stderr

        knowing = [district.run_knowing(part, "institution.opened.v9") for part in ("projector", "reactor")]
        until(lambda: quiet(system), relay, *knowing)


def test_a_database_of_a_newer_program_ends_every_part_for_good_with_one_line(district: District) -> None:
    with district.system() as system, system.connections.cursor() as cursor:
        cursor.execute("UPDATE jiayi.layout SET version = 99")
    ends_with(district, UNFIT, *PARTS)
    told = district.log.read_text().splitlines()
    assert len(told) == len(PARTS)
    assert all("[store-newer-than-program]" in line and "layout 99" in line for line in told)
    assert jiayi(district, "streams", "status").returncode == UNFIT
    assert jiayi(district, "run").returncode == UNFIT


def test_an_event_that_kafka_does_not_take_stops_the_relay_before_it_until_the_topic_is_wider(
    district: District,
) -> None:
    _, servers = district.settings.addresses()
    huge = InstitutionOpened(
        institution_id="huge", name="x" * LARGEST_MESSAGE, kind="hospital", sector="public", tier=1, district="Futian"
    )
    name, state = encode(huge)
    with district.system() as system:
        give_all(system.store, STEPS[0])
        with system.store.writing() as transaction:  # as a program wrote it that knew no limit
            at = transaction.insert("institution-huge", 1, name, state, METADATA)
        for _ in range(2):
            ends_with(district, BROKEN, "relay")
        told = re.findall(
            rf"relay: the event at position {at} makes a message of (\d+) bytes", district.log.read_text()
        )
        assert len(told) == 2
        assert all(len(state) < int(size) < len(state) + 1000 for size in told)
        assert troubles(district, "--older-than", "0")["relay-does-not-move"] == {"position": at - 1}

        asyncio.run(take_messages_of(servers, district.settings.topic, 2 * LARGEST_MESSAGE))
        running = [district.begin(part) for part in ("relay", "projector", "reactor")]
        until(lambda: quiet(system), *running)
        verdict.rows_equal_a_replay(system)


def test_who_begins_while_the_broker_is_away_ends_to_be_tried_again_and_the_relay_waits(
    database_url: str, tmp_path: Path
) -> None:
    district = District(database_url, "127.0.0.1:1", tmp_path)
    try:
        relay = district.begin("relay")
        ends_with(district, AWAY, "projector", "reactor")
        said = district.log.read_text()
        assert [said.count(f"CRITICAL {part}: kafka-unreachable") for part in ("projector", "reactor")] == [1, 1]
        assert "Traceback" not in said
        until(lambda: "relay: Kafka does not answer" in district.log.read_text(), relay)
    finally:
        district.close()


def test_who_begins_where_there_is_no_topic_ends_for_good(
    services: Services, database_url: str, tmp_path: Path
) -> None:
    district = District(database_url, services.bootstrap_servers, tmp_path)
    ends_with(district, UNFIT, "relay", "projector", "reactor")
    said = district.log.read_text().splitlines()
    assert sum("[topic-missing]" in line for line in said) == 3
    assert troubles(district)["topic-missing"] == {"topic": district.settings.topic}
