"""Rows made anew from the log, beside those in use: compared with them, or put in their place in one transaction."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infra.rows.model import EventLog, Progress, ReadModel, RowsView
from projections.changes import Projection, Table

if TYPE_CHECKING:
    from infra.rows.postgres import PostgresRows

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says. Values are not told: rows hold names and addresses."""

    table: str
    key: str
    what: Literal["missing", "left-over", "differs"]
    columns: tuple[str, ...] = ()


def check(
    log: EventLog, rows: ReadModel, name: str | None = None, progress: Progress | None = None
) -> list[Difference]:
    """Return where the rows of one projection, or of all, differ from rows made anew up to the same positions.

    The rows in use are looked at as of one moment; projectors may go on. KeyError if there is no such projection.
    """
    with rows.reading() as view, rows.beside(chosen(rows, name)) as fresh:
        fresh.fill(log, progress, view)
        return compared(view, fresh)


def rebuild(log: EventLog, rows: ReadModel, name: str | None = None, progress: Progress | None = None) -> int:
    """Make one projection's rows, or all, anew from the log and switch; return the position they are at.

    Readers see the old rows until the switch and the new ones after it. KeyError if there is no such projection.
    """
    return _rebuilt(log, rows, chosen(rows, name), progress)


def fill_new(log: EventLog, rows: "PostgresRows", progress: Progress | None = None) -> Sequence[str]:
    """Make the rows of projections that have taken nothing, though there are events; return their names.

    Projectors call it before they begin: what a new projection missed, or one whose tables changed, does not come again
    from the topic. Of several that call it at once one fills, the others wait.
    """
    if not rows.untaken() or not log.last_position():
        return ()
    with rows.alone():
        names = rows.untaken()
        if names:
            logger.info("rows: made from the store: %s", ", ".join(names))
            _rebuilt(log, rows, {name: rows.projections[name] for name in names}, progress)
        return names


def _rebuilt(log: EventLog, rows: ReadModel, projections: Mapping[str, Projection], progress: Progress | None) -> int:
    with rows.beside(projections) as fresh:
        fresh.fill(log, progress)
        rows.switch(fresh, lambda: fresh.fill(log))
        return fresh.position


def compared(view: RowsView, fresh: ReadModel) -> list[Difference]:
    """Return where rows in use differ from rows made anew."""
    with fresh.reading() as anew:
        return [
            difference
            for table in fresh.tables.values()
            for difference in differences(table, view.rows_of(table), anew.rows_of(table))
        ]


def chosen(rows: ReadModel, name: str | None) -> Mapping[str, Projection]:
    """Return the projection of this name, or all; KeyError if there is none."""
    return dict(rows.projections) if name is None else {name: rows.projections[name]}


def differences(
    table: Table, live: Iterator[Sequence[object]], anew: Iterator[Sequence[object]]
) -> Iterator[Difference]:
    """Yield how two runs of rows differ; both begin with the key and are sorted by it."""
    columns = tuple(table.columns)
    one, other = next(live, None), next(anew, None)
    while one is not None or other is not None:
        if other is None or (one is not None and str(one[0]) < str(other[0])):
            assert one is not None
            yield Difference(table.name, str(one[0]), "left-over")
            one = next(live, None)
        elif one is None or str(other[0]) < str(one[0]):
            yield Difference(table.name, str(other[0]), "missing")
            other = next(anew, None)
        else:
            unlike = tuple(name for name, here, there in zip(columns, one[1:], other[1:], strict=True) if here != there)
            if unlike:
                yield Difference(table.name, str(one[0]), "differs", unlike)
            one, other = next(live, None), next(anew, None)
