"""What must hold after chaos: nothing lost, nothing applied twice, rows equal a replay, no roster on an old basis."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from domain.decider import Decider, TeamDay
from domain.local_time import local_day
from domain.registry import BY_CATEGORY
from domain.roster.events import RosterPublished, RosterRevised
from infra.distributed_system import Distributed
from infra.reactions import reactions_to
from infra.store.recorded import Answer, StoredEvent
from streams.envelope import unpack

PAGE = 5000


def log_of(system: Distributed) -> list[StoredEvent]:
    """Return the whole log."""
    events: list[StoredEvent] = []
    while page := system.store.after(events[-1].position if events else 0, PAGE):
        events += page
    return events


def nothing_is_lost_or_doubled(events: list[StoredEvent], answers: Mapping[str, Answer]) -> None:
    """Every answered command's events stand once, where it was told; streams count from 1 without a gap."""
    versions: Counter[str] = Counter()
    by_command: dict[str, list[StoredEvent]] = {}
    for event in events:
        versions[event.stream] += 1
        assert event.version == versions[event.stream], event.event_id
        command_id = event.metadata.command_id
        if command_id is not None:
            by_command.setdefault(command_id, []).append(event)
    assert [event.position for event in events] == sorted({event.position for event in events})
    for command_id, answer in answers.items():
        written = by_command.pop(command_id, [])
        assert tuple(event.name for event in written) == answer.events, command_id
        assert not written or (written[-1].stream, written[-1].version) == (answer.stream, answer.version)
    for command_id, written in by_command.items():  # of reactions and timers
        firsts = [event.version for event in written]
        assert firsts == list(range(firsts[0], firsts[0] + len(firsts))), command_id
        assert len({event.stream for event in written}) == 1, command_id


def every_reaction_was_run(system: Distributed, events: list[StoredEvent]) -> int:
    """Every command that follows from an event was answered or refused; return how many there are."""
    with system.connections.cursor() as cursor:
        answered = {name for (name,) in cursor.execute("SELECT command_id FROM commands").fetchall()}
        refused = {name for (name,) in cursor.execute("SELECT command_id FROM refused_reactions").fetchall()}
        letters = cursor.execute("SELECT count(*) FROM reaction_letters").fetchone()[0]
    assert letters == 0
    given, count = answered | refused, 0
    for event in events:
        for reaction, request in reactions_to(event):
            count += 1
            assert request.command_id in given, (event.event_id, reaction)
    return count


def rosters_stand_on_what_was_newest(events: list[StoredEvent]) -> int:
    """No event between what a roster was made from and the roster itself touched its day; return how many there are."""
    newest: dict[TeamDay, int] = {}
    states: dict[str, Any] = {}
    rosters = 0
    for event in events:
        category = event.stream.split("-", maxsplit=1)[0]
        decider: Decider[Any, Any, Any] = BY_CATEGORY[category]
        payload = event.event
        states[event.stream] = decider.evolve(states.get(event.stream, decider.initial), payload)
        if isinstance(payload, RosterPublished | RosterRevised):
            rosters += 1
            basis = event.metadata.basis
            assert basis is not None, event.event_id
            assert newest.get(TeamDay(payload.team_id, payload.day), 0) <= basis < event.position, event.event_id
        for team_day in decider.touches(states[event.stream], payload):
            if team_day.day >= local_day(event.metadata.recorded_at):
                newest[team_day] = event.position
    return rosters


def rows_equal_a_replay(system: Distributed) -> None:
    """The rows in use are those made anew from the log, and nothing was put aside."""
    assert system.check_rows() == []
    assert system.rows.ask("SELECT count(*) AS n FROM dead_letters") == [{"n": 0}]


def carried_twice(district_servers: str, topic: str) -> tuple[int, int]:
    """Return how many events the topic carries, and how many of those a second time."""
    import asyncio

    positions = Counter(asyncio.run(_carried(district_servers, topic)))
    total = sum(positions.values())
    return total, total - len(positions)


async def _carried(servers: str, topic: str) -> list[int]:
    from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]

    positions: list[int] = []
    async with AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        partitions = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                for message in messages:
                    parcel = unpack(message.partition, message.value, message.headers)
                    positions += [event.position for event in parcel.events]
    return positions


async def _partitions(consumer: object, topic: str) -> list[int]:
    client = consumer._client  # type: ignore[attr-defined]
    metadata = await client.fetch_all_metadata()
    return sorted(metadata.partitions_for_topic(topic) or ())
