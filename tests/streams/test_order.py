"""Partitions arrive out of step; what follows is still decided in the log's order, as in one process.

Only Kafka is missing here: its messages, the reactor's transactions and the database are the real ones.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from domain.care_plan.commands import FallDueCareTask
from infra.bench.store.residents import with_key
from infra.distributed.reactions import PostgresReactionProgress
from infra.distributed.relay_progress import RetryableLog
from infra.reactions import REACTION_RULES
from infra.store.postgres import PostgresStore
from infra.system import DEBOUNCE
from streams.agent import Received
from streams.reactor import Reactor
from tests.small_town import SEVEN, bed, centre, closed, signed
from tests.streams.reaction_days import (
    REGION,
    Step,
    allowed,
    events_of,
    give_all,
    in_one_process,
    made_or_missed,
    roster,
)
from tests.streams.without_kafka import PARTITIONS, end, sent

RESIDENTS = [f"r{number}" for number in range(6)]

NURSING = [f"bed-of-{each}.bed-nursing.1" for each in RESIDENTS]


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    with with_key(PostgresStore(database_url, DEBOUNCE)) as opened:
        yield opened


def rounds_and_closings() -> list[Step]:
    """Rounds are made or missed, and before anything has followed from them their beds are closed."""
    days: list[list[object]] = [
        [*centre(), *(each for resident in RESIDENTS for each in signed(resident, ["hypertension"]))],
        [allowed(each) for resident in RESIDENTS for each in bed(resident)],
        [FallDueCareTask(resident_id=who, care_task_id=task) for who, task in zip(RESIDENTS, NURSING, strict=True)],
        [roster(NURSING, [])],
        [
            *(each for number, visit in enumerate(NURSING) for each in made_or_missed(number, visit)),
            *(each for resident in RESIDENTS for each in closed(resident)),
        ],
    ]
    return [(SEVEN + timedelta(hours=number), commands) for number, commands in enumerate(days)]


@pytest.mark.parametrize("first", [0, PARTITIONS - 1])
@pytest.mark.parametrize("together", [1, 1000])
def test_a_round_that_was_made_before_its_bed_was_closed_stays_made(
    first: int, together: int, store: PostgresStore, database_url: str, tmp_path: Path
) -> None:
    days = rounds_and_closings()
    for day in days:
        give_all(store, day)
        react(store, database_url, first, together)
    expected = in_one_process(tmp_path, days)
    assert {name for _, _, name, _ in expected.events} >= {"care_plan.task_done.v1", "care_plan.task_cancelled.v1"}
    assert events_of(store) == expected.events
    with psycopg.connect(database_url) as link:
        refused = link.execute("SELECT command, rule FROM jiayi.refused_reactions ORDER BY 1, 2").fetchall()
    assert refused == sorted((each.command, each.rule) for each in expected.refused)


def react(store: PostgresStore, url: str, first: int, together: int) -> None:
    """Give all that follows; the events so far come partition after partition, the first or the last one first."""
    last = -1
    while last < store.last_position():
        last = store.last_position()
        messages = sorted(sent(store.after(0, 1_000_000)), key=lambda each: abs(each[0] - first))
        asyncio.run(taken(store, url, messages, together))


async def taken(store: PostgresStore, url: str, messages: Sequence[Received], together: int) -> None:
    reactions = PostgresReactionProgress(url, store, region=REGION)
    reactor = Reactor(reactions, RetryableLog(store), REACTION_RULES, end, partitions=PARTITIONS)
    for start in range(0, len(messages), together):
        await reactor.take(messages[start : start + together])
    await reactions.close()
