"""Results of looking at the log and of rebuilding rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from infra.edges.exit_codes import UNEQUAL
from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class EventRecord(Result):
    """One event as the log holds it. `metadata` names the actor, the moment, the pack and so on, as far as known."""

    position: int
    stream: str
    version: int
    event: str
    actor: str
    recorded_at: datetime
    metadata: Mapping[str, Any]
    data: Any

    def payload(self) -> dict[str, Any]:
        """Return the JSON document; the metadata stand in it side by side with the rest."""
        return {
            "position": self.position,
            "stream": self.stream,
            "version": self.version,
            "event": self.event,
            **self.metadata,
            "data": self.data,
        }

    def documents(self) -> Iterable[object]:
        """Return that document."""
        return (self.payload(),)


@dataclass(frozen=True, slots=True)
class RowDifference(Result):
    """A row that is not what the log says. Its values are not shown: rows hold names and addresses."""

    table: str
    key: str
    what: Literal["missing", "left-over", "differs"]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RebuiltRows(Result):
    """The rows of one read model, or of all, at a position of the log, and where they differ from a rebuild."""

    rows: int
    position: int
    differences: tuple[RowDifference, ...]

    @property
    def exit_code(self) -> int:
        """Return 1 if rows differ."""
        return UNEQUAL if self.differences else 0


@dataclass(frozen=True, slots=True)
class CheckedRows(RebuiltRows):
    """The same, where rows were compared only."""
