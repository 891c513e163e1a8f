"""The reactions in PostgreSQL: commands are given to the store, then the watermark moves, in the store's schema.

A worker that is killed between the two gives the commands again: those that were done are quiet by their ids. One that
was refused left nothing, so it is decided again, and what is recorded is the last word.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import psycopg
from eventsourcing.persistence import PersistenceError

from domain.registry import EVENT_TYPES
from infra.database.errors import StoreError
from infra.database.postgres import ConnectionPool
from infra.database.postgres_async import AsyncConnection, AsyncSession
from infra.database.postgres_session import idle_limit
from infra.database.tables import REACTIONS, RELAY
from infra.reactions import REACTIONS_TO, ReactionCommand, RefusedReaction, give, reactions_to
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore
from streams.dead_letters import error_summary
from streams.due_reactions import DueReactions, EventCommands, ReactionMarks, ReactionRules
from streams.envelope import TransportedEvent
from streams.ports import Unavailable, Unwritable

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

LETTERS = "SELECT version, position FROM reaction_letters WHERE stream = ? ORDER BY position"

STILL_POISON = "UPDATE reaction_letters SET reason = 'poison', error = ? WHERE position = ?"

BEHIND = """SELECT e.partition, coalesce(m.position, 0) FROM relay_ends e
LEFT JOIN reactor_marks m USING (partition) WHERE e.position > coalesce(m.position, 0)"""


def react(event: TransportedEvent) -> Sequence[ReactionCommand]:
    """Return what follows from an event."""
    return list(reactions_to(as_recorded(event)))


def as_recorded(event: TransportedEvent) -> StoredEvent:
    """Return an event that arrived as the store gives it."""
    return StoredEvent(event.position, event.stream, event.version, event.name, event.state, event.metadata_state)


REACTION_RULES = ReactionRules(names=REACTIONS_TO.keys(), react=react, known=EVENT_TYPES.keys())
"""All reactions, as the embedded system runs them."""


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

    def __init__(self, connection: AsyncConnection, reacted: ReactionMarks, store: EventStore, region: str) -> None:
        self._connection = connection
        self.reacted = reacted
        self._store = store
        self._region = region

    async def write(self, due: DueReactions[ReactionCommand]) -> None:
        """Give the commands for good, in a thread; then write refusals, letters and watermarks."""
        refused = await asyncio.to_thread(self._give, due.causes)
        moved = [(number, at) for number, at in due.watermarks.items() if at > self.reacted.watermarks[number]]
        async with self._connection.cursor() as cursor:
            if refused:
                await cursor.executemany(REFUSE, [_row(each) for each in refused])
            if due.letters:
                letters = [
                    (e.partition, e.stream, e.version, e.position, e.name, e.reason, e.error) for e in due.letters
                ]
                await cursor.executemany(LETTER, letters)
            if moved:
                await cursor.execute(MOVE, [list(column) for column in zip(*moved, strict=True)])

    def _give(self, causes: Iterable[EventCommands[ReactionCommand]]) -> list[RefusedReaction]:
        try:
            return give_or_refuse(self._store, [each for cause in causes for each in cause.commands], self._region)
        except StoreError as error:
            raise Unavailable(str(error)) from error


def give_or_refuse(store: EventStore, following: Sequence[ReactionCommand], region: str) -> list[RefusedReaction]:
    """Give commands and return those that were refused. Unwritable if one can be neither decided nor refused."""
    try:
        return give(store, following, region=region)
    except (StoreError, psycopg.Error, PersistenceError):  # about the database, not about what was asked
        raise
    except Exception as error:  # another stream's event that cannot be read, say: it must not stop everything
        raise Unwritable(error_summary(error)) from error


def redrive_reactions(store: EventStore, url: str, stream: str, *, region: str, schema: str = "jiayi") -> int:
    """Run the reactions that wait for a stream, in order, as the store has their events; return how many went well.

    Their letters are gone then; the first that does not go well stays, with what is wrong now, and all behind it.
    StoreError: the database is away.
    """
    connections = ConnectionPool(url, schema, idle_limit(20))
    try:
        with connections.cursor() as cursor, cursor.connection.transaction():
            cursor.execute(HOLD, (stream,))  # nobody parks another one meanwhile
            letters = cursor.execute(LETTERS, (stream,)).fetchall()
            events = {event.version: event for event in store.read(stream)}
            for done, (version, position) in enumerate(letters):
                try:
                    refused = give_or_refuse(store, list(reactions_to(events[version])), region)
                except (StoreError, psycopg.Error, PersistenceError):
                    raise
                except Exception as error:
                    cursor.execute(STILL_POISON, (letter_error(error), position))
                    return done
                for each in refused:
                    cursor.raw.execute(REFUSE, _row(each))
                cursor.execute("DELETE FROM reaction_letters WHERE position = ?", (position,))
            return len(letters)
    finally:
        connections.close()


def letter_error(error: Exception) -> str:
    """Return what a letter says of an error."""
    return str(error) if isinstance(error, Unwritable) else error_summary(error)


def _row(refused: RefusedReaction) -> tuple[str, ...]:
    return refused.command_id, refused.event_id, refused.reaction, refused.command, refused.rule, refused.detail
