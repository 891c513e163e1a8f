"""Steps of a history; their fields are the fields of its JSON, the same for every kind of record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta

from infra.edges.results import Result

State = dict[str, Any]
"""An aggregate's state in plain data."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an aggregate whose value an event changed; null where it was not there."""

    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep(Result):
    """One event of a history, who gave its command and why it could be, and what it changed; never a personal value."""

    stream: Annotated[str, Meta(description="The stream of the event, as visit-v1.")]
    version: Annotated[int, Meta(description="The event's place in its stream, from 1.", ge=1)]
    position: Annotated[int, Meta(description="Its place in the log.", ge=1)]
    recorded_at: Annotated[datetime, Meta(description="When it was recorded, in UTC.")]
    actor: Annotated[str, Meta(description="The person or part that gave the command.")]
    word_of: Annotated[str | None, Meta(description="Whose word it is, where the actor only carried it over.")]
    allowed_by: Annotated[str | None, Meta(description="The second person, who allowed it.")]
    command_id: Annotated[str | None, Meta(description="The command's id.")]
    cause: Annotated[
        str | None, Meta(description="The event or timer to which it is a reaction; else the command itself.")
    ]
    correlation: Annotated[str | None, Meta(description="The id that everything shares which began with the same act.")]
    event: Annotated[str, Meta(description="The event's stored name, as visit.requested.v1.")]
    words: Annotated[Mapping[str, str], Meta(description="What people call the event, in English and Chinese.")]
    data: Annotated[State, Meta(description="The event's fields, as they are stored.")]
    changes: Annotated[tuple[FieldChange, ...], Meta(description="The fields that it changed, before and after.")]
    corrects: Annotated[
        int | None, Meta(description="Of a correction: the place in the log of the event that it corrects.")
    ]
    corrected_by: Annotated[
        tuple[int, ...], Meta(description="The places in the log of later events that correct this one.")
    ]
    pack: Annotated[str | None, Meta(description="The version of the policy pack by which it was decided.")]
    pack_region: Annotated[str | None, Meta(description="The region of that pack.")]
    pack_from: Annotated[date | None, Meta(description="The day from which that pack is in force.")]
    rules: Annotated[tuple[str, ...], Meta(description="Numbers of the rules that decided, as in docs/rules.md.")]
    taken_over: Annotated[
        date | None, Meta(description="The day of a step of an older history, by whose rules it was judged; else null.")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractStep(HistoryStep):
    """One event of a contract's history, with the whole contract before and after it, too."""

    before: Annotated[State | None, Meta(description="The contract before the event; null before the first.")]
    after: Annotated[State, Meta(description="The contract after the event.")]
