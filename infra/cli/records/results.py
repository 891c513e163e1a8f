"""Results of commands by name and of histories; their fields are the fields of their JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self

from msgspec import Meta

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
    taken_over: Annotated[
        date | None, Meta(description="The day of a step of an older history, by whose rules it was judged; else null.")
    ]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an aggregate whose value an event changed; null where it was not there."""

    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class RecordedStep(Result):
    """One event of an aggregate's history, and what it changed; never a personal value."""

    version: Annotated[int, Meta(description="The event's place in its stream, from 1.", ge=1)]
    position: Annotated[int, Meta(description="Its place in the log.", ge=1)]
    recorded_at: Annotated[datetime, Meta(description="When it was recorded, in UTC.")]
    actor: Annotated[str, Meta(description="The person or part that gave the command.")]
    word_of: Annotated[str | None, Meta(description="Whose word it is, where the actor only carried it over.")]
    command_id: Annotated[str | None, Meta(description="The command's id.")]
    cause: Annotated[
        str | None, Meta(description="The event or timer to which it is a reaction; else the command itself.")
    ]
    correlation: Annotated[str | None, Meta(description="The id that everything shares which began with the same act.")]
    event: Annotated[str, Meta(description="The event's stored name, as visit.requested.v1.")]
    data: Annotated[State, Meta(description="The event's fields, as they are stored.")]
    changes: Annotated[tuple[FieldChange, ...], Meta(description="The fields that it changed, before and after.")]
    pack: Annotated[str | None, Meta(description="The policy pack by which it was decided.")]
    rules: Annotated[tuple[str, ...], Meta(description="Numbers of the rules that decided, as in docs/rules.md.")]
    taken_over: Annotated[
        date | None, Meta(description="The day of a step of an older history, by whose rules it was judged; else null.")
    ]


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
class ExportedAnswer(Result):
    """An answer was written to a file; `rows` counts the lines below the heading."""

    file: str
    question: str
    rows: int
