"""Rows kept in memory, for tests of what is written and what is not."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from projections.changes import Change, Put, Table
from streams.dead_letters import DeadLetter
from streams.errors import Unavailable, Unwritable
from streams.projecting import BatchProjector, ProjectionMarks, ProjectionOutcome, ProjectionPartition

NOTES = Table("notes_v1", "note_id", {"text": "text"})
"""Of the events `noted`: their stream's last text; `boom` cannot be taken, `\\0` cannot be written."""


def note(event: object) -> Iterator[Change]:
    stream, text = str(event).split("=")
    if text == "boom":
        raise ValueError(text)
    yield NOTES.put(stream, text=text)


PROJECTOR = BatchProjector(
    projections=("notes", "quiet"), handlers={"noted": (("notes", note),)}, decode=lambda _, state: state.decode()
)


@dataclass
class MemoryRows:
    """Rows, watermarks and letters; `away` times it does not answer, `refuses` is a text that it cannot hold."""

    watermarks: dict[ProjectionPartition, int] = field(default_factory=dict)
    rows: dict[str, Change] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    commits: int = 0
    away: int = 0
    refuses: str = "\0"
    broken: Exception | None = None

    @property
    def texts(self) -> dict[str, object]:
        return {key: put.row["text"] for key, put in self.rows.items() if isinstance(put, Put)}

    @property
    def marks(self) -> ProjectionMarks:
        return ProjectionMarks(self.watermarks, {(each.projection, each.stream) for each in self.letters})

    def keep(self, outcome: ProjectionOutcome) -> None:
        self.rows |= {change.key: change for change in outcome.changes}
        self.watermarks |= outcome.watermarks
        self.letters += outcome.letters
        self.commits += 1

    async def write(self, outcome: ProjectionOutcome) -> None:
        if self.broken:
            raise self.broken
        if any(self.refuses in str(change) for change in map(text_of, outcome.changes)):
            raise Unwritable
        self.keep(outcome)

    @asynccontextmanager
    async def writing(self, partitions: Collection[int]) -> AsyncIterator["MemoryRows"]:
        assert partitions
        if self.away:
            self.away -= 1
            raise Unavailable
        yield self

    async def behind(self) -> Mapping[int, int]:
        return {}


def text_of(change: Change) -> object:
    assert isinstance(change, Put)
    return change.row["text"]
