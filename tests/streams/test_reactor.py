import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from streams import reactor as module
from streams.agent import Received
from streams.dead_letters import DeadLetter
from streams.due_reactions import DueReactions, ReactionMarks
from streams.envelope import pack, partition_batches
from streams.errors import Unavailable, Unwritable
from streams.events import TransportedEvent
from streams.exit_codes import BROKEN
from streams.reactor import Reactor
from streams.topics import partition_of
from tests.streams.test_due_reactions import RULES
from tests.streams.test_projecting import noted
from tests.streams.test_projector import METADATA, Ended, end, message


@dataclass
class Book:
    """What was given and how far it is; `away` times it does not answer, `undecidable` is a command it cannot give."""

    commands: list[str] = field(default_factory=list)
    watermarks: dict[int, int] = field(default_factory=lambda: {0: 0})
    letters: list[DeadLetter] = field(default_factory=list)
    away: int = 0
    undecidable: str = ""
    broken: Exception | None = None

    @property
    def marks(self) -> ReactionMarks:
        return ReactionMarks(dict(self.watermarks), {each.stream for each in self.letters})

    async def write(self, due: DueReactions[str]) -> None:
        commands = [command for cause in due.causes for command in cause.commands]
        if self.broken:
            raise self.broken
        if self.undecidable in commands:
            raise Unwritable("CorruptEvent")
        self.commands += commands
        self.watermarks |= due.watermarks
        self.letters += due.letters

    @asynccontextmanager
    async def reacting(self, partitions: Collection[int]) -> AsyncIterator["Book"]:
        assert partitions
        if self.away:
            self.away -= 1
            raise Unavailable
        yield self

    async def behind(self) -> Mapping[int, int]:
        return self.watermarks


@dataclass
class Stored:
    """A store with these events."""

    events: Sequence[TransportedEvent] = ()

    def select_notifications(self, start: int, limit: int) -> Sequence[TransportedEvent]:
        return [each for each in self.events if each.position >= start][:limit]

    def wait(self, position: int, timeout: float) -> int:  # noqa: ARG002 -- nothing is added
        return self.events[-1].position


ALL = [noted(n, f"s{n % 4}", f"c{n}") for n in range(1, 11)]
"""Ten events; from each a command of its number follows."""

KNOWN = [TransportedEvent(each.position, each.stream, each.version, each.name, each.state, METADATA) for each in ALL]
"""The same, as they can travel alone."""


def reactor(book: Book, stored: Sequence[TransportedEvent] = ALL) -> Reactor[str]:
    return Reactor(book, Stored(stored), RULES, end, partitions=1)


def take(book: Book, *messages: Received, stored: Sequence[TransportedEvent] = ALL) -> Book:
    asyncio.run(reactor(book, stored).take(messages))
    return book


def test_single_events_and_envelopes_are_reacted_to_in_order():
    book = take(Book(), message(0, ALL[0]), message(1, *ALL[1:4]))
    assert (book.commands, book.watermarks) == (["c1", "c2", "c3", "c4"], {0: 4})


def test_a_database_that_is_away_is_asked_again():
    assert take(Book(away=3), message(0, ALL[0])).commands == ["c1"]


def apart() -> list[Received]:
    """Return messages of two partitions, the second one's before all of the first."""
    packed = [pack(each) for each in partition_batches(KNOWN, 2, {}, 3)]
    assert {each.partition for each in packed} == {0, 1}
    return [(each.partition, each.value, each.headers) for each in sorted(packed, key=lambda each: -each.partition)]


@pytest.mark.parametrize("together", [1, 2, 10])
def test_commands_are_given_in_the_order_of_the_log_however_far_apart_its_partitions_arrive(together):
    book, messages = Book(watermarks={0: 0, 1: 0}), apart()

    async def both() -> None:
        reacting = Reactor(book, Stored(ALL), RULES, end, partitions=2)
        for start in range(0, len(messages), together):
            await reacting.take(messages[start : start + together])

    asyncio.run(both())
    assert book.commands == [f"c{n}" for n in range(1, 11)]


