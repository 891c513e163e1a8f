"""Reactions in PostgreSQL: commands are committed in the store, then the watermark moves, in the store's schema.

A worker that is killed between the two runs the commands again: those that were done are quiet by their ids. A refused
one left nothing, so it is decided again, and the last decision is kept.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

import psycopg

from infra.database.errors import StoreError
from infra.database.postgres import PostgresCursor
from infra.database.postgres_async import AsyncConnection, AsyncSession
from infra.database.tables import REACTIONS, RELAY
from infra.reactions import ReactionCommand, RefusedReaction, give, give_again
from infra.store.store import EventStore
from streams.dead_letters import StoredDeadLetter
from streams.due_reactions import DueReactions, ReactionMarks
from streams.errors import Unavailable
from streams.events import TransportedEvent

MARK = "INSERT INTO reactor_marks SELECT *, 0 FROM unnest(%s::int[]) ORDER BY 1 ON CONFLICT DO NOTHING"

MARKS = "SELECT partition, position FROM reactor_marks WHERE partition = ANY(%s) ORDER BY partition FOR UPDATE"

PARKED = "SELECT DISTINCT stream FROM reaction_letters WHERE partition = ANY(%s)"

MOVE = """UPDATE reactor_marks r SET position = m.position
FROM unnest(%s::int[], %s::bigint[]) m(partition, position) WHERE r.partition = m.partition"""

REFUSE = """INSERT INTO refused_reactions VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (command_id) DO UPDATE SET rule = excluded.rule, detail = excluded.detail"""

LETTER = "INSERT INTO reaction_letters VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (position) DO NOTHING"

HOLD = """SELECT FROM reactor_marks WHERE partition IN (SELECT partition FROM reaction_letters WHERE stream = ?)
ORDER BY partition FOR UPDATE"""

STILL_POISON = "UPDATE reaction_letters SET reason = 'poison', error = ? WHERE position = ?"

BEHIND = """SELECT e.partition, coalesce(m.position, 0) FROM relay_ends e
LEFT JOIN reactor_marks m USING (partition) WHERE e.position > coalesce(m.position, 0)"""


class PostgresReactionProgress:
    """How far the reactions are. One reactor uses it; others have their own. Unavailable: the database is away."""

    def __init__(self, url: str, store: EventStore, *, region: str, schema: str = "jiayi") -> None:
        self._store = store
        self._region = region
        self._writer = AsyncSession(url, schema, tables=REACTIONS)
        self._reader = AsyncSession(url, schema, tables=RELAY + REACTIONS)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._writer.close()
        await self._reader.close()

    @asynccontextmanager
    async def reacting(self, partitions: Collection[int]) -> AsyncIterator["_ReactionTransaction"]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        async with self._writer.connection() as connection, connection.transaction():
            marks = await locked(connection, partitions)
            yield _ReactionTransaction(connection, marks, self._store, self._region)

    async def behind(self) -> Mapping[int, int]:
        """Return the watermark of each partition that is not at the end that the relay has sent."""
        async with self._reader.connection() as connection:
            return dict(await (await connection.execute(BEHIND)).fetchall())


async def locked(connection: AsyncConnection, partitions: Collection[int]) -> ReactionMarks:
    """Lock and read the watermarks, always in one order, so that two workers cannot wait for each other."""
    numbers = sorted(partitions)
    watermarks: dict[int, int] = dict(await (await connection.execute(MARKS, (numbers,))).fetchall())
    if len(watermarks) < len(numbers):  # a row that is not there cannot be locked
        await connection.execute(MARK, (numbers,))
        watermarks = dict(await (await connection.execute(MARKS, (numbers,))).fetchall())
    parked = await (await connection.execute(PARKED, (numbers,))).fetchall()
    return ReactionMarks(watermarks, frozenset(stream for (stream,) in parked))


class _ReactionTransaction:
    """One transaction."""

    def __init__(self, connection: AsyncConnection, marks: ReactionMarks, store: EventStore, region: str) -> None:
        self._connection = connection
        self.marks = marks
        self._store = store
        self._region = region

    async def write(self, due: DueReactions[ReactionCommand]) -> None:
        """Commit the commands, in a thread; then write refusals, letters and watermarks."""
        refused = await asyncio.to_thread(self._give, due.commands)
        moved = [(number, at) for number, at in due.watermarks.items() if at > self.marks.watermarks[number]]
        async with self._connection.cursor() as cursor:
            if refused:
                await cursor.executemany(REFUSE, [refusal_row(each) for each in refused])
            if due.letters:
                letters = [
                    (e.partition, e.stream, e.version, e.position, e.name, e.reason, e.error) for e in due.letters
                ]
                await cursor.executemany(LETTER, letters)
            if moved:
                await cursor.execute(MOVE, [list(column) for column in zip(*moved, strict=True)])

    def _give(self, commands: Sequence[ReactionCommand]) -> list[RefusedReaction]:
        try:
            return give(self._store, commands, region=self._region, database_errors=(psycopg.Error,))
        except StoreError as error:
            raise Unavailable(str(error)) from error


class PostgresReactionRedrive:
    """One transaction over the reactions' letters of one stream. StoreError: the database is away."""

    def __init__(self, cursor: PostgresCursor, store: EventStore, region: str) -> None:
        self._cursor = cursor
        self._store = store
        self._region = region

    def take(self, letter: StoredDeadLetter, event: TransportedEvent) -> str:  # noqa: ARG002 -- a letter of any partition
        """Run the reactions to an event; return what is wrong if they cannot be run."""
        return give_again(self._give, event)

    def _give(self, commands: Sequence[ReactionCommand]) -> None:
        for each in give(self._store, commands, region=self._region, database_errors=(psycopg.Error,)):
            self._cursor.raw.execute(REFUSE, refusal_row(each))

    def remove(self, letter: StoredDeadLetter) -> None:
        """Remove the letter of an event whose reactions were run."""
        self._cursor.execute("DELETE FROM reaction_letters WHERE position = ?", (letter.position,))

    def keep(self, letter: StoredDeadLetter, error: str) -> None:
        """Keep a letter as poison, with what is wrong now."""
        self._cursor.execute(STILL_POISON, (error, letter.position))


def refusal_row(refused: RefusedReaction) -> tuple[str, ...]:
    """Return a refused reaction as its row."""
    return refused.command_id, refused.event_id, refused.reaction, refused.command, refused.rule, refused.detail
