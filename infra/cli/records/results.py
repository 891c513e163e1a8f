"""Results of commands by name, of imports and of histories; their fields are the fields of their JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from msgspec import Meta

from domain.decider import Scalar
from infra.edges.exit_codes import REFUSED, UNEQUAL
from infra.edges.results import Result
from infra.edges.warnings import Warned
from infra.store.recorded import Answer

State = dict[str, Any]
"""An aggregate's state in plain data."""


@dataclass(frozen=True, slots=True)
class CommandAnswer(Result):
    """The events that a command led to. `id` is the command's id if it had one, else the aggregate's."""

    id: str
    stream: str
    version: int
    position: int
    events: tuple[str, ...]
    warnings: tuple[Warned, ...] = ()

    @classmethod
    def of(cls, answer: Answer, command_id: str | None, warnings: tuple[Warned, ...] = ()) -> Self:
        """Return the result of an answer."""
        events = tuple(answer.events)
        return cls(command_id or answer.id, answer.stream, answer.version, answer.position, events, warnings)


@dataclass(frozen=True, slots=True)
class HistoryStep(Result):
    """One event of a contract's history, and what was true before and after it."""

    version: Annotated[int, Meta(description="The event's place in the contract's stream, from 1.", ge=1)]
    recorded_at: Annotated[datetime, Meta(description="When it was recorded, in UTC.")]
    actor: Annotated[str, Meta(description="The person or part that gave the command.")]
    event: Annotated[str, Meta(description="The event's stored name, as contract.signed.v1.")]
    data: Annotated[State, Meta(description="The event's fields, as they are stored.")]
    before: Annotated[State | None, Meta(description="The contract before the event; null before the first.")]
    after: Annotated[State, Meta(description="The contract after the event.")]
    pack: Annotated[str | None, Meta(description="The policy pack by which it was decided.")]
    rules: Annotated[tuple[str, ...], Meta(description="Numbers of the rules that decided, as in docs/rules.md.")]


@dataclass(frozen=True, slots=True)
class LifeStep(Result):
    """One event of a resident's history; never a personal value."""

    position: int
    recorded_at: datetime
    stream: str
    actor: str
    event: str
    words: Mapping[str, str]
    rules: tuple[str, ...]
    pack: str | None
    data: State


@dataclass(frozen=True, slots=True)
class RowFault(Result):
    """A fault in a file: `line` is None where the whole file is meant, `column` where the whole line is."""

    file: str
    line: int | None
    column: str | None
    rule: str
    detail: str
    values: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class ImportSummary(Result):
    """The rows of an import and what became of them."""

    rows: int
    new_events: int
    known_rows: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ImportOutcome(Result):
    """What an import came to: its summary, None where nothing was imported, and the faults in its files."""

    summary: ImportSummary | None
    faults: tuple[RowFault, ...]

    def documents(self) -> Iterable[object]:
        """Return the summary, if there is one."""
        return () if self.summary is None else (self.summary,)

    def problem_documents(self) -> Iterable[object]:
        """Return the faults."""
        return self.faults

    @property
    def exit_code(self) -> int:
        """Return 2 where nothing was imported, 1 where rows were left out."""
        if self.summary is None:
            return REFUSED
        return UNEQUAL if self.faults else 0


@dataclass(frozen=True, slots=True)
class FileColumn(Result):
    """A column of a kind of CSV files."""

    name: str
    required: bool
    format: str
    example: str


@dataclass(frozen=True, slots=True)
class ExportedAnswer(Result):
    """An answer was written to a file; `rows` counts the lines below the heading."""

    file: str
    question: str
    rows: int