def test_a_command_that_cannot_be_decided_changes_nothing_in_the_order_of_the_others():
    book = Book(watermarks={0: 0, 1: 0}, undecidable="c3")
    asyncio.run(Reactor(book, Stored(ALL), RULES, end, partitions=2).take(apart()))
    assert book.commands == [f"c{n}" for n in range(1, 11) if n not in {3, 7}]


def test_what_comes_twice_is_reacted_to_once():
    assert take(Book(), message(0, *ALL[:3]), message(0, *ALL[:4])).commands == ["c1", "c2", "c3", "c4"]


def test_a_command_that_cannot_be_decided_is_found_and_its_event_kept_aside():
    book = take(Book(undecidable="c3"), message(0, *ALL))
    assert book.commands == [f"c{n}" for n in range(1, 11) if n not in {3, 7}]
    assert [(each.position, each.reason, each.error) for each in book.letters] == [
        (3, "poison", "CorruptEvent"),
        (7, "parked", ""),
    ]
    assert book.watermarks == {0: 10}


@pytest.mark.parametrize("chunk", [2, 1000])
def test_what_the_topic_does_not_hold_is_reacted_to_first_as_the_store_has_it(chunk, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", chunk)
    assert take(Book(watermarks={0: 2}), message(7, *ALL[7:])).commands == [f"c{n}" for n in range(3, 11)]


def test_poison_among_what_the_topic_does_not_hold_is_kept_aside():
    book = take(Book(undecidable="c2"), message(7, *ALL[7:]))
    assert book.commands == [f"c{n}" for n in range(1, 11) if n not in {2, 6, 10}]


def test_a_database_that_goes_away_meanwhile_is_asked_again(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 3)
    book = Book()

    class Flickering(Stored):
        def select_notifications(self, start: int, limit: int) -> Sequence[TransportedEvent]:
            book.away = 1 if start == 4 else 0
            return super().select_notifications(start, limit)

    asyncio.run(Reactor(book, Flickering(ALL), RULES, end, partitions=1).take([message(8, *ALL[8:])]))
    assert book.commands == [f"c{n}" for n in range(1, 11)]


def test_an_event_that_the_store_does_not_have_either_ends_the_process():
    book = Book()
    with pytest.raises(Ended) as ended:
        take(book, message(7, ALL[7]), stored=ALL[:5])
    assert ended.value.args == (BROKEN,)
    assert book.commands == [f"c{n}" for n in range(1, 6)]


def test_an_error_that_nobody_foresaw_ends_the_process():
    with pytest.raises(Ended):
        take(Book(broken=RuntimeError("no such table")), message(0, ALL[0]))


def test_a_partition_in_which_nothing_comes_any_more_is_read_from_the_store():
    book = Book(watermarks={0: 4})
    asyncio.run(reactor(book).on_stalled([0]))
    assert (book.commands, book.watermarks) == ([f"c{n}" for n in range(5, 11)], {0: 10})


def test_nothing_is_passed_over_in_a_partition_that_an_earlier_program_left_further_behind():
    of_second = {each.position for each in ALL if partition_of(each.stream, 2) == 1}
    lowest = min(of_second)
    book = Book(watermarks={0: 6, 1: lowest})
    asyncio.run(Reactor(book, Stored(ALL), RULES, end, partitions=2).on_stalled([0]))
    left = [each.position for each in ALL if each.position > (lowest if each.position in of_second else 6)]
    assert (book.commands, book.watermarks) == ([f"c{n}" for n in left], {0: 10, 1: 10})


def test_a_partition_of_somebody_else_is_left_alone():
    book = Book()
    asyncio.run(reactor(book).on_stalled([1]))
    assert book.commands == []


def test_while_a_batch_is_in_hand_nothing_is_read_from_the_store_beside_it():
    book = Book(away=1)

    async def both() -> None:
        one = reactor(book)
        taking = asyncio.create_task(one.take([message(0, ALL[0])]))
        await asyncio.sleep(0)
        await one.on_stalled([0])
        assert book.commands == []
        await taking

    asyncio.run(both())
    assert book.commands == ["c1"]
