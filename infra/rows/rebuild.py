"""Rebuilds rows from the log into shadow tables, to compare them with those in use or to replace them at once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from infra.rows.model import EventLog, Progress, ReadModel, RowsView
from projections.changes import Projection, Table

if TYPE_CHECKING:
    from infra.rows.postgres import PostgresRows

R = TypeVar("R", bound=ReadModel)
R_contra = TypeVar("R_contra", bound=ReadModel, contravariant=True)

logger = logging.getLogger(__name__)


class Fill(Protocol[R_contra]):
    """Fills shadow rows from a log, as projectors of this kind of rows would."""

    def __call__(
        self, log: EventLog, shadow: R_contra, progress: Progress | None = None, like: RowsView | None = None
    ) -> int:
        """Bring rows up to the log's end, or to where the rows seen by `like` are; return the position reached."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says. Values are left out: rows hold names and addresses."""

    table: str
    key: str
    what: Literal["missing", "left-over", "differs"]
    columns: tuple[str, ...] = ()


def check(
    log: EventLog, rows: R, fill: Fill[R], name: str | None = None, progress: Progress | None = None
) -> list[Difference]:
    """Return where the rows of one projection, or of all, differ from rows rebuilt up to the same positions.

    The rows in use are read as of one moment; projectors may go on. KeyError if there is no such projection.
    """
    with rows.reading() as view, rows.shadow(chosen(rows, name)) as shadow:
        fill(log, shadow, progress, view)
        return compare(view, shadow)


def rebuild(log: EventLog, rows: R, fill: Fill[R], name: str | None = None, progress: Progress | None = None) -> int:
    """Rebuild one projection's rows, or all, from the log and switch; return the position they are at.

    Readers see the old rows until the switch and the new ones after it. KeyError if there is no such projection.
    """
    return _rebuild(log, rows, fill, chosen(rows, name), progress)


def fill_new(
    log: EventLog, rows: "PostgresRows", fill: Fill["PostgresRows"], progress: Progress | None = None
) -> Sequence[str]:
    """Fill the rows of projections that have taken nothing, though there are events; return their names.

    Projectors call it before they begin: events that a new projection missed, or one whose tables changed, do not
    come again from the topic. Of several callers at once one fills, the others wait.
    """
    if not rows.untaken() or not log.last_position():
        return ()
    with rows.alone():
        names = rows.untaken()
        if names:
            logger.info("rows: made from the store: %s", ", ".join(names))
            _rebuild(log, rows, fill, {name: rows.projections[name] for name in names}, progress)
        return names


def _rebuild(
    log: EventLog, rows: R, fill: Fill[R], projections: Mapping[str, Projection], progress: Progress | None
) -> int:
    with rows.shadow(projections) as shadow:
        fill(log, shadow, progress)
        rows.switch(shadow, lambda: fill(log, shadow))
        return shadow.position


def compare(view: RowsView, shadow: ReadModel) -> list[Difference]:
    """Return where rows in use differ from rebuilt ones."""
    with shadow.reading() as rebuilt:
        return [
            difference
            for table in shadow.tables.values()
            for difference in differences(table, view.rows_of(table), rebuilt.rows_of(table))
        ]


def chosen(rows: ReadModel, name: str | None) -> Mapping[str, Projection]:
    """Return the projection of this name, or all; KeyError if there is none."""
    return dict(rows.projections) if name is None else {name: rows.projections[name]}


def differences(
    table: Table, live: Iterator[Sequence[object]], rebuilt: Iterator[Sequence[object]]
) -> Iterator[Difference]:
    """Yield how two runs of rows differ; both begin with the key and are sorted by it."""
    columns = tuple(table.columns)
    one, other = next(live, None), next(rebuilt, None)
    while one is not None or other is not None:
        if other is None or (one is not None and str(one[0]) < str(other[0])):
            assert one is not None
            yield Difference(table.name, str(one[0]), "left-over")
            one = next(live, None)
        elif one is None or str(other[0]) < str(one[0]):
            yield Difference(table.name, str(other[0]), "missing")
            other = next(rebuilt, None)
        else:
            unlike = tuple(name for name, here, there in zip(columns, one[1:], other[1:], strict=True) if here != there)
            if unlike:
                yield Difference(table.name, str(one[0]), "differs", unlike)
            one, other = next(live, None), next(rebuilt, None)
