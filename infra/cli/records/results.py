"""The result of a command by its name; its fields are the fields of its JSON."""

from dataclasses import dataclass
from typing import Self

from infra.edges.results import Result
from infra.edges.warnings import Warned
from infra.store.recorded import Answer


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
